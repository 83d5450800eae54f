// Any message, rejected: its letter is one line of JSON from which each byte can be had back.
#include <fuzzer/FuzzedDataProvider.h>

#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>
#include <weir/testing/json.hpp>

#include "expect.hpp"
#include "letter.hpp"
#include "letter_reader.hpp"
#include "stages/dead-letter-log/base64.hpp"

using namespace weir;
using weir::fuzz::expect;
using weir::testing::Json;

namespace {

/// Bytes, or none at all.
struct Given {
  bool absent = false;
  std::string bytes{};
  weir_view view() const {
    return absent ? weir_view{nullptr, 0} : weir_view{bytes.data(), bytes.size()};
  }
};

Given given(FuzzedDataProvider& input) {
  if (input.ConsumeIntegralInRange(0, 7) == 0) return {.absent = true};
  return {.bytes = input.ConsumeRandomLengthString()};
}

/// The reader's side: whichever way the member holds its bytes, they are those that were given.
void expect_back(const Json& object, const std::string& name, const Given& sent) {
  const Json* plain = object.member(name);
  const Json* encoded = object.member(name + "_base64");
  expect((plain == nullptr) != (encoded == nullptr), "a member stands once, plain or in base64");
  if (sent.absent) {
    expect(plain != nullptr && plain->kind == Json::Kind::null, "what is absent is null");
  } else if (plain != nullptr) {
    expect(plain->kind == Json::Kind::text && plain->text == sent.bytes, "a text comes back");
  } else {
    expect(dead_letter_log::testing::from_base64(encoded->text) == sent.bytes, "bytes come back");
  }
}

/// A line of any bytes, as somebody may have left it in the file.
void check_stray_line(std::string_view line) {
  dead_letter_log::LetterReader reader;
  if (!reader.read(line)) return;
  const weir_letter& letter = reader.letter();
  expect(letter.origin.data != nullptr && letter.message.position >= 0, "a letter has a place");
  expect(text(letter.message.value).size() <= line.size(), "no text is longer than its line");
}

bool same(weir_view read, const Given& sent) {
  return (read.data == nullptr) == sent.absent && text(read) == sent.bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_stray_line({reinterpret_cast<const char*>(data), size});
  FuzzedDataProvider input(data, size);
  const auto position = input.ConsumeIntegral<std::int64_t>();
  const auto time = input.ConsumeIntegral<std::int64_t>();
  const auto written = input.ConsumeIntegral<std::int64_t>();
  const std::string origin = input.ConsumeRandomLengthString();
  const Given key = given(input), value = given(input);
  std::deque<Given> texts;  // stay where they are
  std::vector<weir_header> headers;
  const auto add = [&](const Given& name, const Given& content) {
    texts.push_back(name);
    const weir_view name_view = texts.back().view();
    texts.push_back(content);
    headers.push_back({name_view, texts.back().view()});
  };
  for (auto own = input.ConsumeIntegralInRange(0, 5); own > 0; --own)
    add(given(input), given(input));
  const std::size_t own = headers.size();
  const bool has_facts = input.ConsumeBool();
  const char* facts[] = {WEIR_HEADER_STAGE, WEIR_HEADER_CODE, WEIR_HEADER_REASON,
                         WEIR_HEADER_POINTER};
  if (has_facts) {
    for (const char* fact : facts) {
      Given content = given(input);
      if (fact == facts[0]) content.absent = false;
      add({.bytes = fact}, content);
    }
  }
  const weir_message raw{key.view(), value.view(), headers.data(), headers.size(), position, time};

  std::string line = "the line before\n";
  const std::size_t start = line.size();
  dead_letter_log::append_letter(line, origin, Message(raw), written);
  line.erase(0, start);
  expect(line.find('\n') == line.size() - 1, "a letter is one line");
  boost::json::error_code error;
  boost::json::parse(line, error);
  expect(!error, "a letter is JSON");

  const Json letter = weir::testing::read_json(line);
  expect_back(letter, "origin", {.bytes = origin});
  expect(letter.member("position")->text == std::to_string(position), "the position comes back");
  expect_back(letter, "key", key);
  expect_back(letter, "value", value);
  const Json* list = letter.member("headers");
  dead_letter_log::LetterReader reader;
  if (position >= 0) {
    expect(reader.read(std::string_view(line).substr(0, line.size() - 1)), "a letter is read");
    expect(same(reader.letter().origin, {.bytes = origin}) &&
               same(reader.letter().message.key, key) &&
               same(reader.letter().message.value, value) &&
               reader.letter().message.position == position,
           "what is read is what was written");
  }
  // Without facts of the engine's, what looks like them is the sender's own only up to the last
  // one.
  if (!has_facts) return 0;
  expect(list->items.size() == own, "the message's own headers come back");
  for (std::size_t i = 0; i < own; ++i) {
    expect_back(list->items[i], "name", texts[2 * i]);
    expect_back(list->items[i], "value", texts[2 * i + 1]);
  }
  const char* names[] = {"stage", "code", "reason", "pointer"};
  for (std::size_t i = 0; i < 4; ++i) expect_back(letter, names[i], texts[2 * (own + i) + 1]);
  return 0;
}
