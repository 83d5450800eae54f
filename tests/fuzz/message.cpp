// A message's bytes through the validator and through pg-sink, each as if it were alone, and back.
// Both agree with Boost's own parser on what is JSON, and the validator's quick check with its full
// one; what is stored comes back as the same value.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "expect.hpp"
#include "stages/pg-sink/json_value.hpp"
#include "stages/pg-sink/paper_database.hpp"
#include "validator.hpp"
#include "wording.hpp"

namespace json = boost::json;
using namespace weir::json_schema_validate;
using weir::fuzz::expect;

namespace {

constexpr char every_keyword[] = R"({
  "type": ["object", "array", "string", "number", "integer", "boolean", "null"],
  "properties": {
    "id": {"type": "string", "minLength": 1, "maxLength": 20, "pattern": "^[^ ]*$"},
    "s": {"enum": ["a", 1, null, {"b": [1, 2]}]}, "t": {"format": "date-time"}, "u": {"format": "uuid"}, "uri": {"format": "uri"},
    "mail": {"format": "email"}, "n": {"minimum": -10, "exclusiveMaximum": 1000, "multipleOf": 0.01},
    "rows": {"items": {"$ref": "#"}, "uniqueItems": true, "maxItems": 5, "contains": {"type": "object"}},
    "part": {"oneOf": [{"$ref": "#"}, {"required": ["name"]}]}, "pair": {"items": [{"type": "integer"}, {"$ref": "#"}], "additionalItems": false}},
  "additionalProperties": {"anyOf": [{"$ref": "#"}, {"const": 7}, {"not": {"type": "string"}}]},
  "propertyNames": {"maxLength": 12}, "minProperties": 0, "maxProperties": 9,
  "dependencies": {"s": ["id"], "t": {"required": ["u"]}},
  "if": {"required": ["n"]}, "then": {"required": ["id"]}, "else": {"properties": {"d": {"type": "number"}}}})";

/// The same value, as Boost sees it. It reads numbers roughly, so only that they are numbers
/// counts.
bool same(const json::value& one, const json::value& other) {
  if (one.is_number()) return other.is_number();
  if (one.kind() != other.kind()) return false;
  if (const auto* list = one.if_array()) {
    const auto& second = other.get_array();
    return std::equal(list->begin(), list->end(), second.begin(), second.end(), same);
  }
  const auto* object = one.if_object();
  if (object == nullptr) return one == other;
  return object->size() == other.get_object().size() &&
         std::all_of(object->begin(), object->end(), [&](const auto& member) {
           const json::value* second = other.get_object().if_contains(member.key());
           return second != nullptr && same(member.value(), *second);
         });
}

void check_refusal(const Refusal& refusal, const std::optional<json::value>& document) {
  expect(!refusal.code.empty() && !refusal.reason.empty(), "a refusal has a code and a reason");
  expect(find_invalid_utf8(refusal.reason) == std::string::npos, "a reason is UTF-8");
  if (!refusal.pointer) return;
  expect(refusal.pointer->size() <= 1'024, "a pointer fits into a header");
  if (refusal.code != "schema") return;
  json::error_code error;
  expect(document && document->find_pointer(*refusal.pointer, error) != nullptr,
         "a pointer leads to a place of the document");
}

}  // namespace

/// Two plugins in one program: each brings the constant that a plugin exports, which nobody reads
/// here.
extern "C" const char* __asan_default_options() { return "detect_odr_violation=0"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const CompiledSchema orders = CompiledSchema::load(ORDER_SCHEMA),
                              all(every_keyword, "every keyword");
  static Validator order_validator(orders, {.steps = 100'000}), validator(all, {.steps = 100'000});
  static PaperDatabase database;

  const std::string message(reinterpret_cast<const char*>(data), size);
  std::optional<json::value> document;
  json::error_code error;
  json::parse_options deep;
  deep.max_depth = 1'000;
  json::value parsed = json::parse(message, error, {}, deep);
  if (!error) document = std::move(parsed);

  bool is_json = true;  // as far as the validator has read
  for (Validator* one : {&order_validator, &validator}) {
    const auto refusal = one->check(message);
    expect(refusal == one->check_fully(message), "the quick check and the full one agree");
    if (refusal) check_refusal(*refusal, document);
    static const std::set<std::string> no_json{"not-json", "not-utf8", "lone-surrogate"};
    if (refusal && no_json.contains(refusal->code)) is_json = false;
    expect(document || refusal, "what is not JSON is refused");
    expect(!document || is_json, "what is JSON is not called something else");
  }

  const auto unreadable = database.store(message);
  if (unreadable) {
    expect(!unreadable->code.empty() && !unreadable->reason.empty(),
           "pg-sink gives a code and a reason");
    expect(unreadable->code != "json" || !document, "pg-sink reads JSON");
    expect(!unreadable->pointer || unreadable->pointer->size() <= 1'024,
           "pg-sink's pointer fits into a header");
    return 0;
  }
  expect(document.has_value(), "pg-sink refuses what is not JSON");
  const std::string back = database.read();
  expect(json_value(back) == json_value(message), "the same value comes back, with each digit");
  const json::value again = json::parse(back, error, {}, deep);
  expect(!error && same(*document, again), "the same value comes back, as Boost reads it");
  return 0;
}
