#include "fake_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::PrintToString;
using weir::testing::findings;
using weir::testing::read;

constexpr const char* whole = R"(
pipeline: orders
http: { listen: 127.0.0.1:8081, page: ../htdocs, hosts: [orders.example], token: "${TOKEN:-0123456789abcdef}" }
source:
  stage: queue-source
  with: { brokers: "${BROKERS:-127.0.0.1:9092}", topic: orders }
steps:
  - name: check
    stage: text-check
    with: { schema: schemas/order.json }
  - name: store
    stage: table-sink
    with:
      dsn: "${DSN}"
      tables:
        - { table: orders }
        - { table: items, from: /items, with: { id: /id } }
  - stage: memory-cache
    with: { capacity: 5, restore: { from: store } }
rejects:
  - stage: letter-log
    with: { path: var/letters.jsonl }
services:
  - name: lookup
    stage: page-query
    with: { from: [memory-cache, store] }
batch: { messages: 500, bytes: 2MiB }
inbox: { bytes: 1048576 }
shards: 2
retry: { first: 50ms, longest: 1m }
drain: 5s
stalled: 2m
)";

TEST(Pipeline, IsReadAsItIsWritten) {
  const weir::Reading reading = read(whole, {{"DSN", "host=db"}});
  ASSERT_TRUE(reading.spec) << PrintToString(findings(reading));
  EXPECT_THAT(reading.diagnostics, IsEmpty());
  const weir::PipelineSpec& spec = *reading.spec;
  EXPECT_EQ(spec.name, "orders");
  EXPECT_EQ(spec.file, "pipelines/test.yaml");
  EXPECT_EQ(spec.http,
            (weir::HttpSpec{"127.0.0.1", 8081, "htdocs", {"orders.example"}, "0123456789abcdef"}));
  ASSERT_TRUE(spec.source);
  EXPECT_EQ(*spec.source,
            (weir::StageSpec{
                "queue-source", "queue-source",
                R"({"brokers":"127.0.0.1:9092","topic":"orders","start":"error","wait":"250ms",)"
                R"("buffer":"16MiB","fast":false,"properties":{}})"}));
  ASSERT_EQ(spec.steps.size(), 3U);
  EXPECT_EQ(spec.steps[0],
            (weir::StageSpec{"check", "text-check", R"({"schema":"schemas/order.json"})"}));
  EXPECT_EQ(spec.steps[1].config,
            R"({"dsn":"host=db","tables":[{"table":"orders","from":"","with":{}},)"
            R"({"table":"items","from":"/items","with":{"id":"/id"}}],"key":"/id"})");
  EXPECT_EQ(spec.steps[2].name, "memory-cache");
  EXPECT_EQ(spec.steps[2].config,
            R"({"capacity":5,"restore":{"from":"store","latest":100},"memory":"64MiB"})");
  ASSERT_EQ(spec.rejects.size(), 1U);
  EXPECT_EQ(spec.rejects[0].type, "letter-log");
  ASSERT_EQ(spec.services.size(), 1U);
  EXPECT_EQ(spec.services[0].name, "lookup");
  EXPECT_EQ(spec.batch, (weir::BatchSpec{500, 2 * 1024 * 1024}));
  EXPECT_EQ(spec.inbox_bytes, 1048576U);
  EXPECT_EQ(spec.shards, 2U);
  EXPECT_EQ(spec.retry, (weir::RetrySpec{50ms, 60s}));
  EXPECT_EQ(spec.drain, 5s);
  EXPECT_EQ(spec.stalled, 2min);
}

TEST(Pipeline, HasDefaultsForAllThatIsNotAStage) {
  const weir::Reading reading =
      read("pipeline: p\nsource: {stage: queue-source, with: {brokers: b, topic: t}}\nsteps:\n");
  ASSERT_TRUE(reading.spec) << PrintToString(findings(reading));
  EXPECT_FALSE(reading.spec->http);
  EXPECT_EQ(reading.spec->batch, weir::BatchSpec{});
  EXPECT_EQ(reading.spec->retry, weir::RetrySpec{});
  EXPECT_EQ(reading.spec->shards, 1U);
  EXPECT_EQ(reading.spec->drain, 20s);
  EXPECT_EQ(reading.spec->stalled, 60s);
}

TEST(Pipeline, ReadsTheSameTextInOtherStyles) {
  const std::string text = whole;
  const auto spec = read(text, {{"DSN", "x"}}).spec;
  ASSERT_TRUE(spec);
  EXPECT_EQ(read("\xEF\xBB\xBF" + text, {{"DSN", "x"}}).spec, spec);
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(read(crlf, {{"DSN", "x"}}).spec, spec);
  EXPECT_EQ(read("%YAML 1.2\n---" + text + "...\n", {{"DSN", "x"}}).spec, spec);
}

