#include "engine/pipeline/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using testing::HasSubstr;
using weir::Kind;
using weir::Node;
using weir::Place;

struct Parsed {
  std::optional<Node> root;
  std::vector<weir::Diagnostic> diagnostics;

  const Node& at(std::string_view key) const { return root->find(key)->value; }
};

Parsed parse(std::string_view text) {
  weir::Findings findings(text, "test.yaml");
  Parsed parsed;
  parsed.root = weir::read_yaml(text, findings);
  parsed.diagnostics = std::move(findings).take();
  return parsed;
}

/// The one diagnostic of a text that is no good.
weir::Diagnostic only(const Parsed& parsed) {
  EXPECT_EQ(parsed.diagnostics.size(), 1U);
  return parsed.diagnostics.empty() ? weir::Diagnostic{} : parsed.diagnostics.front();
}

std::string repeat(std::string_view text, std::size_t bytes) {
  std::string out;
  while (out.size() + text.size() <= bytes) out += text;
  return out;
}

TEST(Yaml, TypesPlainScalarsAndTakesQuotedOnesForTexts) {
  const Parsed parsed =
      parse("a: 1\nb: \"1\"\nc: '1'\nd: 1.5\ne: yes\nf:\ng: ~\nh: |\n  1\ni: !!str 1\nj: true\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(parsed.at("a").kind, Kind::integer);
  EXPECT_EQ(parsed.at("b").kind, Kind::text);
  EXPECT_EQ(parsed.at("c").kind, Kind::text);
  EXPECT_EQ(parsed.at("d").kind, Kind::real);
  EXPECT_EQ(parsed.at("e").kind, Kind::text);
  EXPECT_EQ(parsed.at("f").kind, Kind::null);
  EXPECT_EQ(parsed.at("g").kind, Kind::null);
  EXPECT_EQ(parsed.at("h").kind, Kind::text);
  EXPECT_EQ(parsed.at("i").kind, Kind::text);
  EXPECT_EQ(parsed.at("j").kind, Kind::boolean);
  EXPECT_EQ(
      weir::to_json(*parsed.root),
      R"({"a":1,"b":"1","c":"1","d":1.5,"e":"yes","f":null,"g":null,"h":"1\u000a","i":"1","j":true})");
}

TEST(Yaml, KnowsWhereKeysAndValuesStand) {
  const Parsed parsed = parse("größe: süß\nlist: [x, 'y z', \"a\\\"b\"]\r\nempty:\nnil: ~\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(parsed.root->members[0].place, (Place{1, 1, 7}));
  EXPECT_EQ(parsed.at("größe").place, (Place{1, 10, 5}));
  EXPECT_EQ(parsed.at("list").place, (Place{2, 7, 1}));
  EXPECT_EQ(parsed.at("list").items[0].place, (Place{2, 8, 1}));
  EXPECT_EQ(parsed.at("list").items[1].place, (Place{2, 11, 5}));
  EXPECT_EQ(parsed.at("list").items[2].place, (Place{2, 18, 6}));
  EXPECT_EQ(parsed.at("empty").place, (Place{3, 1, 5}));
  EXPECT_EQ(parsed.at("nil").place, (Place{4, 6, 1}));
}

TEST(Yaml, RepeatsWhatAnAliasNames) {
  const Parsed parsed = parse("a: &x {k: [1, 2]}\nb: *x\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(weir::to_json(*parsed.root), R"({"a":{"k":[1,2]},"b":{"k":[1,2]}})");
}

TEST(Yaml, ReportsEachKeyThatStandsTwice) {
  const Parsed parsed = parse("a: 1\nb: {c: 1, c: 2}\n\"a\": 3\n");
  ASSERT_EQ(parsed.diagnostics.size(), 2U);
  EXPECT_EQ(parsed.diagnostics[0].code, "duplicate-key");
  EXPECT_EQ(parsed.diagnostics[0].line, 2U);
  EXPECT_EQ(parsed.diagnostics[0].column, 11U);
  EXPECT_EQ(parsed.diagnostics[1].line, 3U);
  EXPECT_THAT(parsed.diagnostics[1].help, HasSubstr("line 1"));
}

struct Fault {
  const char* text;
  std::size_t line;
  const char* words;
};

class BadYaml : public testing::TestWithParam<Fault> {};

TEST_P(BadYaml, IsOneDiagnosticWithItsPlace) {
  const Parsed parsed = parse(GetParam().text);
  const weir::Diagnostic diagnostic = only(parsed);
  EXPECT_EQ(diagnostic.line, GetParam().line) << diagnostic.message;
  EXPECT_THAT(diagnostic.message + " / " + diagnostic.help, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, BadYaml,
    testing::Values(
        Fault{"a:\n\tb: 1\n", 2, "tabs"}, Fault{"a: b: c\n", 1, "quotes"},
        Fault{"a: {x: ${Y}}\n", 1, "in quotes"}, Fault{"a: [1, 2\nb: 3\n", 2, "closed"},
        Fault{"a: \"open\n", 1, "never closed"}, Fault{"a: 'it''s\n\n", 1, "never closed"},
        Fault{"a:\n  b: 1\n c: 2\n", 3, "indentation"}, Fault{"- a\nb: 1\n", 2, "does not belong"},
        Fault{"a: 1\n---\nb: 2\n", 2, "second document"},
        Fault{"a: 1\n...\nb: 2\n", 3, "does not belong"}, Fault{"a: @x\n", 1, "quotes"},
        Fault{"a: *x\n", 1, "anchor"}, Fault{"a: &x [*x]\n", 1, "inside of what it repeats"},
        Fault{"? [a]\n: b\n", 1, "key must be a text"}, Fault{"~: b\n", 1, "key must be a text"},
        Fault{"a: !!int 1\n", 1, "tag"}, Fault{"a: !x [1]\n", 1, "tag"},
        Fault{"a: \"\\q\"\n", 1, "backslash"}, Fault{"a: \"x\\0y\"\n", 1, "NUL"},
        Fault{"a: \"\\uD800\"\n", 1, "unicode"}, Fault{"a: 99999999999999999999\n", 1, "64 bits"},
        Fault{"a: .nan\n", 1, "finite"}, Fault{"a: 1\n\xFFz: 2\n", 2, "UTF-8"},
        Fault{"a: 1\x04\nb: 2\n", 1, "\\x04"}, Fault{"a: 1\rb: 2\n", 1, "\\x0d"},
        Fault{"a: \x7F\n", 1, "\\x7f"}));

TEST(Yaml, WithANulByteIsADiagnostic) {
  const Parsed parsed = parse(std::string_view("a: 1\nb: \0\n", 10));
  EXPECT_EQ(only(parsed).line, 2U);
  EXPECT_EQ(only(parsed).code, "control-character");
}

TEST(Yaml, OfMoreThanAMebibyteIsRefused) {
  EXPECT_TRUE(parse("#" + std::string(weir::YamlLimits::bytes - 1, 'x')).diagnostics.empty());
  EXPECT_EQ(only(parse("#" + std::string(weir::YamlLimits::bytes, 'x'))).code, "too-large");
}

TEST(Yaml, OfTooManyValuesIsRefused) {
  EXPECT_EQ(only(parse(repeat("- 1\n", 50'000))).code, "too-many-nodes");
}

TEST(Yaml, ThatIsNestedTooDeepIsRefused) {
  EXPECT_TRUE(parse(std::string(64, '[') + std::string(64, ']')).root);
  EXPECT_EQ(only(parse(std::string(65, '[') + std::string(65, ']'))).code, "too-deep");
  EXPECT_EQ(only(parse("a: &x " + std::string(40, '[') + std::string(40, ']') +
                       "\nb: " + std::string(40, '[') + "*x" + std::string(40, ']')))
                .code,
            "too-deep");
}

TEST(Yaml, ThatGrowsThroughAliasesIsRefused) {
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 8; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_EQ(only(parse(bomb)).code, "too-many-nodes");
  EXPECT_EQ(
      only(parse("a: &a " + std::string(500'000, 'x') + "\nb: [*a, *a, *a, *a, *a, *a, *a, *a]\n"))
          .code,
      "too-large");
}

TEST(Yaml, OfAnyHostileShapeEndsSoonAndWithWords) {
  for (const char* shape :
       {"[",       "{",          "- ",    "? ",         "a: ",   "&a ",
        "*a ",     "!a ",        "'",     "\"",         "|\n",   "%\n",
        "---\n",   "a: {",       "[a,",   "a: 1\n",     "\n",    "# x\n",
        "\"a\": ", "{a: b, ",    "...\n", "- - - -\n",  " ",     "a",
        "\\",      "x: &a [",    "-\n",   "key: |\n  ", "? a\n", "[[],",
        "&a a: ",  "\t",         ">\n",   ",",          ":",     "\xF0\x9F\x98\x80",
        "!<",      "%TAG ! x\n", "a:\n ", "*a: *a\n",   "0x"}) {
    const Parsed parsed = parse(repeat(shape, weir::YamlLimits::bytes));
    EXPECT_TRUE(parsed.root || !parsed.diagnostics.empty() ||
                std::string("\n# x\n %\n...\n\t").find(shape) != std::string::npos)
        << shape;
  }
}

}  // namespace
