#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "compiled_schema.hpp"
#include "limits.hpp"
#include "refusal.hpp"

namespace weir::json_schema_validate {

/// Says of one document after the other whether it may pass. Belongs to one thread; the schema is
/// shared and outlives it.
class Validator {
 public:
  Validator(const CompiledSchema& schema, const Limits& limits);
  ~Validator();

  /// Nothing: it may.
  [[nodiscard]] std::optional<Refusal> check(std::string_view bytes);

  /// The same without the quick check, which may only ever save time.
  [[nodiscard]] std::optional<Refusal> check_fully(std::string_view bytes);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;  // behind a pointer: valijson's headers cost seconds to compile
};

}  // namespace weir::json_schema_validate
