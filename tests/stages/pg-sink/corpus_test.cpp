// What strangers send, straight to pg-sink with no validator before it: what it takes comes back as
// the same JSON value, what it does not take is refused with a code and a reason.
#include <gtest/gtest.h>

#include <set>

#include "../texts/json_texts.hpp"
#include "../texts/naughty_strings.hpp"
#include "document.hpp"
#include "json_value.hpp"
#include "paper_database.hpp"

using namespace weir::pg_sink;
using weir::testing::bad_json;
using weir::testing::good_json;
using weir::testing::naughty_strings;
using weir::testing::repeat;

namespace {

std::string quoted(const std::string& text) {
  std::string out;
  write_string(text, out);
  return out;
}

std::string start(const std::string& text) {
  return std::to_string(text.size()) + " bytes: " + text.substr(0, 200);
}

std::string code(const std::optional<Unreadable>& unreadable) {
  return unreadable ? unreadable->code : "stored";
}

TEST(PgSinkCorpus, GoodJsonComesBackAsTheSameValue) {
  PaperDatabase database;
  for (const std::string& text : good_json()) {
    for (const char* member : {"extra", "j", "part", "rows", "o"}) {
      const std::string message = R"({"id":"k",")" + std::string(member) + "\":" + text + "}";
      const auto unreadable = database.store(message);
      if (unreadable) {  // an object's member may not fit its column
        EXPECT_EQ(unreadable->code, "type") << start(message) << ": " << unreadable->reason;
        continue;
      }
      ASSERT_EQ(json_value(database.read()), json_value(message)) << start(message);
    }
    EXPECT_EQ(code(database.store(R"({"id":"k","extra":)" + text + "}")), "stored") << start(text);
  }
}

TEST(PgSinkCorpus, GoodJsonIsReadAndWrittenAsTheSameValue) {
  Document document;
  for (const std::string& text : good_json()) {
    ASSERT_FALSE(document.parse(text)) << start(text);
    std::string again;
    document.write(document[Document::root], again);
    EXPECT_EQ(json_value(again), json_value(text)) << start(text);
  }
}

TEST(PgSinkCorpus, BadJsonIsRefusedWithAReason) {
  PaperDatabase database;
  for (const std::string& text : bad_json()) {
    for (const std::string& message : {text, R"({"id":"k","extra":)" + text + "}"}) {
      const auto unreadable = database.store(message);
      ASSERT_TRUE(unreadable) << start(message);
      EXPECT_TRUE(unreadable->code == "json" || unreadable->code == "too-deep") << unreadable->code;
      EXPECT_FALSE(unreadable->reason.empty());
      EXPECT_EQ(code(database.store(R"({"id":"k"})")), "stored");
    }
  }
}

TEST(PgSinkCorpus, NumbersComeBackByTheirDecimalValueOrAreRefused) {
  const std::vector<std::string> numbers{
      "0",
      "-0",
      "-0.0",
      "0e9",
      "1",
      "1.0",
      "-1.5",
      "1E2",
      "12e-1",
      "0.1",
      "0.30000000000000004",
      "1.7976931348623157e308",
      "9007199254740993",
      "9223372036854775807",
      "-9223372036854775808",
      "9223372036854775808",
      "18446744073709551616",
      "32767",
      "32768",
      "99999999.99",
      "99999999.995",
      "100000000",
      "0.005",
      "1e400",
      "1e-400",
      "1" + repeat("0", 400),
      "0." + repeat("0", 400) + "1",
      "0." + repeat("3", 400),
      repeat("7", 400) + "." + repeat("7", 400),
      "1." + repeat("0", 400),
      "1e131071",
      "1e131072",
      "1e-16383",
      "1e-16384",
      "0e-20000",
      "1e999999999",
      "1e-999999999",
      "1e2147483647",
      "0e2147483647",
      "123456789012345678901234567890.123456789012345678901234567890"};
  PaperDatabase database;
  for (const std::string& number : numbers) {
    for (const char* member : {"n", "small", "d", "money", "f", "j", "extra"}) {
      const std::string message = R"({"id":"k",")" + std::string(member) + "\":" + number + "}";
      const auto unreadable = database.store(message);
      if (unreadable) {
        EXPECT_EQ(unreadable->code, "type") << start(message);
        EXPECT_EQ(unreadable->pointer, "/" + std::string(member));
        EXPECT_LT(unreadable->reason.size(), 300U);
      } else {
        EXPECT_EQ(json_value(database.read()), json_value(message)) << start(message);
      }
    }
  }
  EXPECT_EQ(code(database.store(R"({"id":"k","extra":1e99999999999999999999})")), "number-range");
  EXPECT_EQ(code(database.store(R"({"id":"k","extra":1e-99999999999999999999})")), "number-range");
}

