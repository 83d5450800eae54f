#include "numbers.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace weir::json_schema_validate {
namespace {

TEST(Numbers, ReadsDoublesToTheLastUnit) {
  EXPECT_EQ(read_double("0.1"), 0.1);
  EXPECT_EQ(read_double("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(read_double("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(read_double("0e-99999"), 0.0);
  EXPECT_EQ(read_double("1e309"), std::nullopt);
  EXPECT_EQ(read_double("-1e309"), std::nullopt);
  EXPECT_EQ(read_double("1e-330"), std::nullopt);
}

TEST(Numbers, TellsATextApartFromTheDoubleThatItIsNot) {
  const auto told = [](std::string_view text) { return told_apart(text, *read_double(text)); };
  EXPECT_EQ(told("1.5"), 1.5);
  EXPECT_EQ(told("0.1"), 0.1);
  EXPECT_EQ(told("0.10000000000000000000"), 0.1);
  EXPECT_GT(told("1.00000000000000000001"), 1.0);
  EXPECT_LT(told("0.99999999999999999999"), 1.0);
  EXPECT_LT(told("-1.00000000000000000001"), -1.0);
  EXPECT_GT(told("-0.99999999999999999999"), -1.0);
  EXPECT_GT(told("0.1000000000000000055511151231257827"), 0.1);
  EXPECT_EQ(told("1.7976931348623157000001e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(told("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(Numbers, SeesWholeNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(read_whole("12.0"), 12);
  EXPECT_EQ(read_whole("1.2e1"), 12);
  EXPECT_EQ(read_whole("1200E-2"), 12);
  EXPECT_EQ(read_whole("-12.000"), -12);
  EXPECT_EQ(read_whole("0.0e5"), 0);
  EXPECT_EQ(read_whole("9223372036854775807.0"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(read_whole("9223372036854775808.0"), std::nullopt);
  EXPECT_EQ(read_whole("-9223372036854775808.0"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read_whole("1e300"), std::nullopt);
  EXPECT_EQ(read_whole("1.00000000000000000000001"), std::nullopt);
}

bool multiple(double value, double divisor) {
  return is_multiple(Decimal::from(value), Decimal::from(divisor));
}

TEST(Numbers, KnowsMultiplesAsPeopleDo) {
  EXPECT_TRUE(multiple(19.99, 0.01));
  EXPECT_TRUE(multiple(0.3, 0.1));
  EXPECT_TRUE(multiple(-0.75, 0.25));
  EXPECT_TRUE(multiple(1e300, 3.0) == false);
  EXPECT_TRUE(multiple(1e300, 2.0));
  EXPECT_TRUE(multiple(0.0, 7.0));
  EXPECT_FALSE(multiple(19.995, 0.01));
  EXPECT_FALSE(multiple(1e-300, 1.0));
  EXPECT_FALSE(multiple(1.5, 1.0));
  EXPECT_TRUE(is_multiple(Decimal::from(std::numeric_limits<std::int64_t>::min()),
                          Decimal::from(std::int64_t{2})));
  EXPECT_TRUE(is_multiple(Decimal::from(std::int64_t{9'007'199'254'740'993}),
                          Decimal::from(std::int64_t{3})));
  EXPECT_FALSE(is_multiple(Decimal::from(std::int64_t{9'007'199'254'740'993}),
                           Decimal::from(std::int64_t{2})));
}

}  // namespace
}  // namespace weir::json_schema_validate
