#pragma once

#include "engine/pipeline/document.hpp"

#include <string_view>

namespace weir {

/// What a scalar without quotes means.
struct Typed {
  Kind kind = Kind::text;
  std::string
      text;  ///< as JSON writes it; of a text: itself; of a broken one: what is wrong with it
};

/// The rules of YAML 1.2's core schema: `yes` and `1_000` are texts, `0o17` and `0x1F` integers. An
/// integer beyond 64 bits and what JSON has no number for (.inf, .nan, 1e999) is broken: no value
/// is changed silently. [any]
Typed type_plain_scalar(std::string_view text);

}  // namespace weir
