// `weir dead-letters` as its user calls it, on a server that keeps what the test sets.
#include "command_test.hpp"
#include "engine/web/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Pipelines, of which `keepers` keep the same letters; the newest has the highest place.
class Keeping : public Observed {
 public:
  std::vector<PipelineSnapshot> pipelines() const override {
    std::vector<PipelineSnapshot> shots;
    for (const char* name : {"a b", "orders", "third"}) shots.emplace_back().name = name;
    return shots;
  }
  std::string metrics() const override { return {}; }
  std::optional<TraceAnswer> trace(std::string_view, const TraceQuery&) const override {
    return std::nullopt;
  }
  TapOpening tap(std::string_view, std::string_view, std::string) const override { return {}; }
  LetterPage letters(std::string_view pipeline, const LetterQuery& query) const override {
    if (std::ranges::find(keepers, pipeline) == keepers.end())
      return {.refusal = LetterPage::Refusal::no_keeper};
    asked = query;
    LetterPage page;
    for (const Letter& letter : kept) {
      if (query.at != 0 ? letter.place != query.at
                        : query.after != 0 && letter.place >= query.after)
        continue;
      if (query.filter.code && letter.code != query.filter.code) continue;
      if (page.letters.size() == std::min<std::size_t>(query.most, 400)) {
        page.next = page.letters.back().place;
        break;
      }
      page.letters.push_back(letter);
    }
    if (query.at != 0 && page.letters.empty()) page.refusal = LetterPage::Refusal::no_place;
    return page;
  }

  std::vector<std::string> keepers{"orders"};
  std::vector<Letter> kept;
  mutable LetterQuery asked;
};

