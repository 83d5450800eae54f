#include "engine/cli/books_text.hpp"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Books balanced() {
  Books books;
  books.tally = {.stored = 11'900, .superseded = 300, .rejected = 145};
  books.lanes = {{.origin = "c/orders/0", .next = 12'345, .end = 12'345, .tally = books.tally}};
  books.letters = 145;
  return books;
}

Books unbalanced() {
  Books books = balanced();
  books.tally.missing = 3;
  books.finding_count = 5;
  books.unaccounted = 3;
  books.findings = {{.kind = Finding::Kind::missing,
                     .origin = "c/orders/0",
                     .first = 7,
                     .last = 9,
                     .messages = 3,
                     .what = "no row has its key a\x1b[31m\xff",
                     .cure = "send it again"}};
  return books;
}

TEST(BooksText, EndsWithOneSentenceThatSaysAll) {
  EXPECT_THAT(books_text(balanced()),
              EndsWith("12,345 messages, all accounted for: 11,900 stored, 300 superseded, 145 "
                       "rejected, 0 pending\n"));
}

TEST(BooksText, HasALineForEachLane) {
  EXPECT_THAT(books_text(balanced()),
              HasSubstr("c/orders/0: 12,345 messages: 11,900 stored, 300 superseded, 145 rejected, "
                        "0 pending\n"));
}

TEST(BooksText, NamesWhatIsNotAccountedForAndWhatToDo) {
  const std::string text = books_text(unbalanced());
  EXPECT_THAT(text, HasSubstr("c/orders/0 positions 7 to 9 (3 messages; of the first one): "
                              "missing: no row has its key a"));
  EXPECT_THAT(text, HasSubstr("; send it again\n"));
  EXPECT_THAT(text, HasSubstr("and 4 findings more; --limit shows more of them\n"));
  EXPECT_THAT(text, HasSubstr("12,348 messages, 3 not accounted for: "));
  EXPECT_THAT(text, EndsWith(", 3 missing\n"));
}

TEST(BooksText, EscapesBytesFromOutside) {
  const std::string text = books_text(unbalanced());
  EXPECT_THAT(text, HasSubstr("\\x1b[31m\\xff"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(BooksText, TellsOfLettersThatDoNotCountAndOfPositionsThatAreGone) {
  Books books = balanced();
  books.letters_repeated = 2;
  books.letters_idle = 1;
  books.gone = books.lanes[0].gone = 4'000;
  const std::string text = books_text(books);
  EXPECT_THAT(text, HasSubstr("145 letters, 2 of them of messages that have another one, 1 of them "
                              "of messages that were stored after all"));
  EXPECT_THAT(text, HasSubstr("; 4,000 positions are gone from the source\n"));
  EXPECT_THAT(text, HasSubstr("\n4,000 positions are gone from the source\n"));
}

TEST(BooksText, IsAvailableAsOneJsonDocument) {
  Poco::JSON::Parser parser;
  const auto document =
      parser.parse(books_json("orders", unbalanced())).extract<Poco::JSON::Object::Ptr>();
  EXPECT_EQ(document->getValue<std::string>("pipeline"), "orders");
  EXPECT_FALSE(document->getValue<bool>("balanced"));
  EXPECT_EQ(document->getValue<int>("messages"), 12'348);
  EXPECT_EQ(document->getArray("lanes")->size(), 1U);
  EXPECT_EQ(document->getValue<int>("finding_count"), 5);
  const auto finding = document->getArray("findings")->getObject(0);
  EXPECT_EQ(finding->getValue<std::string>("kind"), "missing");
  EXPECT_EQ(finding->getValue<int>("first"), 7);
  EXPECT_EQ(finding->getValue<std::string>("cure"), "send it again");
}

}  // namespace
}  // namespace weir
