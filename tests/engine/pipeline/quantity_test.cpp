#include "engine/pipeline/quantity.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using weir::parse_bytes;
using weir::parse_duration;

TEST(Quantity, ReadsDurationsWithTheirUnit) {
  EXPECT_EQ(parse_duration("7us"), 7us);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Quantity, RefusesEverythingElseAsDuration) {
  for (const char* text :
       {"", "s", "30", "-1s", "+1s", " 1s", "1 s", "1s ", "1.5s", "1S", "1d", "1MiB", "1m30s",
        "0x1s", "99999999999999999999s", "9223372036854775807s", "2562047789h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Quantity, ReadsBytesWithAndWithoutAUnit) {
  EXPECT_EQ(parse_bytes("1024"), 1024);
  EXPECT_EQ(parse_bytes("5B"), 5);
  EXPECT_EQ(parse_bytes("16KiB"), 16 * 1024);
  EXPECT_EQ(parse_bytes("4MiB"), 4 * 1024 * 1024);
  EXPECT_EQ(parse_bytes("2GiB"), 2LL << 30);
  EXPECT_EQ(parse_bytes("1TiB"), 1LL << 40);
  EXPECT_EQ(parse_bytes("9223372036854775807"), 9223372036854775807);
}

TEST(Quantity, RefusesEverythingElseAsBytes) {
  for (const char* text : {"", "MiB", "4MB", "4mib", "4 MiB", "-1", "1.5MiB", "4M",
                           "9223372036854775808", "8388608TiB"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(Quantity, NoTextIsBothADurationAndANumberOfBytes) {
  for (const char* unit : {"us", "ms", "s", "m", "h", "", "B", "KiB", "MiB", "GiB", "TiB"}) {
    const std::string text = std::string("3") + unit;
    EXPECT_NE(parse_duration(text).has_value(), parse_bytes(text).has_value()) << text;
  }
}

}  // namespace
