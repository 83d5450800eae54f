#pragma once

#include <array>
#include <string_view>

/// The keys of a pipeline file, each map's once: what the reader takes and
/// pipelines/pipeline.schema.json describes.
namespace weir::keys {

inline constexpr std::array<std::string_view, 12> pipeline{
    "pipeline", "http",  "source", "steps", "rejects", "services",
    "batch",    "inbox", "shards", "retry", "drain",   "stalled"};
inline constexpr std::array<std::string_view, 4> http{"listen", "page", "hosts", "token"};
inline constexpr std::array<std::string_view, 3> stage{"name", "stage", "with"};
inline constexpr std::array<std::string_view, 2> batch{"messages", "bytes"};
inline constexpr std::array<std::string_view, 1> inbox{"bytes"};
inline constexpr std::array<std::string_view, 2> retry{"first", "longest"};

}  // namespace weir::keys
