#include "engine/loader/config_view.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

namespace {

constexpr const char* json = R"({
  "text": "süß", "empty": "", "nul": "a\u0000b", "integer": -9223372036854775808, "large": 9223372036854775807,
  "huge": 18446744073709551615, "number": 0.1, "whole": 2.0, "yes": true, "no": false, "null": null,
  "wait": "250ms", "memory": "4MiB", "plain": "1024", "list": ["a", {"b": [1, 2]}], "none": [], "map": {"": "e"},
  "a/b": 1, "m~n": 2, "~1": 3})";

class ConfigViewTest : public testing::Test {
 protected:
  std::optional<std::string> text(const char* pointer) const {
    weir_view out{};
    if (!raw().text(&raw(), pointer, &out)) return std::nullopt;
    return std::string(out.data, out.size);
  }
  std::optional<std::int64_t> integer(const char* pointer) const {
    return read<std::int64_t>(raw().integer, pointer);
  }
  std::optional<double> number(const char* pointer) const {
    return read<double>(raw().number, pointer);
  }
  std::optional<bool> boolean(const char* pointer) const {
    return read<bool>(raw().boolean, pointer);
  }
  std::size_t length(const char* pointer) const { return raw().length(&raw(), pointer); }
  const weir_config& raw() const { return *view_.raw(); }

 private:
  template <class T, class Read>
  std::optional<T> read(Read function, const char* pointer) const {
    T out{};
    if (!function(&raw(), pointer, &out)) return std::nullopt;
    return out;
  }

  weir::ConfigView view_{json, "/etc/weir"};
};

TEST_F(ConfigViewTest, ShowsTheWholeObjectAndTheFolder) {
  EXPECT_EQ(raw().size, sizeof(weir_config));
  EXPECT_EQ(std::string(raw().json.data, raw().json.size), json);
  EXPECT_EQ(std::string(raw().folder.data, raw().folder.size), "/etc/weir");
}

TEST_F(ConfigViewTest, ReadsEachKindByItsPointer) {
  EXPECT_EQ(text("/text"), "süß");
  EXPECT_EQ(text("/empty"), "");
  EXPECT_EQ(text("/nul"), std::string("a\0b", 3));
  EXPECT_EQ(integer("/integer"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(integer("/large"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(number("/number"), 0.1);
  EXPECT_EQ(number("/whole"), 2.0);
  EXPECT_EQ(boolean("/yes"), true);
  EXPECT_EQ(boolean("/no"), false);
  EXPECT_EQ(length("/list"), 2U);
  EXPECT_EQ(text("/list/0"), "a");
  EXPECT_EQ(integer("/list/1/b/1"), 2);
  EXPECT_EQ(length("/list/1/b"), 2U);
  EXPECT_EQ(length("/none"), 0U);
}

TEST_F(ConfigViewTest, FollowsRfc6901) {
  EXPECT_EQ(integer("/a~1b"), 1);
  EXPECT_EQ(integer("/m~0n"), 2);
  EXPECT_EQ(integer("/~01"), 3);
  EXPECT_EQ(text("/map/"), "e");
  for (const char* pointer : {"", "text", "/a/b", "/list/00", "/list/2", "/list/-", "/list/-1",
                              "/text/0", "//", "/ text"}) {
    EXPECT_FALSE(text(pointer)) << pointer;
    EXPECT_FALSE(integer(pointer)) << pointer;
  }
}

TEST_F(ConfigViewTest, ReadsDurationsInMicrosecondsAndBytes) {
  EXPECT_EQ(integer("/wait"), 250'000);
  EXPECT_EQ(integer("/memory"), 4 * 1024 * 1024);
  EXPECT_EQ(integer("/plain"), 1024);
  EXPECT_EQ(text("/wait"), "250ms");
}

TEST_F(ConfigViewTest, NeverTakesOneKindForAnother) {
  EXPECT_FALSE(text("/integer"));
  EXPECT_FALSE(text("/null"));
  EXPECT_FALSE(integer("/number"));
  EXPECT_FALSE(integer("/whole"));
  EXPECT_FALSE(integer("/yes"));
  EXPECT_FALSE(integer("/huge"));
  EXPECT_FALSE(integer("/text"));
  EXPECT_EQ(number("/huge"), 18446744073709551615.0);
  EXPECT_EQ(number("/large"), 9223372036854775807.0);
  EXPECT_FALSE(number("/yes"));
  EXPECT_FALSE(number("/wait"));
  EXPECT_FALSE(boolean("/text"));
  EXPECT_FALSE(boolean("/null"));
  EXPECT_EQ(length("/map"), 0U);
  EXPECT_EQ(length("/text"), 0U);
  EXPECT_EQ(length(nullptr), 0U);
}

TEST_F(ConfigViewTest, KeepsItsTextsForItsWholeLife) {
  weir_view first{}, second{};
  ASSERT_TRUE(raw().text(&raw(), "/text", &first));
  ASSERT_TRUE(raw().text(&raw(), "/empty", &second));
  EXPECT_NE(second.data, nullptr);  // present but empty
  ASSERT_TRUE(raw().text(&raw(), "/text", &second));
  EXPECT_EQ(first.data, second.data);
}

TEST(ConfigView, RefusesWhatIsNoObject) {
  for (const char* bad : {"", "[]", "5", "null", "{", "{\"a\":}"}) {
    EXPECT_THROW(weir::ConfigView(bad, "/"), std::invalid_argument) << bad;
  }
}

}  // namespace
