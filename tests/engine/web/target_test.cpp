#include "engine/web/target.hpp"

#include <gtest/gtest.h>

namespace weir::web {
namespace {

std::vector<std::string> segments(const Target& target) {
  std::vector<std::string> result;
  for (std::size_t index = 0; index < target.size(); ++index)
    result.emplace_back(target.segment(index));
  return result;
}

}  // namespace

TEST(Target, IsSplitBeforeItIsDecoded) {
  Target target;
  ASSERT_FALSE(target.read("/order/a%2Fb%20c?limit=%20"));
  EXPECT_EQ(segments(target), (std::vector<std::string>{"order", "a/b c"}));
  EXPECT_EQ(target.path(), "/order/a/b c");
  EXPECT_EQ(target.query(), "limit=%20");
}

TEST(Target, KeepsEmptySegments) {
  Target target;
  ASSERT_FALSE(target.read("/order/"));
  EXPECT_EQ(segments(target), (std::vector<std::string>{"order", ""}));
  ASSERT_FALSE(target.read("/"));
  EXPECT_EQ(segments(target), (std::vector<std::string>{""}));
  ASSERT_FALSE(target.read("//x"));
  EXPECT_EQ(segments(target), (std::vector<std::string>{"", "x"}));
}

TEST(Target, TellsAnEmptyQueryFromNone) {
  Target target;
  ASSERT_FALSE(target.read("/x?"));
  EXPECT_EQ(target.query(), "");
  ASSERT_FALSE(target.read("/x"));
  EXPECT_EQ(target.query(), std::nullopt);
}

TEST(Target, DecodesUtf8) {
  Target target;
  ASSERT_FALSE(target.read("/%E2%82%ac"));
  EXPECT_EQ(target.path(), "/\xE2\x82\xAC");
}

TEST(Target, RefusesBadEscapesNulAndWhatIsNotUtf8) {
  for (const char* text : {"/%", "/%2", "/%2g", "/%%20", "/%00", "/a%00b", "/%ff", "/%C0%AF",
                           "/%ED%A0%80", "/%E2%82"}) {
    Target target;
    const auto refusal = target.read(text);
    ASSERT_TRUE(refusal) << text;
    EXPECT_EQ(refusal->status, 400) << text;
  }
}

}  // namespace weir::web
