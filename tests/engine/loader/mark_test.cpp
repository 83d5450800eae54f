#include "engine/loader/mark.hpp"

#include "engine/loader/text.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace weir {
namespace {

weir_message message(std::string_view key, std::string_view value, std::int64_t time_us = 0) {
  return {view(key), view(value), nullptr, 0, 0, time_us};
}

/// The numbers stand in databases: they never change.
TEST(Mark, IsTheSameInEveryVersion) {
  EXPECT_EQ(mark_of(message("key", "value", 1'700'000'000'000'000)), 10800456210338556879U);
  EXPECT_EQ(mark_of(weir_message{}), 8684787676381086965U);
}

TEST(Mark, TellsMessagesApart) {
  const std::uint64_t mark = mark_of(message("key", "value", 7));
  EXPECT_NE(mark, mark_of(message("key", "valuf", 7)));
  EXPECT_NE(mark, mark_of(message("kez", "value", 7)));
  EXPECT_NE(mark, mark_of(message("key", "value", 8)));
  EXPECT_NE(mark, mark_of(message("keyv", "alue", 7))) << "where one part ends counts";
  EXPECT_NE(mark_of(message("", "value")), mark_of(weir_message{.key = {nullptr, 0},
                                                                .value = view("value"),
                                                                .headers = nullptr,
                                                                .header_count = 0,
                                                                .position = 0,
                                                                .time_us = 0}))
      << "an absent key is not an empty one";
}

TEST(Mark, DoesNotDependOnThePosition) {
  weir_message here = message("key", "value");
  weir_message there = here;
  there.position = 9;
  EXPECT_EQ(mark_of(here), mark_of(there)) << "it says what stands there, not where";
}

}  // namespace
}  // namespace weir
