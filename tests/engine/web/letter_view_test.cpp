#include "engine/web/letter_view.hpp"

#include "engine/web/json_writer.hpp"

#include <Poco/JSON/Parser.h>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace weir::web {
namespace {

Scheduler::Wall at(std::int64_t us) { return Scheduler::Wall(std::chrono::microseconds(us)); }

std::string written(const Letter& letter) {
  std::string text = "[";
  append_letter(text, letter);
  return text.substr(1);
}

}  // namespace

TEST(JsonWriter, WritesAnyBytesSoThatAnotherReadsThem) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  bytes += "\"\\/ä😀";
  std::string text = "{\"a\":";
  append_json(text, bytes);
  const auto read = Poco::JSON::Parser().parse(text + "}").extract<Poco::JSON::Object::Ptr>();
  std::string wanted = bytes.substr(0, 128);
  for (int byte = 128; byte < 256; ++byte) wanted += "\xEF\xBF\xBD";
  EXPECT_EQ(read->getValue<std::string>("a"), wanted + "\"\\/ä😀");
}

TEST(JsonWriter, WritesBase64AsItsRfcHasIt) {
  const std::pair<const char*, const char*> known[] = {{"", "\"\""},
                                                       {"f", "\"Zg==\""},
                                                       {"fo", "\"Zm8=\""},
                                                       {"foo", "\"Zm9v\""},
                                                       {"foob", "\"Zm9vYg==\""},
                                                       {"fooba", "\"Zm9vYmE=\""},
                                                       {"foobar", "\"Zm9vYmFy\""},
                                                       {"\xff\xfe\xfd", "\"//79\""}};
  for (const auto& [bytes, wanted] : known) {
    std::string text;
    append_base64(text, bytes);
    EXPECT_EQ(text, wanted);
  }
}

TEST(LetterView, ShowsAllThatIsKnown) {
  const Letter letter{.place = 18'446'744'073'709'551'615U,
                      .origin = "c/orders/0",
                      .position = 9'007'199'254'740'993,
                      .key = "k",
                      .value = "{\"a\": \"\n\"}",
                      .headers = {{"a", "b"}, {"a", ""}},
                      .stage = "check",
                      .code = "schema",
                      .reason = "no",
                      .pointer = "",
                      .written_at = at(5),
                      .replayed_at = at(6)};
  EXPECT_EQ(
      written(letter),
      R"({"place":"18446744073709551615","origin":"c/orders/0","position":9007199254740993,"key":"k",)"
      R"("value":"{\"a\": \"\n\"}","value_bytes":10,"stage":"check","code":"schema","reason":"no","pointer":"",)"
      R"("written_at":"1970-01-01T00:00:00.000005Z","replayed_at":"1970-01-01T00:00:00.000006Z",)"
      R"("headers":[["a","b"],["a",""]]})");
}

TEST(LetterView, SaysNullForWhatIsNotKnown) {
  EXPECT_EQ(written({}),
            R"({"place":"0","origin":"","position":0,"key":null,"value":null,"value_bytes":0,)"
            R"("stage":null,"code":null,"reason":null,"pointer":null,"written_at":null,)"
            R"("replayed_at":null,"headers":[]})");
}

TEST(LetterView, GivesBytesThatAreNotUtf8InBase64Too) {
  Letter letter;
  letter.key = "k\xff";
  letter.value = std::string("\x00\xff", 2);
  const std::string text = written(letter);
  EXPECT_NE(text.find(R"("key":"k�","key_base64":"a/8=")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("value":"\u0000�","value_base64":"AP8=","value_bytes":2)"),
            std::string::npos)
      << text;
}

}  // namespace weir::web
