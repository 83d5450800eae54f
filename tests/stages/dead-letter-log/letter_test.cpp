#include "letter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>
#include <weir/testing/json.hpp>

#include "base64.hpp"

namespace weir::dead_letter_log {
namespace {

using weir::testing::Json;
using weir::testing::read_json;
using namespace std::string_literals;

weir_view absent() { return {nullptr, 0}; }

struct Given {
  weir_view key = absent();
  weir_view value = view("{}");
  std::vector<weir_header> headers{};
  std::int64_t position = 7;
  std::int64_t time_us = 1'637'907'739'000'042;
};

std::string letter(const Given& given, std::string_view origin = "cluster/orders/0",
                   std::int64_t written_us = 1) {
  const weir_message raw{given.key,      given.value,  given.headers.data(), given.headers.size(),
                         given.position, given.time_us};
  std::string lines;
  append_letter(lines, origin, Message(raw), written_us);
  return lines;
}

std::vector<weir_header> facts() {
  return {{view(WEIR_HEADER_STAGE), view("check")},
          {view(WEIR_HEADER_CODE), view("schema")},
          {view(WEIR_HEADER_REASON), view("must be an integer; it is the string \"12\"")},
          {view(WEIR_HEADER_POINTER), view("/a~1b")}};
}

/// The bytes that a member was made from, whichever way it holds them.
std::string bytes(const Json& line, const std::string& name) {
  if (const Json* encoded = line.member(name + "_base64"))
    return testing::from_base64(encoded->text);
  return line.member(name)->text;
}

TEST(Letter, IsOneLineWithAllFacts) {
  EXPECT_EQ(
      letter({.key = view("k"), .headers = facts()}),
      R"({"origin":"cluster/orders/0","position":7,"time":"2021-11-26T06:22:19.000042Z","stage":"check",)"
      R"("code":"schema","reason":"must be an integer; it is the string \"12\"","pointer":"/a~1b","key":"k",)"
      R"("value":"{}","headers":[],"written_at":"1970-01-01T00:00:00.000001Z"})"
      "\n");
}

TEST(Letter, SaysNullWhereThereIsNothing) {
  const Json line = read_json(letter({.value = absent(), .time_us = -1}));
  for (const char* name : {"time", "stage", "code", "reason", "pointer", "key", "value"}) {
    ASSERT_NE(line.member(name), nullptr) << name;
    EXPECT_EQ(line.member(name)->kind, Json::Kind::null) << name;
  }
}

TEST(Letter, TellsAnEmptyKeyFromNone) {
  const Json line = read_json(letter({.key = {"", 0}, .value = {"", 0}}));
  EXPECT_EQ(line.member("key")->kind, Json::Kind::text);
  EXPECT_EQ(line.member("value")->kind, Json::Kind::text);
}

TEST(Letter, KeepsTheMessagesOwnHeadersInOrder) {
  std::vector<weir_header> headers{
      {view("trace"), view("1")}, {view("trace"), view("2\xFF")}, {view("none"), absent()}};
  for (const weir_header& fact : facts()) headers.push_back(fact);
  const Json line = read_json(letter({.headers = headers}));
  const Json* own = line.member("headers");
  ASSERT_EQ(own->items.size(), 3U);
  EXPECT_EQ(bytes(own->items[0], "name"), "trace");
  EXPECT_EQ(bytes(own->items[0], "value"), "1");
  EXPECT_EQ(bytes(own->items[1], "value"), "2\xFF");
  EXPECT_NE(own->items[1].member("value_base64"), nullptr);
  EXPECT_EQ(own->items[2].member("value")->kind, Json::Kind::null);
}

TEST(Letter, DoesNotTakeFactsFromTheSender) {
  std::vector<weir_header> headers{{view(WEIR_HEADER_STAGE), view("forged")},
                                   {view(WEIR_HEADER_POINTER), view("/forged")}};
  const auto real = facts();
  headers.insert(headers.end(), real.begin(), real.end() - 1);  // the real refusal has no pointer
  const Json line = read_json(letter({.headers = headers}));
  EXPECT_EQ(line.member("stage")->text, "check");
  EXPECT_EQ(line.member("pointer")->kind, Json::Kind::null);
  EXPECT_EQ(line.member("headers")->items.size(), 2U)
      << "forged headers are kept as the message's own";
}

TEST(Letter, WritesTimesOfFarYearsAsUnknown) {
  const Json line = read_json(letter({.time_us = 9'000'000'000'000'000'000}));
  EXPECT_EQ(line.member("time")->kind, Json::Kind::null);
}

TEST(Letter, KeepsEveryByte) {
  const std::vector<std::string> awkward{"",
                                         "\0"s,
                                         "\n",
                                         "\"\\/\b\f\r\t",
                                         "\x7F",
                                         "\xEF\xBB\xBFx",
                                         "é😀\u2028",
                                         "\xFF",
                                         "\xC0\x80",
                                         "\xED\xA0\x80",
                                         "\xF4\x90\x80\x80",
                                         "\xE2\x82",
                                         "a\xF0\x9F\x98"};
  for (const std::string& value : awkward) {
    const std::string line = letter({.key = view(value), .value = view(value)});
    EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
    EXPECT_EQ(bytes(read_json(line), "value"), value);
    EXPECT_EQ(bytes(read_json(line), "key"), value);
  }
}

TEST(Letter, KeepsRandomBytes) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> pieces{"a", "\"",   "\\",   "\n",   "\0"s,          "é",
                                        "😀", "\xFF", "\xC3", "\x80", "\xED\xA0\x80", "{}"};
  for (int round = 0; round < 3'000; ++round) {
    std::string value;
    for (auto i = random() % 40; i > 0; --i) {
      if (random() % 4 == 0) {
        value += static_cast<char>(random());
      } else {
        value += pieces[random() % pieces.size()];
      }
    }
    ASSERT_EQ(bytes(read_json(letter({.value = view(value)})), "value"), value);
  }
}

}  // namespace
}  // namespace weir::dead_letter_log
