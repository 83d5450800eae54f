// Dead letters as a running pipeline lists them, out of a stage that shows two a call.
#include "engine/loader/text.hpp"
#include "run.hpp"

#include <gmock/gmock.h>
#include <weir/ext/letters.h>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Refusal = LetterPage::Refusal;

class LetterSearchTest : public Run {
 protected:
  /// Places are 1 and on, of positions 10 and on.
  void keep(const std::string& more = "") {
    start(
        "pipeline: p\nsource: { stage: fixture-counting-source, with: { messages: 1, path: s } }\n"
        "rejects: [{ stage: fixture-recording, name: first, with: { path: r } }, { name: letters, "
        "stage: fixture-books-letters, with: { positions: [10, 11, 12, 13, 14], others: [15]" +
        more + " } }]\n");
  }
  LetterPage list(const LetterQuery& query) const { return supervisor->letters("p", query); }
  static std::vector<std::uint64_t> places(const LetterPage& page) {
    std::vector<std::uint64_t> all;
    for (const Letter& letter : page.letters) all.push_back(letter.place);
    return all;
  }
  static Scheduler::Wall second(int seconds) {
    return Scheduler::Wall(std::chrono::seconds(seconds));
  }
};

TEST_F(LetterSearchTest, ListsPagesInEitherOrderAndTellsTheLastOne) {
  keep();
  const LetterPage first = list({.most = 4});
  EXPECT_EQ(first.refusal, Refusal::none);
  EXPECT_THAT(places(first), ElementsAre(6, 5, 4, 3));
  EXPECT_EQ(first.next, 3U);
  EXPECT_EQ(first.letters[0].code, "other");
  EXPECT_EQ(first.letters[0].position, 15);
  const LetterPage last = list({.after = first.next, .most = 2});
  EXPECT_THAT(places(last), ElementsAre(2, 1));
  EXPECT_EQ(last.next, 0U) << "it is full, and there are no more";
  const LetterPage oldest = list({.oldest_first = true, .after = 2, .most = 3});
  EXPECT_THAT(places(oldest), ElementsAre(3, 4, 5));
  EXPECT_EQ(oldest.next, 5U);
}

TEST_F(LetterSearchTest, GivesWhatTheFilterLetsPass) {
  keep(R"(, values: ["one", "two", "a needle"])");
  EXPECT_THAT(places(list({.filter = {.code = "other"}})), ElementsAre(6));
  EXPECT_THAT(places(list({.filter = {.text = "needle"}})), ElementsAre(3));
  EXPECT_THAT(places(list({.filter = {.from = second(11), .to = second(13)}})), ElementsAre(3, 2));
  EXPECT_THAT(places(list({.filter = {.stage = "nobody"}})), IsEmpty());
  const LetterPage page = list({.filter = {.text = "o"}, .most = 2});
  EXPECT_THAT(places(page), ElementsAre(6, 5)) << "the code, and the origin of each";
}

TEST_F(LetterSearchTest, EndsAPageByItsBytesButNeverBeforeItsFirstLetter) {
  keep(R"(, values: ["", "", "", "12345", "123456", "1"])");
  const LetterPage first = list({.most_bytes = 4});
  EXPECT_THAT(places(first), ElementsAre(6));
  EXPECT_EQ(first.next, 6U);
  const LetterPage second = list({.after = first.next, .most_bytes = 4});
  EXPECT_THAT(places(second), ElementsAre(5));
  EXPECT_THAT(places(list({.after = second.next, .most_bytes = 5})), ElementsAre(4, 3, 2, 1));
}

TEST_F(LetterSearchTest, EndsAPageByTimeAndGetsOn) {
  keep();
  std::vector<std::uint64_t> all;
  LetterQuery query{.filter = {.code = "bad"}, .longest = std::chrono::milliseconds(0)};
  int pages = 0;
  do {
    const LetterPage page = list(query);
    ASSERT_EQ(page.refusal, Refusal::none);
    for (const auto place : places(page)) all.push_back(place);
    query.after = page.next;
    ASSERT_LE(++pages, 6);
  } while (query.after != 0);
  EXPECT_THAT(all, ElementsAre(5, 4, 3, 2, 1));
  EXPECT_EQ(pages, 6) << "the first has nothing that the filter lets pass";
}

TEST_F(LetterSearchTest, FindsTheLetterAtAPlace) {
  keep();
  for (const std::uint64_t place : {1U, 3U, 6U})
    EXPECT_THAT(places(list({.at = place})), ElementsAre(place));
  EXPECT_EQ(list({.at = 7}).refusal, Refusal::no_place);
  EXPECT_EQ(list({.after = 7}).refusal, Refusal::no_place);
  EXPECT_EQ(list({.after = 7, .checks_place = false}).refusal, Refusal::none);
}

TEST_F(LetterSearchTest, SaysWhyThereAreNone) {
  keep(", away: true");
  EXPECT_EQ(supervisor->letters("q", {}).refusal, Refusal::no_pipeline);
  for (const LetterQuery& query : {LetterQuery{}, LetterQuery{.at = 1}, LetterQuery{.after = 1}}) {
    const LetterPage page = list(query);
    EXPECT_EQ(page.refusal, Refusal::away);
    EXPECT_EQ(page.stage, "letters");
    EXPECT_THAT(page.why, HasSubstr("the letters are away"));
  }
  supervisor.reset();
  keep(", stuck: true");
  EXPECT_EQ(list({}).refusal, Refusal::away) << "once it has not got on";
  EXPECT_THAT(list({}).why, HasSubstr("does not get on"));
  supervisor.reset();
  start(
      "pipeline: p\nsource: { stage: fixture-counting-source, with: { messages: 1, path: s } }\n"
      "rejects: [{ stage: fixture-recording, with: { path: r } }]\n");
  EXPECT_EQ(list({}).refusal, Refusal::no_keeper);
}

TEST(LetterFilter, LooksIntoEveryTextByteForByte) {
  const weir_header header{view("trace"), view("\xFF\x01")};
  weir_letter letter{};
  letter.origin = view("c/orders/0");
  letter.message.key = view("key");
  letter.message.value = view(std::string_view("v\0w", 3));
  letter.message.headers = &header;
  letter.message.header_count = 1;
  letter.stage = view("check");
  letter.code = view("schema");
  letter.reason = view("no number");
  letter.pointer = view("/a/b");
  letter.written_us = -1;
  for (const std::string_view held :
       {std::string_view("orders"), std::string_view("key"), std::string_view("\0w", 2),
        std::string_view("race"), std::string_view("\xFF"), std::string_view("heck"),
        std::string_view("schema"), std::string_view("o num"), std::string_view("/b")})
    EXPECT_TRUE(LetterFilter{.text = std::string(held)}.lets_pass(letter)) << held;
  for (const char* other : {"KEY", "keyv", "no  number", "\xFE"})
    EXPECT_FALSE(LetterFilter{.text = other}.lets_pass(letter)) << other;
  EXPECT_TRUE((LetterFilter{.code = "schema", .stage = "check"}.lets_pass(letter)));
  EXPECT_FALSE(LetterFilter{.code = "schem"}.lets_pass(letter));
  EXPECT_FALSE(LetterFilter{.from = Scheduler::Wall{}}.lets_pass(letter))
      << "when it was written is not known";
  letter.code = {nullptr, 0};
  EXPECT_FALSE(LetterFilter{.code = ""}.lets_pass(letter)) << "no code is not an empty one";
}

}  // namespace
}  // namespace weir
