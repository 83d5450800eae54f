// `weir trace` as its user calls it, on a server that shows what the test sets.
#include "command_test.hpp"
#include "engine/web/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::Not;

Scheduler::Wall at(std::int64_t us) {
  return Scheduler::Wall(std::chrono::microseconds(1'764'000'000'000'000 + us));
}

/// Two pipelines, one of which knows a message.
class Knowing : public Observed {
 public:
  std::vector<PipelineSnapshot> pipelines() const override {
    std::vector<PipelineSnapshot> shots(2);
    shots[0].name = "first one";
    shots[1].name = "orders";
    return shots;
  }
  std::string metrics() const override { return {}; }
  std::optional<TraceAnswer> trace(std::string_view pipeline,
                                   const TraceQuery& query) const override {
    if (pipeline != "orders" && pipeline != "first one") return std::nullopt;
    const bool known = query.key ? *query.key == "a b" || *query.key == "odd@1"
                                 : query.is_origin("c/orders/0") && query.position == 7;
    return pipeline == "orders" && known ? answer : TraceAnswer{};
  }
  LetterPage letters(std::string_view, const LetterQuery&) const override { return {}; }
  ReplayAnswer replay(std::string_view, const ReplayQuery&) const override { return {}; }
  TapOpening tap(std::string_view, std::string_view, std::string) const override {
    return {.refusal = TapOpening::Refusal::no_pipeline};
  }

  TraceAnswer answer;
};

class TraceCommand : public CommandTest {
 protected:
  int weir(std::vector<std::string> words) {
    words.insert(words.begin(), {"weir", "trace"});
    return call(words);
  }

  Knowing observed;
  WebServer server{WebOptions{.port = 0}, observed};
  std::string url = "http://127.0.0.1:" + std::to_string(server.port());
};

TracedMessage rejected() {
  TracedMessage message;
  message.origin = "c/orders/0";
  message.position = 7;
  message.key = "a b";
  message.read_at = at(0);
  message.stages = {{.stage = "check",
                     .fate = MessageFate::rejected,
                     .code = "schema",
                     .reason = "\x1b[31mno number",
                     .pointer = "/payment/amount",
                     .seconds = 0.0000094,
                     .at = at(2500)}};
  message.settled_at = at(34'000);
  message.outcome = TraceOutcome::rejected;
  return message;
}

TEST_F(TraceCommand, TellsAMessagesWayInWords) {
  observed.answer.messages.push_back(rejected());
  observed.answer.rows.push_back(
      {.stage = "store", .origin = "c/orders/0", .position = 9, .stored_at = at(0)});
  observed.answer.unanswered.push_back({.stage = "letters", .reason = "too many"});
  EXPECT_EQ(weir({"--url", url, "a b"}), exit_well) << errors;
  EXPECT_EQ(output,
            "pipeline orders\n"
            "c/orders/0@7  rejected  key a b\n"
            "  read                   2025-11-24T16:00:00.000000Z\n"
            "  check        rejected  + 2.5 ms     in 9.4 µs\n"
            "                         schema: \\x1b[31mno number, at /payment/amount\n"
            "  settled                + 34 ms\n"
            "kept by store: c/orders/0@9, since 2025-11-24T16:00:00.000000Z\n"
            "not asked to the end: letters: too many\n");
}

TEST_F(TraceCommand, TakesAMessageOrAKeyThatLooksLikeOne) {
  observed.answer.messages.push_back(rejected());
  EXPECT_EQ(weir({"--url", url, "orders[0]@7"}), exit_well);
  EXPECT_THAT(output, HasSubstr("c/orders/0@7"));
  EXPECT_EQ(weir({"--url", url + "/", "odd@1"}), exit_well);
}

TEST_F(TraceCommand, PrintsOneJsonDocument) {
  observed.answer.messages.push_back(rejected());
  EXPECT_EQ(weir({"--json", "--url", url, "a b"}), exit_well);
  EXPECT_THAT(output, testing::StartsWith("{\"pipelines\":[{"));
  EXPECT_THAT(output, HasSubstr("\"pipeline\":\"orders\""));
  EXPECT_EQ(weir({"--json", "--url", url, "none"}), exit_failed);
  EXPECT_EQ(output, "{\"pipelines\":[]}\n");
}

TEST_F(TraceCommand, FindsTheServiceByThePipelinesFile) {
  observed.answer.letters.push_back({.place = 12,
                                     .origin = "c/orders/0",
                                     .position = 7,
                                     .key = "a b",
                                     .value = "{}",
                                     .headers = {},
                                     .stage = "check",
                                     .code = "schema",
                                     .reason = "no",
                                     .pointer = std::nullopt,
                                     .written_at = at(0),
                                     .replayed_at = at(1)});
  const auto file =
      std::filesystem::path(testing::TempDir()) / ("trace-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(file) << "pipeline: orders\nhttp: { listen: 0.0.0.0:" << server.port()
                      << " }\nsource: { stage: fixture-books-source }\n"
                         "steps: [{ stage: fixture-books-step }]\n";
  EXPECT_EQ(weir({file.string(), "a b", "--plugins", WEIR_FIXTURES}), exit_well) << errors;
  std::filesystem::remove(file);
  EXPECT_THAT(output, HasSubstr("not among the last 100,000 messages"));
  EXPECT_THAT(output,
              HasSubstr("dead letter 12: c/orders/0@7, written 2025-11-24T16:00:00.000000Z, "
                        "by check, replayed 2025-11-24T16:00:00.000001Z: schema: no\n"));
}

TEST_F(TraceCommand, EndsWithCode1WhereNothingIsKnownOrNobodyAnswers) {
  EXPECT_EQ(weir({"--url", url, "none"}), exit_failed);
  EXPECT_THAT(output, HasSubstr("nothing is known of it"));
  EXPECT_EQ(weir({"--url", "http://127.0.0.1:1", "none"}), exit_failed);
  EXPECT_THAT(errors, HasSubstr("no service answers at http://127.0.0.1:1"));
}

TEST_F(TraceCommand, RefusesAWrongCommandLine) {
  EXPECT_EQ(weir({}), exit_usage);
  EXPECT_EQ(weir({"a"}), exit_usage);
  EXPECT_EQ(weir({"--url", url, "a", "b"}), exit_usage);
  EXPECT_EQ(weir({"file.yaml", "a", "b"}), exit_usage);
  EXPECT_EQ(weir({"--url", "ftp://there", "a"}), exit_usage);
  EXPECT_THAT(errors, HasSubstr("is no address of a service"));
}

}  // namespace
}  // namespace weir
