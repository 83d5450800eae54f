#include "json_schema_validate.hpp"

namespace weir::json_schema_validate {
namespace {

Limits read_limits(const Config& config) {
  Limits limits;
  const auto read = [&config](const char* pointer, std::size_t& limit) {
    if (const auto value = config.find_integer(pointer)) limit = static_cast<std::size_t>(*value);
  };
  read("/limits/bytes", limits.bytes);
  read("/limits/depth", limits.depth);
  read("/limits/items", limits.items);
  read("/limits/members", limits.members);
  read("/limits/string", limits.string);
  read("/limits/steps", limits.steps);
  return limits;
}

}  // namespace

JsonSchemaValidate::JsonSchemaValidate(const Context& context)
    : limits_(read_limits(context.config)),
      schema_(CompiledSchema::load(context.config.path("/schema"))) {}

JsonSchemaValidate::Worker::Worker(const JsonSchemaValidate& stage)
    : validator_(stage.schema_, stage.limits_) {}

void JsonSchemaValidate::Worker::process(const Batch& batch, Edit& edit) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Message message = batch[i];
    if (message.tombstone()) {
      edit.reject(i, "no-value",
                  "the message has no value (it is a tombstone), so there is nothing to check");
    } else if (const auto refusal = validator_.check(message.value())) {
      edit.reject(i, refusal->code, refusal->reason, refusal->pointer);
    }
  }
}

}  // namespace weir::json_schema_validate
