#include "engine/observe/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Log, OneEventIsOneLineWhateverBytesItHolds) {
  std::vector<std::string> lines;
  const Log log(Level::debug, [&](std::string_view line) { lines.emplace_back(line); });
  log.warn("orders/store", "first\nsecond\t\x01\x7f end");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr(" warn  orders/store: first\\nsecond\\t\\x01\\x7f end\n"));
  EXPECT_EQ(std::count(lines[0].begin(), lines[0].end(), '\n'), 1);
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  std::vector<std::string> lines;
  const Log log(Level::warn, [&](std::string_view line) { lines.emplace_back(line); });
  log.debug("a", "b");
  log.info("a", "b");
  EXPECT_TRUE(lines.empty());
  log.error("a", "b");
  EXPECT_EQ(lines.size(), 1U);
}

}  // namespace
}  // namespace weir
