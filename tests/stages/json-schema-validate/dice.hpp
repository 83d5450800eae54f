/// @file
/// Documents and schemas made up, and texts with small faults.
#pragma once

#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace weir::json_schema_validate::testing {

enum class Scope { covered, everything };  // of keywords: by a plan without references, or all

/// Makes documents and schemas up.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }

  template <class List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }

  std::string name() { return pick(names_); }

  std::string number() {
    static const std::vector<std::string> odd{"0",
                                              "-0",
                                              "1",
                                              "2",
                                              "3",
                                              "10",
                                              "1.0",
                                              "0.5",
                                              "-1.5",
                                              "1e2",
                                              "1E-2",
                                              "2.50",
                                              "-0.0",
                                              "9223372036854775807",
                                              "-9223372036854775808",
                                              "9223372036854775808",
                                              "1.00000000000000000001",
                                              "1e400",
                                              "1e-400",
                                              "12345678901234567890.0",
                                              "1e99999999999",
                                              "0.1",
                                              "19.99",
                                              "01",
                                              "1.",
                                              "+1",
                                              "9007199254740993",
                                              "1e18",
                                              "1e19"};
    return pick(odd);
  }

  std::string text() {
    static const std::vector<std::string> odd{
        "",
        "a",
        "ab",
        "abc",
        "\\u0061",
        "\\u0000",
        "x\\u0000",
        "é",
        "\\u00e9",
        "😀😀",
        "\\ud83d\\ude00",
        "\\ud800",
        "\xff",
        "2021-11-26T06:22:19Z",
        "2021-02-30T06:22:19Z",
        "192.0.2.1",
        "a@b.c",
        "http://a/b",
        "\\n",
        "\n",
        "true",
        "1",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    return '"' + pick(odd) + '"';
  }

  std::string value(std::size_t depth = 0) {
    switch (below(depth > 4 ? 4 : 8)) {
      case 0:
        return pick(std::vector<std::string>{"null", "true", "false", "nul"});
      case 1:
        return number();
      case 2:
        return text();
      case 3:
        return std::to_string(below(5));
      case 4:
      case 5: {
        std::string out = "[";
        for (std::size_t i = below(4); i > 0; --i) out += value(depth + 1) + (i > 1 ? "," : "");
        return out + ']';
      }
      default: {
        std::string out = "{";
        for (std::size_t i = below(5); i > 0; --i)
          out += (one_in(20) ? text() : '"' + name() + '"') + ": " + value(depth + 1) +
                 (i > 1 ? "," : "");
        return out + '}';
      }
    }
  }

  std::string schema(Scope scope, std::size_t depth = 0) {
    if (one_in(30)) return pick(std::vector<std::string>{"true", "false", "{}"});
    if (scope == Scope::everything && (depth > 3 || one_in(8)))
      return R"({"$ref":"#/definitions/)" + pick(std::vector<std::string>{"a", "b", "c"}) + "\"}";
    if (depth > 3) return R"({"type":["string","number"]})";
    std::string out = "{";
    const auto add = [&](const std::string& keyword, const std::string& its_value) {
      out += (out.size() > 1 ? ",\"" : "\"") + keyword + "\":" + its_value;
    };
    static const std::vector<std::string> kinds{"null",  "boolean", "integer", "number", "string",
                                                "array", "object",  "object",  "object"};
    if (one_in(2))
      add("type", one_in(4)
                      ? R"(["object",")" +
                            pick(std::vector<std::string>{"null", "integer", "array", "string"}) +
                            "\"]"
                      : '"' + pick(kinds) + '"');
    if (one_in(8))
      add(pick(std::vector<std::string>{"minimum", "maximum", "exclusiveMinimum",
                                        "exclusiveMaximum"}),
          pick(std::vector<std::string>{"0", "1", "2.5", "-9223372036854775808",
                                        "9223372036854775807", "1e2"}));
    if (one_in(16)) add("multipleOf", pick(std::vector<std::string>{"1", "0.01", "2", "0.5"}));
    if (one_in(8))
      add(pick(std::vector<std::string>{"minLength", "maxLength"}), std::to_string(below(5)));
    if (one_in(8))
      add(pick(std::vector<std::string>{"minItems", "maxItems"}), std::to_string(below(4)));
    if (one_in(8))
      add(pick(std::vector<std::string>{"minProperties", "maxProperties"}),
          std::to_string(below(4)));
    if (one_in(12)) add("pattern", pick(std::vector<std::string>{"\"^a\"", "\"b$\"", "\".\""}));
    if (one_in(12))
      add("format",
          pick(std::vector<std::string>{"\"date-time\"", "\"email\"", "\"uri\"", "\"ipv4\""}));
    if (one_in(12)) add("enum", R"(["a",1,0.5,null,true,"é"])");
    if (one_in(20)) add("const", pick(std::vector<std::string>{"1", "\"a\"", "null", "2.5"}));
    structure(scope, depth, add);
    out += '}';
    // `const` and `enum` may not stand side by side.
    return out.find("\"enum\"") != out.npos && out.find("\"const\"") != out.npos
               ? schema(scope, depth)
               : out;
  }

  std::string whole_schema(Scope scope) {
    std::string out = R"({"allOf":[)" + schema(scope) + R"(],"definitions":{)";
    for (const char* known : {"a", "b", "c"})
      out += std::string(out.back() == '{' ? "\"" : ",\"") + known + "\":" + schema(scope, 2);
    return out + "}}";
  }

  /// The text with a small fault somewhere, or without one.
  std::string damaged(std::string document) {
    const std::size_t at = below(document.size() + 1);
    switch (below(6)) {
      case 0:
        return document.substr(0, at);
      case 1:
        return document.erase(at, 1 + below(3));
      case 2:
        return document.insert(at, 1, static_cast<char>(below(256)));
      case 3:
        return document.insert(at, value(4));
      case 4:
        return document.insert(at, document.substr(at, below(60)));
      default:
        return document;
    }
  }

 private:
  template <class Add>
  void structure(Scope scope, std::size_t depth, const Add& add) {
    if (one_in(2)) {
      std::string members = "{";
      for (const std::string& known : names_) {
        if (one_in(3))
          members += (members.size() > 1 ? ",\"" : "\"") + known + "\":" + schema(scope, depth + 1);
      }
      add("properties", members + '}');
    }
    if (one_in(4)) add("required", "[\"" + name() + "\"]");
    if (one_in(6)) add("additionalProperties", one_in(2) ? "false" : schema(scope, depth + 1));
    if (one_in(4)) add("items", schema(scope, depth + 1));
    if (one_in(6))
      add("allOf", '[' + schema(scope, depth + 1) + ',' + schema(scope, depth + 1) + ']');
    if (scope == Scope::covered || !one_in(3)) return;
    static const std::vector<std::string> others{"propertyNames", "contains", "not", "if", "then"};
    if (one_in(2)) return add(pick(others), schema(scope, depth + 1));
    if (one_in(2))
      return add(pick(std::vector<std::string>{"anyOf", "oneOf"}),
                 '[' + schema(scope, depth + 1) + ",{\"required\":[\"b\"]}]");
    if (one_in(2)) return add("uniqueItems", "true");
    add("dependencies", R"({"a":["b"]})");
  }

  std::vector<std::string> names_{"a", "b", "c", "a/b~é"};
  std::mt19937 random_;
};

}  // namespace weir::json_schema_validate::testing