TEST(PgSinkCorpus, MomentsComeBackAsTheyWereWritten) {
  PaperDatabase database;
  for (const char* moment :
       {"2021-11-26T06:22:19Z", "2021-11-26T06:22:19.5Z", "2021-11-26T06:22:19.50Z",
        "2021-11-26T06:22:19.000001Z", "2021-11-26t06:22:19z", "2021-11-26 06:22:19Z",
        "2021-11-26T06:22:19+00:00", "2021-11-26T06:22:19-15:59", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z", "2016-12-31T23:59:60Z", "2021-11-26T06:22:19.1234567Z"}) {
    for (const char* member : {"t", "t0"}) {
      const std::string message = R"({"id":"k",")" + std::string(member) + "\":\"" + moment + "\"}";
      ASSERT_EQ(code(database.store(message)), "stored") << message;
      EXPECT_EQ(json_value(database.read()), json_value(message));
    }
  }
}

TEST(PgSinkCorpus, NaughtyStringsComeBackFromEveryPlace) {
  PaperDatabase database;
  for (const std::string& text : naughty_strings()) {
    const std::string value = quoted(text);
    const std::vector<std::string> messages{
        R"({"id":)" + value + R"(,"s":)" + value + R"(,"a/b":)" + value + R"(,"m~n":)" + value +
            R"(,"o":{"p":{"q":)" + value + "}}}",
        R"({"id":)" + value + R"(,"part":{"name":)" + value + R"(,"x":{"y":)" + value +
            R"(},"notes":[{"s":)" + value + "}]}}",
        R"({"rows":[{"s":)" + value + R"(},{"a/b":)" + value + R"(},{}],"id":)" + value + "}",
        R"({"id":"k","j":{)" + value + ":" + value + R"(},"more":)" + value + "}",
    };
    for (const std::string& message : messages) {
      const auto unreadable = database.store(message);
      ASSERT_FALSE(unreadable) << start(message) << ": " << unreadable->reason;
      EXPECT_EQ(database.kept_whole(), &message == &messages.back()) << start(message);
      EXPECT_EQ(json_value(database.read()), json_value(message)) << start(message);
    }
    const std::set<std::string> known{"id",    "s",    "short", "n",  "small", "d",
                                      "money", "b",    "t",     "t0", "j",     "f",
                                      "u",     "part", "rows",  "o",  "a/b",   "m~n"};
    if (known.contains(text)) continue;
    const std::string named = R"({"id":"k",)" + value + ":" + value + "}";
    ASSERT_EQ(code(database.store(named)), "stored") << start(named);
    EXPECT_EQ(database.read(), named);
  }
}

/// Whatever a string holds, it ends where its literal ends.
TEST(PgSinkCorpus, NaughtyStringsStayInsideOfTheirLiterals) {
  PaperDatabase database;
  for (const std::string& text : naughty_strings()) {
    ASSERT_FALSE(database.store(R"({"id":)" + quoted(text) + R"(,"s":)" + quoted(text) +
                                R"(,"rows":[{"s":)" + quoted(text) + "}]}"));
    bool inside = false;
    std::string outside;
    for (const char c : database.statement()) {
      if (c == '\'') {
        inside = !inside;
      } else if (!inside) {
        outside += c;
      }
    }
    EXPECT_FALSE(inside) << start(text);
    EXPECT_EQ(outside.find_first_not_of("EXCUTEweir_upsertinsertchangeremovetrim_0123 (),\nNULL"),
              std::string::npos)
        << outside;
  }
}