TEST(Pipeline, OfServicesAloneIsLegal) {
  EXPECT_TRUE(
      read("pipeline: p\nservices: [{stage: page-query, with: {from: [page-query]}}]\n").spec);
}

TEST(Pipeline, ThatIsEmptyIsRefused) {
  for (const char* text :
       {"", "# nothing\n", "---\n", "~", "pipeline: p\n", "pipeline: p\nsteps: []\nservices:\n"}) {
    const weir::Reading reading = read(text);
    EXPECT_FALSE(reading.spec);
    ASSERT_EQ(reading.diagnostics.size(), 1U) << text << PrintToString(findings(reading));
  }
}

TEST(Pipeline, WithStepsButNoSourceIsRefused) {
  EXPECT_THAT(findings(read("pipeline: p\nsteps: [{stage: anything}]\n")),
              ElementsAre(HasSubstr("no-source")));
  EXPECT_THAT(findings(read("pipeline: p\nrejects: [{stage: anything}]\nservices: [{stage: "
                            "page-query, with: {from: [anything]}}]\n")),
              ElementsAre(HasSubstr("no-source")));
}

TEST(Pipeline, MustBeAMapWithAName) {
  EXPECT_THAT(findings(read("- a\n")),
              ElementsAre(HasSubstr("a pipeline must be a map, this is a list")));
  EXPECT_THAT(findings(read("hello\n")),
              ElementsAre(HasSubstr("a pipeline must be a map, this is the text \"hello\"")));
  EXPECT_THAT(findings(read("services: [{stage: page-query, with: {from: [page-query]}}]\n")),
              ElementsAre(HasSubstr("`pipeline` is missing")));
  EXPECT_THAT(
      findings(read(
          "pipeline: My Orders\nservices: [{stage: page-query, with: {from: [page-query]}}]\n")),
      ElementsAre(HasSubstr(
          "1:11 bad-name: `pipeline` must be a short name, it is the text \"My Orders\"")));
  EXPECT_THAT(
      findings(read("pipeline: 5\nservices: [{stage: page-query, with: {from: [page-query]}}]\n")),
      ElementsAre(HasSubstr("`pipeline` must be a text, it is the integer 5 (put it in quotes")));
}

TEST(Pipeline, SaysWhichKeyWasProbablyMeant) {
  const weir::Reading reading = read(
      "pipeline: p\nsorce: {}\nservices: [{stage: page-query, wiht: {from: [page-query]}}]\nbatch: "
      "{message: 1}\n");
  EXPECT_THAT(
      findings(reading),
      Contains(HasSubstr("2:1 unknown-key: `sorce` is not known (did you mean `source`?)")));
  EXPECT_THAT(findings(reading),
              Contains(HasSubstr("`services[0].wiht` is not known (did you mean `with`?)")));
  EXPECT_THAT(findings(reading),
              Contains(HasSubstr("`batch.message` is not known (did you mean `messages`?)")));
}

TEST(Pipeline, SaysWhichStageWasProbablyMeant) {
  EXPECT_THAT(
      findings(read("pipeline: p\nsource: {stage: queue-sorce}\n")),
      ElementsAre(
          "2:17 unknown-stage: there is no stage \"queue-sorce\" (did you mean `queue-source`?)"));
  EXPECT_THAT(findings(read("pipeline: p\nsource: {stage: zzz}\n")),
              ElementsAre(HasSubstr("(`weir stages` lists those that there are)")));
  EXPECT_THAT(findings(read("pipeline: p\nsource: {with: {}}\n")),
              ElementsAre(HasSubstr("`source.stage` is missing")));
}

TEST(Pipeline, RefusesAStageInAnotherRolesPlace) {
  const weir::Reading reading = read(
      "pipeline: p\nsource: {stage: anything}\nsteps: [{stage: queue-source, with: {brokers: b, "
      "topic: t}}]\n"
      "rejects: [{stage: page-query, with: {from: [anything]}}]\nservices: [{name: x, stage: "
      "anything}]\n");
  EXPECT_THAT(findings(reading),
              ElementsAre("2:17 wrong-role: the stage \"anything\" is a step, `source` must be a "
                          "source (move it under `steps:` or `rejects:`)",
                          HasSubstr("the stage \"queue-source\" is a source, `steps[0]` must be a "
                                    "step (move it under `source:`)"),
                          HasSubstr("\"page-query\" is a service, `rejects[0]` must be a step "
                                    "(move it under `services:`)"),
                          HasSubstr("\"anything\" is a step, `services[0]` must be a service")));
}

