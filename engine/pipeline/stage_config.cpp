#include "engine/pipeline/stage_config.hpp"

#include "engine/pipeline/defaults.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weir {
namespace {

// std::regex recurses for each character: a text of 64 KiB under a `pattern` overflows a stack of 8
// MiB, with the address sanitizer one of 8 KiB does.
constexpr std::size_t longest_under_patterns = 2048;

bool has_broken(const Node& node) {
  return node.kind == Kind::broken ||
         std::any_of(node.items.begin(), node.items.end(), has_broken) ||
         std::any_of(node.members.begin(), node.members.end(),
                     [](const Member& m) { return has_broken(m.value); });
}

bool find_too_long(const Node& node, Findings& findings) {
  bool found = false;
  if (node.kind == Kind::text && node.text.size() > longest_under_patterns) {
    findings.error(node.place, "too-large",
                   "this text has more than 2048 bytes, which this stage's schema cannot check",
                   "use a shorter one");
    found = true;
  }
  for (const Node& item : node.items) found = find_too_long(item, findings) || found;
  for (const Member& member : node.members) found = find_too_long(member.value, findings) || found;
  return found;
}

StageConfig check(Node config, const Place& place, const StageInfo& type, Findings& findings) {
  const StageSchema schema(type.schema);
  if (schema.has_patterns() && find_too_long(config, findings)) return {};
  fill_defaults(config, schema);
  SchemaVerdict verdict = check_against_schema(config, schema, place);
  for (const Fault& fault : verdict.faults)
    findings.error(fault.place, fault.code, fault.message, fault.help);
  std::string json = to_json(config);
  // Valijson has the last word; what it has no words for here is still refused.
  if (verdict.faults.empty() && !has_broken(config) && !schema.accepts(json)) {
    findings.error(place, "bad-value",
                   "this configuration does not fit the schema of the stage `" + type.id + "`",
                   "`weir stages " + type.id + "` shows what it takes");
  }
  return {std::move(json), std::move(verdict.references)};
}

}  // namespace

StageConfig read_stage_config(const Member* with, const Place& place, const StageInfo& type,
                              Findings& findings) {
  Node config;
  if (with != nullptr) config = with->value;
  if (config.kind == Kind::null) config.kind = Kind::map;
  if (config.kind != Kind::map) {
    if (config.kind != Kind::broken) {
      findings.error(config.place, "wrong-type", "`with` must be a map, it is " + describe(config),
                     "write `key: value` lines under it");
    }
    return {};
  }
  const Place& here = with != nullptr ? with->place : place;
  if (config.place.line == 0) config.place = here;
  try {
    return check(std::move(config), here, type, findings);
  } catch (const std::invalid_argument& failure) {
    findings.error(place, "bad-schema",
                   "the schema of the stage `" + type.id + "` is not usable: " + failure.what(),
                   "the plugin " + type.plugin + " has to be mended, or leave the stage out");
    return {};
  }
}

}  // namespace weir