TEST(PgSinkCorpus, RefusalsSayWhereHoweverTheNamesAreWritten) {
  const auto refusal = [](const std::string& message) {
    PaperDatabase database;
    const auto unreadable = database.store(message);
    return unreadable ? unreadable->code + " at " + unreadable->pointer.value_or("nowhere")
                      : "stored";
  };
  EXPECT_EQ(refusal(R"({"id":"k","a\/b":1})"), "type at /a~1b");
  EXPECT_EQ(refusal(R"({"id":"k","m\u007en":[]})"), "type at /m~0n");
  EXPECT_EQ(refusal(R"({"id":"k","o":{"p":{"q":{}}}})"), "type at /o/p/q");
  EXPECT_EQ(refusal(R"({"id":"k","rows":[{},{"a\u002fb":null},{"a/b":0}]})"),
            "type at /rows/2/a~1b");
  EXPECT_EQ(refusal(R"({"id":"k","part":{"notes":[{"s":"x"},{"s":2}]}})"),
            "type at /part/notes/1/s");
  EXPECT_EQ(refusal(R"({"id":"k","s":"a\u0000"})"), "type at /s");
  EXPECT_EQ(refusal(R"({"id":"k\u0000"})"), "key at /id");
  EXPECT_EQ(refusal(R"({"id":"k","extra":"a\u0000"})"), "stored");
  EXPECT_EQ(refusal(R"({"id":"k","j":"a\u0000"})"), "stored");
  EXPECT_EQ(refusal(R"({"id":"k","u":"a\u0000"})"), "type at /u");
  EXPECT_EQ(refusal(R"({"id":"k","x~/":{"~/":1,"\u007e\u002f":2}})"), "duplicate at /x~0~1/~0~1");
  EXPECT_EQ(refusal(R"({"id":"k","\u0069d":"other"})"), "duplicate at /id");
  EXPECT_EQ(refusal(R"({"id":"k",")" + std::string(5'000, 'x') + R"(":{"a":1,"a":2}})"),
            "duplicate at ");
  EXPECT_EQ(refusal("{\"id\":\"k\",\"extra\":" + repeat("[", 200) + repeat("]", 200) + "}"),
            "too-deep at /extra" + repeat("/0", 126));
  EXPECT_EQ(refusal("[" + repeat("0,", 200'000) + "0]"), "too-many-items at ");
  EXPECT_EQ(refusal("{\"id\":\"k\",\"rows\":[" + repeat("{},", 200'000) + "{}]}"),
            "too-many-items at /rows");
  EXPECT_EQ(refusal("\"" + std::string(17 << 20, 'x') + "\""), "too-large at nowhere");
}

TEST(PgSinkCorpus, ALongStringOrNameOfTenMegabytesComesBack) {
  PaperDatabase database;
  const std::string large(10'000'000, '\'');
  for (const std::string& message :
       {R"({"id":"k","s":")" + large + "\"}", "{\"" + large + R"(":0,"id":"k"})"}) {
    ASSERT_EQ(code(database.store(message)), "stored");
    EXPECT_TRUE(database.read() == message);
  }
}

TEST(PgSinkCorpus, ManyMembersAreComparedInTimeThatIsNotQuadratic) {
  std::string message = R"({"id":"k")";
  for (int i = 0; i < 90'000; ++i) message += ",\"m" + std::to_string(i) + "\":0";
  PaperDatabase database;
  EXPECT_EQ(code(database.store(message + "}")), "stored");
  EXPECT_EQ(code(database.store(message + ",\"m0\":1}")), "duplicate");
}

}  // namespace