TEST(Pipeline, WantsEachNameOnce) {
  const weir::Reading reading = read(
      "pipeline: p\nsource: {stage: queue-source, with: {brokers: b, topic: t}}\nsteps:\n  - "
      "stage: anything\n"
      "  - stage: anything\n  - {name: queue-source, stage: anything}\n  - {name: Bad_Name, stage: "
      "anything}\n");
  EXPECT_THAT(findings(reading),
              ElementsAre("5:12 duplicate-name: two stages are called \"anything\", here and in "
                          "line 4 (give this one a `name:` of its own)",
                          "6:12 duplicate-name: two stages are called \"queue-source\", here and "
                          "in line 2 (give one of them another name)",
                          HasSubstr("7:12 bad-name")));
}

TEST(Pipeline, ChecksWhatNamesAnotherStage) {
  const weir::Reading reading = read(
      "pipeline: p\nsource: {stage: queue-source, with: {brokers: b, topic: t}}\nsteps:\n  - "
      "{name: store, stage: anything}\n"
      "  - {name: cache, stage: memory-cache, with: {restore: {from: stroe}}}\n"
      "services:\n  - stage: page-query\n    with: {from: [cache, table-sink, store]}\n");
  EXPECT_THAT(findings(reading),
              ElementsAre("5:63 unknown-reference: `restore.from` names a stage that this pipeline "
                          "does not have: \"stroe\" (did you mean `store`?)",
                          HasSubstr("8:26 unknown-reference: `from[1]` names a stage that this "
                                    "pipeline does not have: \"table-sink\"")));
}

TEST(Pipeline, ReadsAddressesToListenOn) {
  const auto http = [](const std::string& listen) {
    const weir::Reading reading = read(
        "pipeline: p\nservices: [{stage: page-query, with: {from: [page-query]}}]\nhttp: "
        "{listen: " +
        listen + "}\n");
    return reading.spec ? reading.spec->http->host + " " + std::to_string(reading.spec->http->port)
                        : findings(reading).front();
  };
  EXPECT_EQ(http("127.0.0.1:8081"), "127.0.0.1 8081");
  EXPECT_EQ(http("localhost:0"), "localhost 0");
  EXPECT_EQ(http("\"[::1]:8081\""), "::1 8081");
  EXPECT_EQ(http("\":8081\""), "127.0.0.1 8081");
  EXPECT_EQ(http("8081"), "127.0.0.1 8081");
  EXPECT_EQ(http("\"8081\""), "127.0.0.1 8081");
  EXPECT_EQ(http("0.0.0.0:80"), "0.0.0.0 80");
  for (const char* bad : {"70000", "-1", "a:b", "\"::1:80\"", "\"[::1]\"", "\"[1.2.3.4]:80\"",
                          "\"host:\"", "\"*:80\"", "\"http://x:80\"", "1.5", "\"a b:80\"", "host",
                          "65536", "\"host:+1\"", "\"host: 1\""}) {
    EXPECT_THAT(http(bad), HasSubstr("listen")) << bad;
  }
}

TEST(Pipeline, TakesNamesOfHostsWithoutSchemesAndPorts) {
  const auto http = [](const std::string& hosts) {
    return read(
        "pipeline: p\nservices: [{stage: page-query, with: {from: [page-query]}}]\nhttp: "
        "{listen: 8081, hosts: " +
            hosts + "}\n",
        {{"HOST", "orders.example"}, {"BAD", "a:1"}});
  };
  const weir::Reading good =
      http("[orders.example, \"${HOST}\", localhost, 192.0.2.7, \"[fd00::1]\"]");
  ASSERT_TRUE(good.spec) << PrintToString(findings(good));
  EXPECT_THAT(good.spec->http->hosts, ElementsAre("orders.example", "orders.example", "localhost",
                                                  "192.0.2.7", "[fd00::1]"));
  EXPECT_THAT(http("").spec->http->hosts, IsEmpty());
  for (const char* bad : {"a:80", "http://a", "\"*\"", "fd00::1", "\"\"", "7", "a b", "[a]", "~",
                          "\"[]\"", "\"a/\"", "\"user@a\"", "\"*.a\""}) {
    EXPECT_THAT(findings(http("[good, " + std::string(bad) + "]")),
                ElementsAre(HasSubstr("bad-host: `http.hosts` must hold names of this server")))
        << bad;
  }
  EXPECT_THAT(findings(http("orders.example")),
              ElementsAre(HasSubstr("`http.hosts` must be a list")));
  EXPECT_THAT(findings(http("[\"${BAD}\"]")),
              ElementsAre(HasSubstr("one of them is a text, from \"${BAD}\"")));
}

