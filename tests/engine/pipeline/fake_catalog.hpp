#pragma once

#include "engine/pipeline/catalog.hpp"
#include "engine/pipeline/read.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::testing {

/// Stage types that only exist as a description.
class FakeCatalog : public Catalog {
 public:
  FakeCatalog() {
    add("queue-source", Role::source, queue_schema);
    add("text-check", Role::step, check_schema);
    add("table-sink", Role::step, table_schema);
    add("memory-cache", Role::step, cache_schema);
    add("letter-log", Role::step, letter_schema);
    add("page-query", Role::service, query_schema);
    add("anything", Role::step, "{}");
  }

  void add(const std::string& id, Role role, std::string schema) {
    types_[id] = StageInfo{.id = id,
                           .summary = "",
                           .schema = std::move(schema),
                           .role = role,
                           .rebuildable = false,
                           .plugin = "test-stages 1.0",
                           .library = ""};
  }

  const StageInfo* find(std::string_view id) const override {
    const auto found = types_.find(std::string(id));
    return found == types_.end() ? nullptr : &found->second;
  }

  std::vector<const StageInfo*> all() const override {
    std::vector<const StageInfo*> types;
    for (const auto& [id, type] : types_) types.push_back(&type);
    return types;
  }

 private:
  static constexpr const char* queue_schema = R"({
    "type": "object", "additionalProperties": false, "required": ["brokers", "topic"],
    "properties": {
      "brokers": {"type": "string", "minLength": 1, "description": "Where the queue is."},
      "topic": {"type": "string", "minLength": 1, "description": "The topic to read."},
      "start": {"type": "string", "enum": ["earliest", "latest", "committed", "error"], "default": "error"},
      "wait": {"type": "string", "format": "duration", "default": "250ms"},
      "buffer": {"type": "string", "format": "bytes", "default": "16MiB"},
      "port": {"type": "integer", "minimum": 1, "maximum": 65535},
      "fast": {"type": "boolean", "default": false},
      "ratio": {"type": "number"},
      "properties": {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}, "default": {}}
    }})";
  static constexpr const char* check_schema = R"({
    "type": "object", "additionalProperties": false, "required": ["schema"],
    "properties": {"schema": {"type": "string", "description": "The schema's file."}}})";
  static constexpr const char* table_schema = R"({
    "type": "object", "additionalProperties": false, "required": ["dsn", "tables"],
    "properties": {
      "dsn": {"type": "string", "description": "How to connect."},
      "key": {"type": "string", "pattern": "^(/[^/]+)+$", "default": "/id"},
      "tables": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/table"}}},
    "definitions": {
      "table": {"type": "object", "additionalProperties": false, "required": ["table"],
        "properties": {
          "table": {"type": "string", "description": "The table's name."},
          "from": {"type": "string", "default": ""},
          "with": {"type": "object", "additionalProperties": {"type": "string"}, "default": {}}}}}})";
  static constexpr const char* cache_schema = R"({
    "type": "object", "additionalProperties": false,
    "properties": {
      "capacity": {"type": "integer", "minimum": 1, "default": 1000},
      "memory": {"type": "string", "format": "bytes", "default": "64MiB"},
      "restore": {"type": "object", "additionalProperties": false, "required": ["from"],
        "properties": {
          "from": {"type": "string", "x-weir-stage": true, "description": "The stage to read."},
          "latest": {"type": "integer", "default": 100}}}}})";
  static constexpr const char* letter_schema = R"({
    "type": "object", "additionalProperties": false, "required": ["path"],
    "properties": {"path": {"type": "string"}}})";
  static constexpr const char* query_schema = R"({
    "type": "object", "additionalProperties": false, "required": ["from"],
    "properties": {
      "route": {"type": "string", "default": "/document/{id}"},
      "from": {"type": "array", "minItems": 1, "x-weir-stage": true, "items": {"type": "string"}}}})";

  std::map<std::string, StageInfo> types_;
};

inline Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

inline Reading read(std::string_view text, std::map<std::string, std::string> variables = {}) {
  return read_pipeline(text, "pipelines/test.yaml", FakeCatalog(),
                       environment(std::move(variables)));
}

/// "line:column code: message (help)" of each finding, in order.
inline std::vector<std::string> findings(const Reading& reading) {
  std::vector<std::string> all;
  for (const Diagnostic& d : reading.diagnostics) {
    all.push_back(std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.code + ": " +
                  d.message + (d.help.empty() ? "" : " (" + d.help + ")"));
  }
  return all;
}

}  // namespace weir::testing
