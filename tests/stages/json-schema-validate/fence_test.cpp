// Hostile documents: whatever could crash, stall or silently change further on is refused, with its
// code and place.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "document_reader.hpp"

namespace weir::json_schema_validate::testing {
namespace {

using namespace std::string_literals;

std::string repeat(std::string_view piece, std::size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

struct Hostile {
  std::string what, document, verdict;
};

void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.what; }

class Fence : public ::testing::TestWithParam<Hostile> {};

TEST_P(Fence, RefusesWithTheRightCodeAndPlace) {
  DocumentReader reader{Limits{}};
  EXPECT_EQ(verdict(reader.read(GetParam().document)), GetParam().verdict);
  EXPECT_EQ(verdict(reader.read(R"({"fine": true})")), "accepted")
      << "what was refused left something behind";
}

TEST(DocumentReader, TakesNoMoreMemoryForALargeDocumentBecauseOfTheOnesBefore) {
  DocumentReader reader{Limits{}};
  const std::string large = "[\"" + repeat("x", 60'000) + "\",\"" + repeat("y", 60'000) + "\"]";
  for (int i = 0; i < 100; ++i) ASSERT_EQ(verdict(reader.read(large)), "accepted") << i;
}

const std::vector<Hostile> corpus{
    {"EmptyValue", "", "not-json nowhere"},
    {"WhiteSpace", " \n\t", "not-json nowhere"},
    {"Words", "an order, please", "not-json nowhere"},
    {"CutShort", R"({"a": [1, 2)", "not-json nowhere"},
    {"TwoDocuments", "{} {}", "not-json nowhere"},
    {"TrailingComma", R"({"a": 1,})", "not-json nowhere"},
    {"Comment", "{} // why", "not-json nowhere"},
    {"SingleQuotes", "{'a': 1}", "not-json nowhere"},
    {"NaN", R"({"a": NaN})", "not-json nowhere"},
    {"Infinity", R"({"a": -Infinity})", "not-json nowhere"},
    {"LeadingZero", R"({"a": 012})", "not-json nowhere"},
    {"BareControlCharacter", "{\"a\": \"x\ny\"}", "not-json nowhere"},
    {"BareNul", "{\"a\": \"x\0y\"}"s, "not-json nowhere"},
    {"NulAfterTheEnd", "{}\0"s, "not-json nowhere"},
    {"ByteOrderMark", "\xEF\xBB\xBF{}", "not-json nowhere"},
    {"Utf16", "\xFF\xFE{\0}\0"s, "not-utf8 nowhere"},
    {"Latin1", "{\"name\": \"J\xF6rg\"}", "not-utf8 nowhere"},
    {"InvalidName", "{\"J\xF6rg\": 1}", "not-utf8 nowhere"},
    {"OverlongSlash", "{\"a\": \"\xC0\xAF\"}", "not-utf8 nowhere"},
    {"EncodedSurrogate", "{\"a\": \"\xED\xA0\x80\"}", "not-utf8 nowhere"},
    {"BeyondUnicode", "{\"a\": \"\xF4\x90\x80\x80\"}", "not-utf8 nowhere"},
    {"CutCharacter", "{\"a\": \"\xE2\x82\"}", "not-utf8 nowhere"},
    {"LoneLeadingSurrogate", R"({"a": "\ud83d!"})", "lone-surrogate nowhere"},
    {"LoneTrailingSurrogate", R"({"a": "\ude00"})", "lone-surrogate nowhere"},
    {"LoneSurrogateInName", R"({"\ud83d": 1})", "lone-surrogate nowhere"},
    {"EscapedNul", R"({"a": {"b": ["", "x\u0000y"]}})", "nul at '/a/b/1'"},
    {"EscapedNulInName", R"({"a": {"before": 1, "k\u0000ey": 1}})", "nul at '/a'"},
    {"EscapedNulFirst", R"(["\u0000"])", "nul at '/0'"},
    {"DuplicateMember", R"({"a": 1, "b": {"c": 1, "d": 2, "c": 3}})", "duplicate-member at '/b/c'"},
    {"DuplicateByEscape", R"({"key": 1, "k\u0065y": 2})", "duplicate-member at '/key'"},
    {"DuplicateOfEqualValue", R"([{"a": null, "a": null}])", "duplicate-member at '/0/a'"},
    {"DuplicateOfObjects", R"({"a": {"x": 1}, "a": {"y": 2}})", "duplicate-member at '/a'"},
    {"DuplicateEmptyName", R"({"": 1, "": 1})", "duplicate-member at '/'"},
    {"IntegerBeyond64Bits", R"({"a": 9223372036854775808})", "number-range at '/a'"},
    {"NegativeBeyond64Bits", R"({"a": [0, -9223372036854775809]})", "number-range at '/a/1'"},
    {"IntegerOfManyDigits", R"({"a": 1)" + repeat("0", 5'000) + "}", "number-range at '/a'"},
    {"Double1e400", R"({"a": 1e400})", "number-range at '/a'"},
    {"DoubleMinus1e400", R"({"a": -1e400})", "number-range at '/a'"},
    {"DoubleThatVanishes", R"({"a": 1e-400})", "number-range at '/a'"},
    {"HugeExponent", R"({"a": 1e999999999999999999999})", "number-range at '/a'"},
    {"DeepLists", repeat("[", 33) + repeat("]", 33), "too-deep at '" + repeat("/0", 32) + "'"},
    {"DeepObjects", repeat(R"({"a":)", 33) + "1" + repeat("}", 33),
     "too-deep at '" + repeat("/a", 32) + "'"},
    {"DepthOfAMillion", repeat("[", 1'000'000), "too-deep at '" + repeat("/0", 32) + "'"},
    {"ManyElements", "[" + repeat("0,", 100'000) + "0]", "too-many-items at '/9999'"},
    {"LargeMessage", "\"" + repeat("x", 10'000'000) + "\"", "too-large nowhere"},
    {"LongString", R"({"a": ")" + repeat("x", 100'000) + "\"}", "too-long at '/a'"},
    {"LongStringOfEscapes", R"({"a": ")" + repeat("\\u00e9", 40'000) + "\"}", "too-long at '/a'"},
    {"LongName", R"({"before": 1, ")" + repeat("x", 100'000) + "\": 1}", "too-long at ''"},
    {"PlaceTooLongForAHeader", R"({"a": {")" + repeat("x", 5'000) + R"(": 1e400}})",
     "number-range at '/a'"},
    {"PlaceBelowNamesWithEscapes", R"({"\u0061b": {"\u0063d": [{"\u0065f": {"g": [0, 1e400]}}]}})",
     "number-range at '/ab/cd/0/ef/g/1'"},
    {"PlaceToEscape", R"({"a/b": {"m~n": 1e400}})", "number-range at '/a~1b/m~0n'"},
};

INSTANTIATE_TEST_SUITE_P(Corpus, Fence, ::testing::ValuesIn(corpus),
                         [](const auto& tested) { return tested.param.what; });

TEST(FenceLimits, LetPassWhatJustFits) {
  const Limits limits{.bytes = 40, .depth = 3, .items = 6, .string = 4};
  DocumentReader reader(limits);
  EXPECT_EQ(verdict(reader.read("[[[1,2,3]]]")), "accepted");
  EXPECT_EQ(verdict(reader.read("[[[1,2,3,4]]]")), "too-many-items at '/0/0/3'");
  EXPECT_EQ(verdict(reader.read("[[[[]]]]")), "too-deep at '/0/0/0'");
  EXPECT_EQ(verdict(reader.read(R"({"abcd":"efgh"})")), "accepted");
  EXPECT_EQ(verdict(reader.read(R"({"abcd":"efghi"})")), "too-long at '/abcd'");
  EXPECT_EQ(verdict(reader.read(R"({"abcde":1})")), "too-long at ''");
  EXPECT_EQ(verdict(reader.read("1" + std::string(39, ' '))), "accepted");
  EXPECT_EQ(verdict(reader.read("1" + std::string(40, ' '))), "too-large nowhere");
}

TEST(FenceLimits, AreNamedInTheReason) {
  DocumentReader reader{Limits{.bytes = 1'000, .depth = 2, .items = 3, .string = 4}};
  EXPECT_NE(reader.read("[[[]]]")->reason.find("2 levels (limits.depth)"), std::string::npos);
  EXPECT_NE(reader.read("[1,2,3]")->reason.find("3 values (limits.items)"), std::string::npos);
  EXPECT_NE(reader.read("\"12345\"")->reason.find("4 bytes (limits.string)"), std::string::npos);
  EXPECT_NE(reader.read(std::string(1'001, ' '))
                ->reason.find("1001 bytes, more than 1000 (limits.bytes)"),
            std::string::npos);
}

TEST(FenceWords, SayWhereTheTextStopsBeingJson) {
  DocumentReader reader{Limits{}};
  EXPECT_EQ(reader.read("{\"a\": 1,\n \"b\": x}")->reason,
            "the value is not JSON: the character 'x' at byte 15 (line 2, column 7) does not "
            "belong there");
  EXPECT_EQ(reader.read("[1")->reason,
            "the value is not JSON: it ends too early, at byte 2 (line 1, column 3)");
  EXPECT_EQ(reader.read("[1] 2")->reason,
            "the value is not JSON: something follows the document at byte 4 (line 1, column 5)");
  EXPECT_EQ(reader.read("[\"\xFF\"]")->reason,
            "the value is not UTF-8 at byte 2 (line 1, column 3); send JSON in UTF-8");
}

TEST(FenceValues, KeepsNumbersAndTextsExactly) {
  DocumentReader reader{Limits{}};
  ASSERT_EQ(
      verdict(reader.read(
          R"([9223372036854775807, -9223372036854775808, 0.1234567890123456, 3.0, "\u00e9\ud83d\ude00/\/"])")),
      "accepted");
  const auto& list = reader.document().as_array();
  EXPECT_EQ(list[0], 9223372036854775807);
  EXPECT_EQ(list[1], std::int64_t{-9223372036854775807} - 1);
  EXPECT_EQ(list[2].as_double(), 0.1234567890123456);
  EXPECT_TRUE(list[3].is_int64()) << "JSON Schema counts 3.0 as an integer";
  EXPECT_EQ(list[4], "é😀//");
}

TEST(FenceValues, ReadsScalarsAtTheRoot) {
  DocumentReader reader{Limits{}};
  for (const char* document : {"1", "-0", "1.5", "\"x\"", "null", "true", "false", " [] ", "1e2"}) {
    EXPECT_EQ(verdict(reader.read(document)), "accepted") << document;
  }
}

/// Bytes of a valid document, changed at random: never a crash, and never accepted unless Boost's
/// own parser takes it too.
TEST(FenceValues, SurvivesRandomDamage) {
  const std::string good =
      R"({"id":"a\u00e9\ud83d\ude00","n":[1,-2.5e3,9223372036854775807],"o":{"t":true,"z":null,"s":"äöü"}})";
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  DocumentReader reader{Limits{}};
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = good;
    for (auto changes = random() % 4 + 1; changes > 0; --changes) {
      const std::size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, random() % 8);
          break;
        default:
          damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 8));
          break;
      }
      if (damaged.empty()) damaged = "{";
    }
    const auto refusal = reader.read(damaged);
    boost::json::error_code error;
    boost::json::parse(damaged, error);
    if (error) {
      EXPECT_TRUE(refusal) << damaged;
    }
    if (refusal) {
      EXPECT_FALSE(refusal->reason.empty());
    }
  }
}

}  // namespace
}  // namespace weir::json_schema_validate::testing
