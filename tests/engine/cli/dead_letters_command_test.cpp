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

  /// The outcome of a letter is that of its place; three at a time.
  ReplayAnswer replay(std::string_view, const ReplayQuery& query) const override {
    replays.push_back(query);
    if (away) return {.refusal = ReplayAnswer::Refusal::not_now, .why = "the database is away"};
    std::vector<std::uint64_t> places = query.places;
    for (std::uint64_t place = query.after + 1; query.places.empty() && place <= kept.size();
         ++place)
      places.push_back(place);
    ReplayAnswer answer;
    if (places.size() > 3 && query.places.empty()) answer.next = places[2];
    places.resize(std::min<std::size_t>(places.size(), 3));
    for (const std::uint64_t place : places) {
      auto& letter = answer.letters.emplace_back();
      letter = {.place = place, .origin = "c/orders/0", .position = 7, .key = "a\x1b"};
      letter.outcome =
          place <= outcomes.size() ? outcomes[place - 1] : ReplayedLetter::Outcome::stored;
      if (letter.outcome != ReplayedLetter::Outcome::rejected) continue;
      letter.stage = "check";
      letter.code = "schema";
      letter.reason = "no \x1b number";
      letter.pointer = "/x";
    }
    return answer;
  }

  std::vector<std::string> keepers{"orders"};
  std::vector<Letter> kept;
  std::vector<ReplayedLetter::Outcome> outcomes;
  bool away = false;
  mutable LetterQuery asked;
  mutable std::vector<ReplayQuery> replays;
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

TEST_F(DeadLettersCommandTest, ReplaysThoseAtPlaces) {
  using Outcome = ReplayedLetter::Outcome;
  observed.outcomes = {Outcome::stored, Outcome::rejected, Outcome::superseded};
  EXPECT_EQ(weir({"replay", "1", "2", "3", "4"}), exit_failed) << "one is not done";
  EXPECT_EQ(output,
            "stored      1  c/orders/0@7  key a\\x1b\n"
            "rejected    2  c/orders/0@7  key a\\x1b\n"
            "    check: schema: no \\x1b number, at /x\n"
            "superseded  3  c/orders/0@7  key a\\x1b\n"
            "stored      4  c/orders/0@7  key a\\x1b\n"
            "4 letters: 1 rejected, 2 stored, 1 superseded\n");
  EXPECT_EQ(observed.replays,
            (std::vector{ReplayQuery{.places = {1, 2, 3, 4}}, ReplayQuery{.places = {4}}}))
      << "those that were not reached are asked for again";
  EXPECT_EQ(weir({"replay", "1", "--dry-run"}), exit_well) << errors;
  EXPECT_THAT(output, HasSubstr("\ndry run, nothing was changed: 1 letter: 1 stored\n"));
  EXPECT_TRUE(observed.replays.back().dry_run);
}

TEST_F(DeadLettersCommandTest, ReplaysWhatTheFilterSaysPageByPage) {
  keep(7);
  EXPECT_EQ(weir({"replay", "--code", "a b", "--from", "1970-01-01T00:00:00Z", "--json"}),
            exit_well)
      << errors;
  EXPECT_EQ(std::ranges::count(output, '\n'), 7);
  EXPECT_THAT(output, testing::StartsWith(R"({"place":"1","origin":"c/orders/0","position":7,)"));
  const LetterFilter filter{.code = "a b", .from = Scheduler::Wall{}};
  EXPECT_EQ(observed.replays,
            (std::vector{ReplayQuery{.filter = filter}, ReplayQuery{.filter = filter, .after = 3},
                         ReplayQuery{.filter = filter, .after = 6}}));
  EXPECT_EQ(weir({"replay", "--all"}), exit_well);
  EXPECT_EQ(observed.replays.back(), ReplayQuery{.after = 6});
}

TEST_F(DeadLettersCommandTest, ReplaysNothingUnasked) {
  EXPECT_EQ(weir({"replay"}), exit_usage);
  EXPECT_THAT(errors, HasSubstr("by their places, by a filter, or --all"));
  EXPECT_EQ(weir({"replay", "1", "--all"}), exit_usage);
  EXPECT_EQ(weir({"replay", "1", "--code", "x"}), exit_usage);
  EXPECT_EQ(weir({"replay", "1", "x"}), exit_usage);
  EXPECT_EQ(weir({"replay", "file.yaml", "1"}), exit_usage) << "a file, and --url as well";
  observed.keepers = {"a b", "orders"};
  EXPECT_EQ(weir({"replay", "--all"}), exit_usage);
  EXPECT_TRUE(observed.replays.empty());
}

TEST_F(DeadLettersCommandTest, SaysWhyNothingIsReplayed) {
  observed.away = true;
  EXPECT_EQ(weir({"replay", "1"}), exit_failed);
  EXPECT_THAT(errors, HasSubstr("answers 503: the database is away"));
}

TEST_F(DeadLettersCommandTest, ReplaysWithTheServicesToken) {
  WebServer guarded{WebOptions{.port = 0, .token = "secret"}, observed};
  url = "http://127.0.0.1:" + std::to_string(guarded.port());
  EXPECT_EQ(weir({"replay", "1"}), exit_failed);
  EXPECT_THAT(errors, HasSubstr("answers 401"));
  EXPECT_EQ(weir({"replay", "1", "--token", "secret"}), exit_well) << errors;
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
  EXPECT_EQ(weir({"replay", file.string(), "1", "--plugins", WEIR_FIXTURES}, false), exit_well);
  EXPECT_EQ(weir({"list", file.string(), "--plugins", WEIR_FIXTURES}), exit_usage) << "and --url";
  EXPECT_EQ(weir({"show", file.string(), "1", "--plugins", WEIR_FIXTURES}), exit_usage);
  std::filesystem::remove(file);
  EXPECT_EQ(weir({"list", file.string(), "--plugins", WEIR_FIXTURES}, false), exit_usage);
}

TEST_F(DeadLettersCommandTest, SaysHowItIsUsed) {
  EXPECT_EQ(weir({}, false), exit_usage);
  EXPECT_EQ(weir({"show"}), exit_usage);
  EXPECT_EQ(weir({"show", "file.yaml", "1", "2"}, false), exit_usage);
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