TEST(Pipeline, TakesATokenThatCannotBeGuessedAndNeverShowsIt) {
  const auto http = [](const std::string& token) {
    return read(
        "pipeline: p\nservices: [{stage: page-query, with: {from: [page-query]}}]\nhttp: "
        "{listen: 8081, token: \"${TOKEN}\"}\n",
        {{"TOKEN", token}});
  };
  EXPECT_EQ(http("0123456789abcde!").spec->http->token, "0123456789abcde!");
  for (const char* bad : {"0123456789abcde", "0123456789 abcdef", "0123456789abcdef\n",
                          "g\u00fcnther-0123456789", "0123456789abcdef\x7F", ""}) {
    const weir::Reading reading = http(bad);
    ASSERT_THAT(findings(reading), ElementsAre(HasSubstr("`http.token` must be"))) << bad;
    std::ostringstream printed;
    printed << reading.diagnostics.front();
    if (*bad != '\0') {
      EXPECT_EQ(printed.str().find(bad), std::string::npos) << printed.str();
    }
  }
}

TEST(Pipeline, ChecksLimitsAndTimes) {
  const weir::Reading reading = read(
      "pipeline: p\nservices: [{stage: page-query, with: {from: [page-query]}}]\n"
      "http: {page: x}\nbatch: {messages: 0, bytes: 12}\ninbox: {bytes: 4MB}\nshards: 65\n"
      "retry: {first: 0s, longest: 3 s}\ndrain: 1500us\nstalled: 999ms\n");
  EXPECT_THAT(
      findings(reading),
      ElementsAre(
          HasSubstr("3:1 missing-key: `http.listen` is missing"),
          HasSubstr(
              "4:19 out-of-range: `batch.messages` must be from 1 to 100000, it is the integer 0"),
          HasSubstr("4:29 out-of-range: `batch.bytes` must be from 1KiB to 1048576KiB, it is the "
                    "integer 12"),
          HasSubstr(
              "5:16 wrong-type: `inbox.bytes` must be a number of bytes, it is the text \"4MB\""),
          HasSubstr("6:9 out-of-range: `shards` must be from 1 to 64"),
          HasSubstr("7:16 out-of-range: `retry.first` must be from 1ms"),
          HasSubstr("7:29 wrong-type: `retry.longest` must be a duration, it is the text \"3 s\" "
                    "(write a whole number and a unit"),
          HasSubstr("8:8 wrong-type: `drain` must be in whole milliseconds"),
          HasSubstr("9:10 out-of-range: `stalled` must be from 1000ms to 86400000ms")));
  EXPECT_THAT(findings(read("pipeline: p\nservices: [{stage: page-query, with: {from: "
                            "[page-query]}}]\nretry: {first: 1m}\n")),
              ElementsAre(HasSubstr("`retry.first` is longer than `retry.longest`")));
}

TEST(Pipeline, TellsListsMapsAndScalarsApart) {
  const weir::Reading reading = read(
      "pipeline: p\nhttp: 8081\nsource: queue-source\nsteps: {stage: anything}\nservices: "
      "[page-query]\nshards: two\nbatch:\n");
  EXPECT_THAT(
      findings(reading),
      ElementsAre(
          HasSubstr("`http` must be a map, it is the integer 8081"),
          HasSubstr("`source` must be a map, it is the text \"queue-source\""),
          HasSubstr("`steps` must be a list, it is a map (start each of its entries with `- `)"),
          HasSubstr("`services[0]` must be a map, it is the text \"page-query\" (write `- stage: "
                    "page-query`)"),
          HasSubstr("`shards` must be an integer, it is the text \"two\""),
          HasSubstr("`batch` must be a map, it is empty")));
}

TEST(Pipeline, FileThatCannotBeReadIsADiagnostic) {
  const auto read_file = [](const char* file) {
    return weir::read_pipeline_file(file, weir::testing::FakeCatalog(),
                                    weir::testing::environment({}));
  };
  EXPECT_THAT(findings(read_file("/nowhere/p.yaml")), ElementsAre(HasSubstr("No such file")));
  EXPECT_THAT(findings(read_file("/")), ElementsAre(HasSubstr("it is a folder")));
}

}  // namespace
