#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "compiled_schema.hpp"
#include "validator.hpp"

namespace weir::json_schema_validate::testing {

/// Checks one document with a schema of its own, with the quick check and without.
inline std::optional<Refusal> check(std::string_view schema, std::string_view document,
                                    const Limits& limits = {}) {
  const CompiledSchema compiled(schema, "test.schema.json");
  Validator validator(compiled, limits);
  const auto refusal = validator.check(document);
  EXPECT_EQ(refusal, validator.check_fully(document)) << schema << ", " << document;
  return refusal;
}

/// "code at pointer", or "accepted".
inline std::string verdict(const std::optional<Refusal>& refusal) {
  if (!refusal) return "accepted";
  return refusal->code + (refusal->pointer ? " at '" + *refusal->pointer + "'" : " nowhere");
}

}  // namespace weir::json_schema_validate::testing
