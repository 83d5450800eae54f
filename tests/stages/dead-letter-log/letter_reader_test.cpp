#include "letter_reader.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "letter.hpp"

namespace weir::dead_letter_log {
namespace {

using namespace std::string_literals;

std::string line_of(const weir_message& message, std::int64_t written_us = 7) {
  std::string lines;
  append_letter(lines, "cluster/orders/0", Message(message), written_us);
  lines.pop_back();
  return lines;
}

TEST(LetterReader, ReadsEverythingThatWasWritten) {
  const std::vector<weir_header> headers{{view("trace"), view("\xFF")},
                                         {view("none"), {nullptr, 0}},
                                         {view(WEIR_HEADER_STAGE), view("check")},
                                         {view(WEIR_HEADER_CODE), view("schema")},
                                         {view(WEIR_HEADER_REASON), view("it is \"12\"\n")},
                                         {view(WEIR_HEADER_POINTER), view("/a~1b")}};
  const weir_message message{view("k\xC3\x28"), view("{}"),    headers.data(),
                             headers.size(),    1'234'567'890, 1'637'907'739'000'042};
  const std::string line = line_of(message);
  LetterReader reader;
  ASSERT_TRUE(reader.read(line)) << line;
  const weir_letter& letter = reader.letter();
  EXPECT_EQ(text(letter.origin), "cluster/orders/0");
  EXPECT_EQ(letter.message.position, message.position);
  EXPECT_EQ(letter.message.time_us, message.time_us);
  EXPECT_EQ(letter.written_us, 7);
  EXPECT_EQ(text(letter.stage), "check");
  EXPECT_EQ(text(letter.code), "schema");
  EXPECT_EQ(text(letter.reason), "it is \"12\"\n");
  EXPECT_EQ(text(letter.pointer), "/a~1b");
  EXPECT_EQ(text(letter.message.key), "k\xC3\x28");
  EXPECT_EQ(text(letter.message.value), "{}");
  ASSERT_EQ(letter.message.header_count, 2U);
  EXPECT_EQ(text(letter.message.headers[0].name), "trace");
  EXPECT_EQ(text(letter.message.headers[0].value), "\xFF");
  EXPECT_EQ(letter.message.headers[1].value.data, nullptr);
}

TEST(LetterReader, TellsWhatIsAbsentFromWhatIsEmpty) {
  LetterReader reader;
  const std::string absent = line_of({{nullptr, 0}, {nullptr, 0}, nullptr, 0, 0, -1});
  ASSERT_TRUE(reader.read(absent));
  EXPECT_EQ(reader.letter().message.key.data, nullptr);
  EXPECT_EQ(reader.letter().message.value.data, nullptr);
  EXPECT_EQ(reader.letter().message.time_us, -1);
  EXPECT_EQ(reader.letter().code.data, nullptr);
  const std::string empty = line_of({{"", 0}, {"", 0}, nullptr, 0, 0, 0});
  ASSERT_TRUE(reader.read(empty));
  EXPECT_NE(reader.letter().message.key.data, nullptr);
  EXPECT_EQ(reader.letter().message.value.size, 0U);
}

TEST(LetterReader, GivesRandomBytesBack) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> pieces{"a", "\"",   "\\",   "\n",   "\0"s,          "é",
                                        "😀", "\xFF", "\xC3", "\x80", "\xED\xA0\x80", "{}"};
  LetterReader reader;
  for (int round = 0; round < 3'000; ++round) {
    std::string value;
    for (auto i = random() % 40; i > 0; --i) {
      if (random() % 4 == 0) {
        value += static_cast<char>(random());
      } else {
        value += pieces[random() % pieces.size()];
      }
    }
    const std::string line = line_of({view(value), view(value), nullptr, 0, 0, 0});
    ASSERT_TRUE(reader.read(line)) << line;
    ASSERT_EQ(text(reader.letter().message.value), value);
    ASSERT_EQ(text(reader.letter().message.key), value);
  }
}

TEST(LetterReader, ReadsWhatAnotherToolHasWrittenAnew) {
  LetterReader reader;
  ASSERT_TRUE(reader.read(
      R"({ "position": 3, "more": {"a": [1, "]", {}], "b": null}, "value": "\u00e4\ud83d\ude00\/", "origin": "o" })"));
  EXPECT_EQ(reader.letter().message.position, 3);
  EXPECT_EQ(text(reader.letter().message.value), "ä😀/");
}

TEST(LetterReader, RefusesWhatIsNoLetter) {
  LetterReader reader;
  for (const std::string& line :
       {""s, "{}"s, "null"s, R"({"origin":"o"})"s, R"({"position":3})"s,
        R"({"origin":"o","position":3)"s, R"({"origin":"o","position":"3"})"s,
        R"({"origin":"o","position":3}x)"s, R"({"origin":"o,"position":3})"s,
        R"({"origin":"o","position":3,"value":"\ud83d"})"s,
        R"({"origin":"o","position":3,"value":"\u00"})"s,
        R"({"origin":"o","position":3,"value_base64":"*"})"s,
        R"({"origin":"o","position":3,"time":"yesterday"})"s,
        R"({"origin":"o","position":3,"x":)"s + std::string(100'000, '[')}) {
    EXPECT_FALSE(reader.read(line)) << line.substr(0, 100);
  }
}

TEST(LetterReader, SurvivesEveryCutOfALine) {
  const std::string line = line_of({view("k\xFF"), view("v\n"), nullptr, 0, 5, 5});
  LetterReader reader;
  for (std::size_t size = 0; size < line.size(); ++size)
    EXPECT_FALSE(reader.read(std::string_view(line).substr(0, size))) << size;
}

}  // namespace
}  // namespace weir::dead_letter_log
