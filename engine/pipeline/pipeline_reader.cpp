#include "engine/pipeline/pipeline_reader.hpp"

#include "engine/pipeline/http_section.hpp"
#include "engine/pipeline/keys.hpp"
#include "engine/pipeline/stage_config.hpp"
#include "engine/pipeline/suggestion.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kib = 1024, gib = 1024 * 1024 * 1024;
constexpr std::size_t longest_name = 63;  // it becomes a metric's label and part of an address

bool is_name(const std::string& text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= longest_name && lower(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

std::string role_word(Role role) {
  switch (role) {
    case Role::source:
      return "a source";
    case Role::step:
      return "a step";
    case Role::service:
      return "a service";
  }
  return "a stage";
}

std::string section_of(Role role) {
  switch (role) {
    case Role::source:
      return "`source:`";
    case Role::step:
      return "`steps:` or `rejects:`";
    case Role::service:
      return "`services:`";
  }
  return "another section";
}

std::vector<std::string> ids_of(const Catalog& catalog, Role role) {
  std::vector<std::string> ids;
  for (const StageInfo* type : catalog.all()) {
    if (type->role == role) ids.push_back(type->id);
  }
  return ids;
}

}  // namespace

PipelineSpec PipelineReader::read(const Node& root) {
  PipelineSpec spec;
  spec.file = findings_.file();
  if (root.kind != Kind::map) {
    if (root.kind != Kind::broken) {
      findings_.error(root.place, "wrong-type",
                      "a pipeline must be a map, this is " + describe(root),
                      "start with `pipeline: name`");
    }
    return spec;
  }
  const Fields top(root, "", keys::pipeline, findings_);
  if (const Member* name = top.find("pipeline")) {
    spec.name = top.text("pipeline").value_or("");
    if (!spec.name.empty()) check_name(*name, "pipeline");
  } else {
    top.missing("pipeline", {1, 1, 1}, "begin the file with `pipeline: name`");
  }
  spec.http = read_http(top, findings_);
  read_limits(top, spec);
  read_stages(top, spec);
  check_complete(root, spec);
  check_references();
  return spec;
}

void PipelineReader::read_limits(const Fields& top, PipelineSpec& spec) {
  using namespace std::chrono_literals;
  if (const Node* node = top.map("batch")) {
    const Fields fields(*node, "batch", keys::batch, findings_);
    if (const auto messages = fields.integer("messages", 1, 100'000)) {
      spec.batch.messages = static_cast<std::size_t>(*messages);
    }
    spec.batch.bytes = fields.bytes("bytes", kib, gib).value_or(spec.batch.bytes);
  }
  if (const Node* node = top.map("inbox")) {
    spec.inbox_bytes = Fields(*node, "inbox", keys::inbox, findings_)
                           .bytes("bytes", kib, 64 * gib)
                           .value_or(spec.inbox_bytes);
  }
  if (const auto shards = top.integer("shards", 1, 64))
    spec.shards = static_cast<std::size_t>(*shards);
  if (const Node* node = top.map("retry")) {
    const Fields fields(*node, "retry", keys::retry, findings_);
    spec.retry.first = fields.duration("first", 1ms, 1h).value_or(spec.retry.first);
    spec.retry.longest = fields.duration("longest", 1ms, 24h).value_or(spec.retry.longest);
    if (spec.retry.first > spec.retry.longest) {
      findings_.error(
          top.find("retry")->place, "out-of-range", "`retry.first` is longer than `retry.longest`",
          "the first wait grows to the longest; without a value they are 100ms and 30s");
    }
  }
  spec.drain = top.duration("drain", 0ms, 1h).value_or(spec.drain);
  spec.stalled = top.duration("stalled", 1s, 24h).value_or(spec.stalled);
}

void PipelineReader::read_stages(const Fields& top, PipelineSpec& spec) {
  if (const Node* node = top.map("source")) spec.source = read_stage(*node, "source", Role::source);
  spec.steps = read_list(top, "steps", Role::step);
  spec.rejects = read_list(top, "rejects", Role::step);
  spec.services = read_list(top, "services", Role::service);
}

std::vector<StageSpec> PipelineReader::read_list(const Fields& top, const char* section,
                                                 Role role) {
  std::vector<StageSpec> stages;
  const Node* list = top.list(section);
  if (list == nullptr) return stages;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Node& item = list->items[i];
    const std::string path = std::string(section) + "[" + std::to_string(i) + "]";
    if (item.kind == Kind::map) {
      stages.push_back(read_stage(item, path, role));
    } else if (item.kind != Kind::broken) {
      findings_.error(item.place, "wrong-type",
                      "`" + path + "` must be a map, it is " + describe(item),
                      "write `- stage: " + (item.kind == Kind::text ? item.written : "name") + "`");
      stages.emplace_back();  // counts as one, so that the list is not taken for empty
    }
  }
  return stages;
}

StageSpec PipelineReader::read_stage(const Node& node, const std::string& path, Role role) {
  const Fields fields(node, path, keys::stage, findings_);
  StageSpec stage;
  const StageInfo* type = read_type(fields, node, path, role);
  if (const Member* written = fields.find("stage")) {
    stage.type = written->value.text;
    read_name(fields, *written, stage);
    if (type != nullptr) {
      StageConfig config =
          read_stage_config(fields.find("with"), written->value.place, *type, findings_);
      stage.config = std::move(config.json);
      std::move(config.references.begin(), config.references.end(),
                std::back_inserter(references_));
    }
  }
  return stage;
}

/// Null where there is no such stage type, or none that may stand here.
const StageInfo* PipelineReader::read_type(const Fields& fields, const Node& node,
                                           const std::string& path, Role role) {
  const Member* written = fields.find("stage");
  if (written == nullptr) {
    fields.missing("stage", node.place, "add `stage: ` with one of those that `weir stages` lists");
    return nullptr;
  }
  const auto id = fields.text("stage");
  if (!id) return nullptr;
  const Place& place = written->value.place;
  const StageInfo* type = catalog_.find(*id);
  if (type == nullptr) {
    std::string help = written->value.substituted ? "" : did_you_mean(*id, ids_of(catalog_, role));
    if (help.empty()) help = "`weir stages` lists those that there are";
    findings_.error(place, "unknown-stage",
                    "there is no stage " + in_quotes(written->value.written), help);
    return nullptr;
  }
  if (type->role != role) {
    findings_.error(place, "wrong-role",
                    "the stage " + in_quotes(written->value.written) + " is " +
                        role_word(type->role) + ", `" + path + "` must be " + role_word(role),
                    "move it under " + section_of(type->role));
    return nullptr;
  }
  return type;
}

void PipelineReader::read_name(const Fields& fields, const Member& type, StageSpec& stage) {
  const Member* given = fields.find("name");
  if (given != nullptr) {
    stage.name = fields.text("name").value_or("");
    if (stage.name.empty()) return;
    check_name(*given, "name");
  } else {
    if (type.value.kind != Kind::text) return;
    stage.name = stage.type;
  }
  const Member& named = given != nullptr ? *given : type;
  for (const NamedStage& other : stages_) {
    if (other.name != stage.name) continue;
    findings_.error(
        named.value.place, "duplicate-name",
        "two stages are called " + in_quotes(named.value.written) + ", here and in line " +
            std::to_string(other.place.line),
        given != nullptr ? "give one of them another name" : "give this one a `name:` of its own");
    return;
  }
  stages_.push_back({stage.name, named.value.place});
}

void PipelineReader::check_name(const Member& member, const std::string& what) {
  if (is_name(member.value.text)) return;
  findings_.error(member.value.place, "bad-name",
                  "`" + what + "` must be a short name, it is " + describe(member.value),
                  "use lower-case letters, digits and -, at most 63, a letter first");
}

void PipelineReader::check_complete(const Node& root, const PipelineSpec& spec) {
  const bool has_source = root.find("source") != nullptr;
  for (const char* section : {"steps", "rejects"}) {
    const bool has =
        section == std::string_view("steps") ? !spec.steps.empty() : !spec.rejects.empty();
    if (!has || has_source) continue;
    findings_.error(root.find(section)->place, "no-source",
                    "this pipeline has `" + std::string(section) + "` but no `source`",
                    "add a `source:`; only a pipeline of services alone has none");
    return;
  }
  if (!has_source && spec.services.empty()) {
    findings_.error({1, 1, 1}, "empty-pipeline", "this pipeline has no stages",
                    "add a `source:` and `steps:`, or `services:`");
  }
}

void PipelineReader::check_references() {
  std::vector<std::string> names;
  for (const NamedStage& stage : stages_) names.push_back(stage.name);
  for (const StageReference& reference : references_) {
    if (std::find(names.begin(), names.end(), reference.name) != names.end()) continue;
    std::string help = did_you_mean(reference.name, names);
    if (help.empty())
      help = "write the `name:` of one of its stages; without a name it is the word after `stage:`";
    findings_.error(reference.place, "unknown-reference",
                    "`" + reference.path +
                        "` names a stage that this pipeline does not have: " + reference.shown,
                    help);
  }
}

}  // namespace weir
