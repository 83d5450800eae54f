#include "difference.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weir::pg_sink {
namespace {

std::optional<std::string> between(std::string_view expected, std::string_view actual) {
  Document a, b;
  if (a.parse(expected) || b.parse(actual)) throw std::runtime_error("a test's text is not JSON");
  return difference(a, b);
}

TEST(Difference, IsNoneBetweenEqualValuesHoweverTheyAreWritten) {
  EXPECT_EQ(between(R"({"a":1,"b":[true,null,"x"]})", R"({ "b": [true, null, "x"], "a": 1.0e0 })"),
            std::nullopt);
  EXPECT_EQ(between(R"("\u00e4")", "\"\u00e4\""), std::nullopt);
  EXPECT_EQ(between("100", "1e2"), std::nullopt);
  EXPECT_EQ(between("-0", "0"), between("0", "-0"));
}

TEST(Difference, NamesTheFirstPlaceThatDiffers) {
  EXPECT_EQ(between(R"({"a":{"b":[1,2,3]}})", R"({"a":{"b":[1,5,3]}})"), "/a/b/1");
  EXPECT_EQ(between(R"({"a/b":1})", R"({"a/b":2})"), "/a~1b");
  EXPECT_EQ(between("1", "true"), "");
  EXPECT_EQ(between("0.1", "0.10000000000000001"), "");
}

TEST(Difference, NamesAMemberThatIsMissingOrWasAdded) {
  EXPECT_EQ(between(R"({"a":1,"b":2})", R"({"b":2})"), "/a");
  EXPECT_EQ(between(R"({"b":2})", R"({"a":1,"b":2})"), "/a");
  EXPECT_EQ(between(R"({"a":null})", "{}"), "/a");
  EXPECT_EQ(between(R"({"a":1,"b":2})", R"({"b":2,"a":3})"), "/a");
}

TEST(Difference, NamesAnElementThatIsMissingOrWasAdded) {
  EXPECT_EQ(between("[1,2]", "[1]"), "/1");
  EXPECT_EQ(between("[1]", "[1,2]"), "/1");
  EXPECT_EQ(between("[]", "[[]]"), "/0");
}

}  // namespace
}  // namespace weir::pg_sink
