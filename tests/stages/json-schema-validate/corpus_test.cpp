// What strangers send: texts by the grammar, what is fenced off although it is JSON, and strings
// that break careless readers.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <vector>

#include "../texts/json_texts.hpp"
#include "../texts/naughty_strings.hpp"
#include "check.hpp"
#include "document_reader.hpp"
#include "wording.hpp"

namespace weir::json_schema_validate::testing {
namespace {

using weir::testing::bad_json;
using weir::testing::good_json;
using weir::testing::naughty_strings;
using weir::testing::repeat;

std::string quoted(const std::string& text) {
  return boost::json::serialize(boost::json::value(text));
}

/// Texts of a corpus can be long; enough of one to find it again.
std::string start(const std::string& text) {
  return std::to_string(text.size()) + " bytes: " + text.substr(0, 80);
}

TEST(Corpus, OfGoodJsonPasses) {
  DocumentReader reader{Limits{}};
  for (const std::string& text : good_json())
    EXPECT_EQ(verdict(reader.read(text)), "accepted") << start(text);
}

TEST(Corpus, OfBadJsonIsRefusedWithAReason) {
  const std::set<std::string> codes{"not-json", "not-utf8", "lone-surrogate", "too-deep"};
  DocumentReader reader{Limits{}};
  for (const std::string& text : bad_json()) {
    const auto refusal = reader.read(text);
    ASSERT_TRUE(refusal) << start(text);
    EXPECT_TRUE(codes.contains(refusal->code)) << refusal->code << ", " << start(text);
    EXPECT_FALSE(refusal->reason.empty()) << start(text);
    EXPECT_EQ(find_invalid_utf8(refusal->reason), std::string::npos) << refusal->reason;
    EXPECT_EQ(verdict(reader.read("{}")), "accepted") << "left behind by " << start(text);
  }
}

std::string repeat_names(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i > 0 ? ",\"m" : "\"m") + std::to_string(i) + "\":0";
  return out;
}

struct Fenced {
  std::string text, verdict;
};

TEST(Corpus, OfJsonThatCouldDoHarmIsFencedOff) {
  const std::vector<Fenced> fenced{
      {R"({"a":"b","a":"c"})", "duplicate-member at '/a'"},
      {R"({"a":"b","a":"b"})", "duplicate-member at '/a'"},
      {R"({"a":1,"b":2,"\u0061":3})", "duplicate-member at '/a'"},
      {R"([{"a/b":{"~":1,"~":2}}])", "duplicate-member at '/0/a~1b/~0'"},
      {R"(["\u0000"])", "nul at '/0'"},
      {R"({"foo\u0000bar":42})", "nul at ''"},
      {R"({"a":{"x\u0000":42}})", "nul at '/a'"},
      {"[9223372036854775808]", "number-range at '/0'"},
      {"[-9223372036854775809]", "number-range at '/0'"},
      {"[18446744073709551615]", "number-range at '/0'"},
      {"[18446744073709551616]", "number-range at '/0'"},
      {"[123123123123123123123123123123]", "number-range at '/0'"},
      {"[-123123123123123123123123123123]", "number-range at '/0'"},
      {"[1" + repeat("0", 400) + "]", "number-range at '/0'"},
      {"[1" + repeat("0", 400) + "e-400]", "accepted"},
      {"[1" + repeat("0", 400) + ".0]", "number-range at '/0'"},
      {"[0.4e006699999999999999999999999999999999999999999999999]", "number-range at '/0'"},
      {"[-1e+9999]", "number-range at '/0'"},
      {"[1.5e+9999]", "number-range at '/0'"},
      {"[-123123e100000]", "number-range at '/0'"},
      {"[123.456e-789]", "number-range at '/0'"},
      {"[1e-10000]", "number-range at '/0'"},
      {"[-1e-2147483649]", "number-range at '/0'"},
      {"[1e2147483648]", "number-range at '/0'"},
      {"[1e-99999999999999999999]", "number-range at '/0'"},
      {"[1.8e308]", "number-range at '/0'"},
      {"[1.7976931348623159e308]", "number-range at '/0'"},
      {"[2e-324]", "number-range at '/0'"},
      {repeat("[", 500) + repeat("]", 500), "too-deep at '" + repeat("/0", 32) + "'"},
      {"[" + repeat("[],", 10'000) + "[]]", "too-many-items at '/9999'"},
      {"[\"" + repeat("x", 65'537) + "\"]", "too-long at '/0'"},
      {"{\"a\":{" + repeat_names(1'001) + "}}", "too-many-members at '/a'"},
      {"{\"a\":{" + repeat_names(1'000) + "}}", "accepted"},
      {"{\"a\":{\"" + repeat("\\ud83d\\ude00", 17'000) + "\":1}}", "too-long at '/a'"},
  };
  DocumentReader reader{Limits{}};
  for (const auto& [text, expected] : fenced)
    EXPECT_EQ(verdict(reader.read(text)), expected) << start(text);
}

TEST(Corpus, OfNaughtyStringsPassesAsValuesAndNames) {
  const CompiledSchema schema(
      R"({"additionalProperties":{"type":"string","minLength":0,"format":"uri"}})", "s");
  const CompiledSchema any(R"({"additionalProperties":{"type":"string"}})", "s");
  Validator formats(schema, {}), validator(any, {});
  for (const std::string& text : naughty_strings()) {
    const std::string document = "{" + quoted(text) + ":" + quoted(text) + "}";
    EXPECT_EQ(verdict(validator.check(document)), "accepted") << document;
    const auto refusal = formats.check(document);
    EXPECT_TRUE(!refusal || refusal->code == "schema") << document;
  }
}

std::string pointer_to(const std::string& name) {
  std::string pointer = "/";
  for (const char c : name) {
    pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return pointer;
}

/// Whichever way the schema comes to refuse a member, the place is the member's.
TEST(Corpus, OfNaughtyStringsIsPointedAtWhenRefused) {
  for (const std::string& name : naughty_strings()) {
    if (name.size() > 500) continue;  // the pointer is cut then
    const std::string listed = R"({"properties":{)" + quoted(name) + ":";
    const std::vector<std::string> schemas{
        R"({"additionalProperties":false})",
        R"({"additionalProperties":{"type":"string"}})",
        R"({"additionalProperties":{"anyOf":[{"type":"string"}]}})",
        listed + "false}}",
        listed + R"({"type":"string"}}})",
        listed + R"({"not":{"type":"integer"}}}})",
        listed + R"({"oneOf":[{"type":"string"},{"const":2}]}},"additionalProperties":false})",
        R"({"propertyNames":{"enum":["some other name"]}})",
    };
    for (const std::string& schema : schemas) {
      EXPECT_EQ(verdict(check(schema, "{" + quoted(name) + ":1}")),
                "schema at '" + pointer_to(name) + "'")
          << schema;
    }
  }
}

TEST(Corpus, OfNaughtyStringsIsComparedExactly) {
  for (const std::string& text : naughty_strings()) {
    const std::string value = quoted(text);
    EXPECT_EQ(verdict(check(R"({"const":)" + value + "}", value)), "accepted") << value;
    EXPECT_EQ(verdict(check(R"({"enum":["no such text",)" + value + "]}", value)), "accepted");
    EXPECT_EQ(verdict(check(R"({"const":)" + value + "}", quoted(text + "x"))), "schema at ''");
    EXPECT_EQ(verdict(check(R"({"required":[)" + value + "]}", "{" + value + ":0}")), "accepted");
    const auto missing = check(R"({"required":[)" + value + "]}", "{\"no such name\":0}");
    EXPECT_EQ(verdict(missing), "schema at ''");
    EXPECT_EQ(missing->reason, "the member " + in_quotes(text) + " is missing");
    EXPECT_EQ(verdict(check(R"({"dependencies":{"a":[)" + value + "]}}", R"({"a":0})")),
              text == "a" ? "accepted" : "schema at ''");
  }
}

}  // namespace
}  // namespace weir::json_schema_validate::testing
