#pragma once

#include <weir/stage.hpp>

#include "compiled_schema.hpp"
#include "json-schema-validate.schema.hpp"
#include "limits.hpp"
#include "validator.hpp"

namespace weir::json_schema_validate {

/// Rejects each message whose value is not JSON that satisfies a schema, or that could do harm
/// further on. The others pass unchanged, byte for byte. The schema is shared by the workers; the
/// rest is theirs.
class JsonSchemaValidate {
 public:
  static constexpr Info info{
      .id = "json-schema-validate",
      .summary = "Rejects messages that are not JSON by a schema (draft-07), or not safe to store.",
      .schema = schemas::json_schema_validate,
      .pure = true};

  /// Reads the schema file, so that `weir check` finds what is wrong with it.
  explicit JsonSchemaValidate(const Context& context);

  class Worker {
   public:
    explicit Worker(const JsonSchemaValidate& stage);
    void process(const Batch& batch, Edit& edit);

   private:
    Validator validator_;
  };

 private:
  Limits limits_;
  CompiledSchema schema_;
};

}  // namespace weir::json_schema_validate
