#include <weir/testing/json.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace {

using weir::testing::Json;
using weir::testing::read_json;
using weir::testing::write_json;

TEST(Json, WritesWhatItRead) {
  const std::string text = R"({"a":[1,-2.50e+3,true,false,null,{}],"b":{"c":"x\"y\\z"},"d":[]})";
  EXPECT_EQ(write_json(read_json(text)), text);
}

TEST(Json, FindsByPointer) {
  const Json value = read_json(R"({"a/b": {"~": [10, 20]}, "": 5})");
  EXPECT_EQ(value.at("/a~1b/~0/1")->text, "20");
  EXPECT_EQ(value.at("/")->text, "5");
  EXPECT_EQ(value.at(""), &value);
  EXPECT_EQ(value.at("/a~1b/~0/2"), nullptr);
  EXPECT_EQ(value.at("/a~1b/~0/x"), nullptr);
  EXPECT_EQ(value.at("/missing/deeper"), nullptr);
  EXPECT_EQ(value.at("no slash"), nullptr);
}

TEST(Json, DecodesEscapes) {
  EXPECT_EQ(read_json(R"("\u00e4\u20ac\ud83d\ude00\n\/")").text, "ä€😀\n/");
  EXPECT_EQ(write_json(read_json("\"\\u0001\"")), "\"\\u0001\"");
}

class NotJson : public ::testing::TestWithParam<const char*> {};

TEST_P(NotJson, IsRefused) {
  EXPECT_THROW(read_json(GetParam()), std::invalid_argument) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Texts, NotJson,
                         ::testing::Values("", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "01", "1.",
                                           "-", "tru", "\"", "\"\t\"", "\"\\x\"", "\"\\ud800\"",
                                           "\"\\u12\"", "1 2", "{a:1}", "NaN"));

TEST(Json, RefusesWhatIsNestedTooDeep) {
  EXPECT_THROW(read_json(std::string(100'000, '[')), std::invalid_argument);
}

}  // namespace
