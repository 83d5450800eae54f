#include "value.hpp"

#include <gtest/gtest.h>

#include "time_text.hpp"

namespace weir::generate_source {
namespace {

TEST(Decimal, WritesItsDigitsAfterThePoint) {
  EXPECT_EQ((Decimal{.units = 1234, .digits = 2}).text(), "12.34");
  EXPECT_EQ((Decimal{.units = 5, .digits = 3}).text(), "0.005");
  EXPECT_EQ((Decimal{.units = -7, .digits = 1}).text(), "-0.7");
  EXPECT_EQ((Decimal{.units = std::numeric_limits<std::int64_t>::min()}).text(),
            "-9223372036854775808");
}

TEST(Decimal, AddsNumbersOfDifferentLength) {
  const Decimal sum = Decimal{.units = 15, .digits = 1}.plus({.units = 125, .digits = 2});
  EXPECT_EQ(sum.text(), "2.75");
}

TEST(Decimal, RefusesASumBeyondItsRange) {
  const Decimal most{.units = std::numeric_limits<std::int64_t>::max()};
  EXPECT_THROW(most.plus({.units = 1}), std::runtime_error);
}

TEST(Decimal, ReadsWhatJsonWritesWithoutExponent) {
  EXPECT_EQ(Decimal::from("-12.50"), (Decimal{.units = -1250, .digits = 2}));
  EXPECT_EQ(Decimal::from("1e5"), std::nullopt);
}

TEST(JsonString, EscapesQuotesBackslashesAndControls) {
  std::string out;
  append_json_string(out, "a\"b\\c\nd\xc3\xa9");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\u000ad\xc3\xa9\"");
}

TEST(TimeText, ReadsWhatItWrites) {
  const auto instant = from_rfc3339("2024-02-29T23:59:58Z");
  ASSERT_TRUE(instant);
  EXPECT_EQ(to_rfc3339(*instant), "2024-02-29T23:59:58Z");
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"2023-02-29T00:00:00Z", "2023-02-28T24:00:00Z", "2023/02/28T00:00:00Z",
                           "2023-02-28T00:00:00", "20x3-02-28T00:00:00Z", ""}) {
    EXPECT_FALSE(from_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace weir::generate_source
