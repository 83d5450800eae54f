#include "json_schema_validate.hpp"

WEIR_PLUGIN("json-schema-validate", "0.1.0", weir::json_schema_validate::JsonSchemaValidate);
