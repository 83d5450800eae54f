#pragma once

#include "engine/web/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::web {

/// The members of a request's query, decoded as a form's are: `+` is a space. A value.
class Query {
 public:
  /// Refuses bad escapes.
  std::optional<Refusal> read(std::string_view query);

  /// The first of that name; any bytes.
  std::optional<std::string> find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

/// As text of a query's member.
std::string escaped(std::string_view text);

}  // namespace weir::web
