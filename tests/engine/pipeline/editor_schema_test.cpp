// pipelines/pipeline.schema.json is for editors; the reader is the truth. They must know the same
// keys.

#include "engine/pipeline/keys.hpp"
#include "engine/pipeline/schema_check.hpp"
#include "engine/pipeline/stage_schema.hpp"
#include "engine/pipeline/yaml.hpp"
#include "fake_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <span>

namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAreArray;
using weir::StageSchema;

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const StageSchema& editor_schema() {
  static const StageSchema schema(content("pipelines/pipeline.schema.json"));
  return schema;
}

std::vector<std::string> names(const StageSchema::Value& schema) {
  const auto object = StageSchema::object(editor_schema().resolve(schema));
  return StageSchema::object(object->get("properties"))->getNames();
}

StageSchema::Value property(const StageSchema::Value& schema, const std::string& name) {
  const auto object = StageSchema::object(editor_schema().resolve(schema));
  return StageSchema::object(object->get("properties"))->get(name);
}

StageSchema::Value items(const StageSchema::Value& schema) {
  return StageSchema::object(editor_schema().resolve(schema))->get("items");
}

/// What an editor would underline.
std::vector<std::string> complaints(const std::string& yaml) {
  weir::Findings findings(yaml, "test.yaml");
  const auto root = weir::read_yaml(yaml, findings);
  std::vector<std::string> all;
  for (const weir::Diagnostic& d : std::move(findings).take()) all.push_back(d.message);
  if (!root) return all;
  for (const weir::Fault& fault : weir::check_against_schema(*root, editor_schema(), {}).faults) {
    all.push_back(std::to_string(fault.place.line) + ": " + fault.message);
  }
  return all;
}

TEST(EditorSchema, KnowsTheKeysThatTheReaderKnows) {
  const auto& root = editor_schema().root();
  EXPECT_THAT(names(root), UnorderedElementsAreArray(weir::keys::pipeline));
  EXPECT_THAT(names(property(root, "http")), UnorderedElementsAreArray(weir::keys::http));
  EXPECT_THAT(names(property(root, "batch")), UnorderedElementsAreArray(weir::keys::batch));
  EXPECT_THAT(names(property(root, "inbox")), UnorderedElementsAreArray(weir::keys::inbox));
  EXPECT_THAT(names(property(root, "retry")), UnorderedElementsAreArray(weir::keys::retry));
  EXPECT_THAT(names(property(root, "source")), UnorderedElementsAreArray(weir::keys::stage));
  for (const char* section : {"steps", "rejects", "services"}) {
    EXPECT_THAT(names(items(property(root, section))),
                UnorderedElementsAreArray(weir::keys::stage));
  }
}

TEST(EditorSchema, AgreesWithTheReaderOnWhatIsGood) {
  const std::string services = "services: [{stage: page-query, with: {from: [page-query]}}]\n";
  for (const char* lines :
       {"pipeline: p\n", "pipeline: p\nsteps:\nrejects: []\n", "pipeline: ${N:-p}\n",
        "pipeline: p\nhttp: {listen: 8081}\n",
        "pipeline: p\nhttp: {listen: \"[::1]:0\", page: x}\n",
        "pipeline: p\nhttp: {listen: \"${L:-:80}\"}\n",
        "pipeline: p\nhttp: {listen: 80, hosts: [a.example, \"${H:-b}\"], token: "
        "0123456789abcdef_}\n",
        "pipeline: p\nhttp: {listen: 80, hosts: }\nstalled: 5m\n",
        "pipeline: p\nbatch: {messages: 5, bytes: 4096}\ninbox: {bytes: 1GiB}\n",
        "pipeline: p\nshards: ${S:-2}\ndrain: 0s\n",
        "pipeline: p\nretry: {first: 1ms, longest: 2h}\n"}) {
    EXPECT_TRUE(weir::testing::read(lines + services).spec)
        << lines
        << testing::PrintToString(weir::testing::findings(weir::testing::read(lines + services)));
    EXPECT_THAT(complaints(lines + services), IsEmpty()) << lines;
  }
}

TEST(EditorSchema, AgreesWithTheReaderOnWhatIsBad) {
  const std::string services = "services: [{stage: page-query, with: {from: [page-query]}}]\n";
  for (const char* lines :
       {"", "pipeline: P\n", "pipeline: 5\n", "pipeline: p\nhttp: {}\n",
        "pipeline: p\nhttp: {listen: host}\n", "pipeline: p\nhttp: {listen: 70000}\n",
        "pipeline: p\nbatch: {messages: 0}\n", "pipeline: p\nbatch: {bytes: 4MB}\n",
        "pipeline: p\nhttp: {listen: 80, hosts: [\"a:80\"]}\n",
        "pipeline: p\nhttp: {listen: 80, hosts: a}\n",
        "pipeline: p\nhttp: {listen: 80, token: short}\n", "pipeline: p\nstalled: 60\n",
        "pipeline: p\nshards: 65\n", "pipeline: p\nshards: two\n",
        "pipeline: p\nretry: {first: 5}\n", "pipeline: p\ndrain: 5 s\n", "pipeline: p\nsteps: {}\n",
        "pipeline: p\nsource: {name: x}\n", "pipeline: p\nextra: 1\n"}) {
    EXPECT_FALSE(weir::testing::read(lines + services).spec) << lines;
    EXPECT_FALSE(complaints(lines + services).empty()) << lines;
  }
}

TEST(EditorSchema, FitsEveryPipelineThatIsShipped) {
  for (const auto& entry : std::filesystem::directory_iterator("pipelines")) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_THAT(complaints(content(entry.path())), IsEmpty()) << entry.path();
  }
}

TEST(StageSchemas, OfAllShippedStagesAreUsable) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator("stages")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".schema.json")) continue;
    EXPECT_NO_THROW(StageSchema{content(entry.path())}) << entry.path();
  }
}

}  // namespace