Letter letter(std::uint64_t place) {
  return {.place = place,
          .origin = "c/orders/0",
          .position = 7,
          .key = "a\x1b",
          .value = "{\n\"x\": \"\x1b\"}",
          .headers = {{"trace", "1"}},
          .stage = "check",
          .code = "schema",
          .reason = "no number",
          .pointer = "/x",
          .written_at = Scheduler::Wall(std::chrono::seconds(1'764'000'000)),
          .replayed_at = std::nullopt};
}

class DeadLettersCommandTest : public CommandTest {
 protected:
  int weir(std::vector<std::string> words, bool names_service = true) {
    words.insert(words.begin(), {"weir", "dead-letters"});
    if (names_service) words.insert(words.end(), {"--url", url});
    return call(words);
  }
  void keep(std::uint64_t count) {
    for (std::uint64_t place = count; place > 0; --place) observed.kept.push_back(letter(place));
  }

  Keeping observed;
  WebServer server{WebOptions{.port = 0}, observed};
  std::string url = "http://127.0.0.1:" + std::to_string(server.port());
};

TEST_F(DeadLettersCommandTest, ListsThemInTwoLinesEach) {
  keep(2);
  observed.kept[1].key.reset();
  observed.kept[1].pointer.reset();
  observed.kept[1].replayed_at = Scheduler::Wall(std::chrono::seconds(1'764'000'001));
  EXPECT_EQ(weir({"list"}), exit_well) << errors;
  EXPECT_EQ(output,
            "pipeline orders\n"
            "2  2025-11-24T16:00:00.000000Z  c/orders/0@7  key a\\x1b\n"
            "    check: schema: no number, at /x\n"
            "1  2025-11-24T16:00:00.000000Z  c/orders/0@7  replayed 2025-11-24T16:00:01.000000Z\n"
            "    check: schema: no number\n");
  EXPECT_EQ(weir({"list", "--code", "other"}), exit_well);
  EXPECT_EQ(output, "pipeline orders\nno dead letters of this kind\n");
}

TEST_F(DeadLettersCommandTest, GoesThroughAsManyPagesAsItTakes) {
  keep(1'300);
  const auto lines = [&] { return std::ranges::count(output, '\n'); };
  EXPECT_EQ(weir({"list", "--all"}), exit_well);
  EXPECT_EQ(lines(), 1 + 2 * 1'300);
  EXPECT_EQ(weir({"list", "--json", "--limit", "1001"}), exit_well);
  EXPECT_EQ(lines(), 1'001);
  EXPECT_THAT(output, testing::StartsWith("{\"place\":\"1300\",\"origin\":"));
  EXPECT_EQ(weir({"list"}), exit_well);
  EXPECT_EQ(lines(), 1 + 2 * 50 + 1);
  EXPECT_THAT(output, testing::EndsWith("there are more: go on with --after 1251\n"));
  EXPECT_EQ(weir({"list", "--after", "1251", "--limit", "1"}), exit_well);
  EXPECT_THAT(output, HasSubstr("\n1250  "));
}

TEST_F(DeadLettersCommandTest, HandsTheFilterOver) {
  EXPECT_EQ(weir({"list", "--code", "a&b", "--stage", "s", "--text", "x y", "--from",
                  "1970-01-01T02:00:00+02:00", "--to", "1970-01-01T00:00:01Z", "--oldest"}),
            exit_well)
      << errors;
  EXPECT_EQ(observed.asked.filter, (LetterFilter{.code = "a&b",
                                                 .stage = "s",
                                                 .text = "x y",
                                                 .from = Scheduler::Wall{},
                                                 .to = Scheduler::Wall(std::chrono::seconds(1))}));
  EXPECT_TRUE(observed.asked.oldest_first);
  EXPECT_EQ(weir({"list", "--from", "yesterday"}), exit_failed);
  EXPECT_THAT(errors, HasSubstr("`from` is not a time"));
}

TEST_F(DeadLettersCommandTest, PrintsWhatTheServiceAnswersAsJsonLines) {
  keep(1);
  observed.kept[0].value = std::string("\0\n\xff/", 4);
  EXPECT_EQ(weir({"list", "--json"}), exit_well);
  const std::string line = output;
  EXPECT_THAT(line, HasSubstr(R"("key":"a\u001B","value":"\u0000\n�/","value_base64":"AAr/Lw==")"));
  EXPECT_EQ(weir({"show", "1", "--json"}), exit_well);
  EXPECT_EQ(output, line);
  EXPECT_EQ(weir({"show", "1", "--value"}), exit_well);
  EXPECT_EQ(output, std::string("\0\n\xff/", 4));
}

TEST_F(DeadLettersCommandTest, ShowsOneWithItsValue) {
  keep(2);
  EXPECT_EQ(weir({"show", "1"}), exit_well) << errors;
  EXPECT_EQ(output,
            "place     1\n"
            "message   c/orders/0@7\n"
            "key       a\\x1b\n"
            "written   2025-11-24T16:00:00.000000Z\n"
            "stage     check\n"
            "code      schema\n"
            "reason    no number\n"
            "pointer   /x\n"
            "header    trace: 1\n"
            "value     11 bytes\n"
            "{\n"
            "\"x\": \"\\x1b\"}\n");
  EXPECT_EQ(weir({"show", "1", "--value"}), exit_well);
  EXPECT_EQ(output, "{\n\"x\": \"\x1b\"}");
  EXPECT_EQ(weir({"show", "3"}), exit_failed);
  EXPECT_THAT(errors, HasSubstr("no dead letter is at this place"));
  EXPECT_EQ(weir({"show", "x"}), exit_failed);
  observed.kept[1].value.reset();
  EXPECT_EQ(weir({"show", "1"}), exit_well);
  EXPECT_THAT(output, testing::EndsWith("value     none\n"));
}

TEST_F(DeadLettersCommandTest, AsksThePipelinesThatKeepSome) {
  keep(1);
  observed.keepers = {"a b", "orders"};
  EXPECT_EQ(weir({"list"}), exit_well) << errors;
  EXPECT_THAT(output, HasSubstr("pipeline a b\n1  "));
  EXPECT_THAT(output, HasSubstr("pipeline orders\n1  "));
  EXPECT_THAT(output, Not(HasSubstr("third")));
  EXPECT_EQ(weir({"show", "1"}), exit_usage);
  EXPECT_THAT(errors, HasSubstr("name one by --pipeline: a b, orders"));
  EXPECT_EQ(weir({"list", "--after", "2"}), exit_usage);
  EXPECT_EQ(weir({"show", "1", "--pipeline", "a b"}), exit_well) << errors;
  EXPECT_EQ(weir({"list", "--pipeline", "third"}), exit_failed);
  observed.keepers = {};
  EXPECT_EQ(weir({"list"}), exit_failed);
  EXPECT_THAT(errors, HasSubstr("no pipeline of the service keeps dead letters"));
}

TEST_F(DeadLettersCommandTest, FindsTheServiceByThePipelinesFile) {
  keep(1);
  const auto file = std::filesystem::path(testing::TempDir()) /
                    ("letters-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(file) << "pipeline: orders\nhttp: { listen: 0.0.0.0:" << server.port()
                      << " }\nsource: { stage: fixture-books-source }\n"
                         "steps: [{ stage: fixture-books-step }]\n";
  EXPECT_EQ(weir({"list", file.string(), "--plugins", WEIR_FIXTURES}, false), exit_well) << errors;
  EXPECT_THAT(output, HasSubstr("pipeline orders\n1  "));
  EXPECT_EQ(weir({"show", file.string(), "1", "--plugins", WEIR_FIXTURES}, false), exit_well);
  EXPECT_EQ(weir({"list", file.string(), "--plugins", WEIR_FIXTURES}), exit_usage) << "and --url";
  EXPECT_EQ(weir({"show", file.string(), "1", "--plugins", WEIR_FIXTURES}), exit_usage);
  std::filesystem::remove(file);
  EXPECT_EQ(weir({"list", file.string(), "--plugins", WEIR_FIXTURES}, false), exit_usage);
}

TEST_F(DeadLettersCommandTest, SaysHowItIsUsed) {
  EXPECT_EQ(weir({}, false), exit_usage);
  EXPECT_EQ(weir({"show"}), exit_usage);
  EXPECT_EQ(weir({"list", "--limit", "0"}), exit_usage);
  EXPECT_EQ(weir({"list", "--all", "--limit", "3"}), exit_usage);
  EXPECT_EQ(weir({"list", "--url", "ftp://there"}, false), exit_usage);
  EXPECT_EQ(weir({"list", "--url", "http://127.0.0.1:1"}, false), exit_failed);
  EXPECT_EQ(weir({"--help"}, false), exit_well);
  EXPECT_THAT(output, testing::AllOf(HasSubstr("list"), HasSubstr("show")));
  EXPECT_EQ(weir({"list", "--help"}, false), exit_well);
  EXPECT_THAT(output, HasSubstr("--from"));
}

}  // namespace
}  // namespace weir
