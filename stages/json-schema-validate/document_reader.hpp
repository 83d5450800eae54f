#pragma once

#include <boost/json/basic_parser.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "fence.hpp"
#include "limits.hpp"
#include "refusal.hpp"

namespace weir::json_schema_validate {

/// Reads one document after the other into Boost.JSON values, and refuses whatever could crash,
/// stall or silently change in a later stage. Belongs to one thread; its memory is used again for
/// each document.
class DocumentReader {
 public:
  explicit DocumentReader(const Limits& limits);

  /// Nothing: `document()` is the value, until the next call.
  [[nodiscard]] std::optional<Refusal> read(std::string_view bytes);
  const boost::json::value& document() const { return *document_; }

 private:
  std::optional<Refusal> parse(std::string_view bytes);
  Refusal find_duplicate(std::string_view bytes);

  Limits limits_;
  std::vector<unsigned char> block_;  // what most documents fit in, so that the heap is not asked
  std::optional<boost::json::monotonic_resource> memory_;
  boost::json::basic_parser<Fence> parser_;
  std::optional<boost::json::value> document_;  // lives in memory_
};

}  // namespace weir::json_schema_validate
