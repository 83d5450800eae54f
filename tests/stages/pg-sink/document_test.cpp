#include "document.hpp"

#include <gtest/gtest.h>

#include "../texts/json_texts.hpp"

using namespace weir::pg_sink;

namespace {

std::string rewritten(std::string_view text) {
  Document document;
  const auto unreadable = document.parse(text);
  EXPECT_FALSE(unreadable) << unreadable->reason;
  std::string out;
  document.write(document[Document::root], out);
  return out;
}

std::string refusal(std::string_view text) {
  Document document;
  const auto unreadable = document.parse(text);
  return unreadable ? unreadable->code + unreadable->pointer.value_or("") : "none";
}

TEST(PgSinkDocument, KeepsEveryDigitOfANumber) {
  const std::string numbers =
      "[1e400,-0,0.10,12345678901234567890123,1.7976931348623157e+308,9223372036854775808]";
  EXPECT_EQ(rewritten(numbers), numbers);
}

TEST(PgSinkDocument, DecodesStringsAndWritesThemAgain) {
  EXPECT_EQ(rewritten(R"({"\u00fc\ud83d\ude00":"\"\\\/\b\f\n\r\t\u0001"})"),
            "{\"ü😀\":\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\"}");
}

TEST(PgSinkDocument, KeepsAnEmptyNameAndAnEmptyString) {
  EXPECT_EQ(rewritten(R"( { "" : "" , "a" : [ ] } )"), R"({"":"","a":[]})");
}

TEST(PgSinkDocument, ForgetsTheMessageBefore) {
  Document document;
  EXPECT_TRUE(document.parse(R"({"a": [1, 2)"));
  EXPECT_TRUE(document.parse(R"({"a": 1, "a": 2})"));
  ASSERT_FALSE(document.parse(R"({"b": "x"})"));
  EXPECT_EQ(document.member(document[Document::root], "b")->text, "x");
  EXPECT_EQ(document.member(document[Document::root], "a"), nullptr);
}

TEST(PgSinkDocument, RefusesWhatIsNotJson) {
  for (const char* text : {"", " ", "{", "[1,]", "01", "1 2", "nul", "'a'", "\"\t\"", "\"\\ud800\"",
                           "\"\xc0\xaf\"", "NaN", "1e", "\xef\xbb\xbf{}"}) {
    EXPECT_EQ(refusal(text), "json") << text;
  }
  EXPECT_EQ(refusal(std::string_view("{}\0", 3)), "json");
}

TEST(PgSinkDocument, RefusesAMemberThatStandsTwiceAndSaysWhere) {
  EXPECT_EQ(refusal(R"({"a":1,"b":{"c":[{},{"d/e":1,"d\/e":2}]}})"), "duplicate/b/c/1/d~1e");
  std::string wide = "{";
  for (int i = 0; i < 100; ++i) wide += "\"m" + std::to_string(i) + "\":0,";
  EXPECT_EQ(refusal(wide + "\"m57\":1}"), "duplicate/m57");
  EXPECT_EQ(refusal(wide + "\"m100\":1}"), "none");
  EXPECT_EQ(refusal(R"({"":1,"":2})"), "duplicate/");
}

TEST(PgSinkDocument, LimitsTheDepth) {
  EXPECT_EQ(refusal(std::string(100, '[') + std::string(100, ']')), "none");
  EXPECT_EQ(refusal(std::string(1'000'000, '[')), "too-deep" + weir::testing::repeat("/0", 127));
}

}  // namespace
