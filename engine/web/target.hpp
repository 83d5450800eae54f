#pragma once

#include "engine/web/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::web {

/// A request target taken apart: the path's segments, percent-decoded after they were split, so
/// that an encoded slash stays inside its segment. Reused from request to request; one thread.
class Target {
 public:
  /// Refuses bad escapes, NUL and what is not UTF-8.
  std::optional<Refusal> read(std::string_view target);

  std::string_view path() const { return path_; }  ///< decoded, with its first slash
  std::size_t size() const { return starts_.size(); }
  std::string_view segment(std::size_t index) const;

  /// As sent, without the question mark; absent where there is none. Borrowed from the target that
  /// was read.
  std::optional<std::string_view> query() const { return query_; }

 private:
  std::string path_;
  std::vector<std::size_t>
      starts_;  ///< of each segment in `path_`; it ends one byte before the next one starts
  std::optional<std::string_view> query_;
};

}  // namespace weir::web
