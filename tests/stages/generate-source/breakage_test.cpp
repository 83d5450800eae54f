#include "breakage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "message_template.hpp"

namespace weir::generate_source {
namespace {

const std::string sample = R"({"id":"abc","n":7,"o":{"x":1},"last":"z"})";

Document broken(const std::string& kind, std::uint64_t seed, const std::string& json = sample) {
  Random random(seed, 0);
  Document document = MessageTemplate(json, "").fill_in(Draft(random, Instant{}, 1));
  const Damage done = Breakage(1, {kind}).damage(document, random);
  EXPECT_EQ(text_of(done), json == sample ? kind : "not-json");
  return document;
}

bool is_json(const std::string& text) {
  boost::system::error_code error;
  boost::json::parse(text, error);
  return !error;
}

template <class Check>
void for_many_seeds(Check check) {
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    check(seed);
  }
}

TEST(Breakage, NotJsonTruncatedAndInvalidUtf8DoNotParse) {
  for_many_seeds([](std::uint64_t seed) {
    for (const char* kind : {"not-json", "truncated", "invalid-utf8"}) {
      EXPECT_FALSE(is_json(broken(kind, seed).text)) << kind;
    }
  });
}

TEST(Breakage, AMissingMemberLeavesTheOthersInPlace) {
  for_many_seeds([](std::uint64_t seed) {
    const auto json = boost::json::parse(broken("missing-member", seed).text).as_object();
    const auto whole = boost::json::parse(sample).as_object();
    EXPECT_EQ(json.size(), whole.size() - 1);
    for (const auto& [name, value] : json) EXPECT_EQ(value, whole.at(name));
  });
}

TEST(Breakage, AWrongTypeChangesTheKindOfOneMember) {
  for_many_seeds([](std::uint64_t seed) {
    const auto json = boost::json::parse(broken("wrong-type", seed).text).as_object();
    const auto whole = boost::json::parse(sample).as_object();
    int changed = 0;
    for (const auto& [name, value] : json) changed += value.kind() != whole.at(name).kind() ? 1 : 0;
    EXPECT_EQ(changed, 1);
  });
}

TEST(Breakage, ANulStandsInsideAString) {
  for_many_seeds([](std::uint64_t seed) {
    const std::string text = broken("nul", seed).text;
    EXPECT_TRUE(is_json(text));
    EXPECT_THAT(text, ::testing::HasSubstr("\\u0000\""));
  });
}

TEST(Breakage, AHugeNumberFitsNoInteger) {
  for_many_seeds([](std::uint64_t seed) {
    EXPECT_THAT(broken("huge-number", seed).text,
                ::testing::ContainsRegex("\"n\":(1e400|123456789012345678901234567890),"));
  });
}

TEST(Breakage, TurnsADocumentWithoutAPlaceForTheDamageIntoNotJson) {
  EXPECT_FALSE(is_json(broken("nul", 1, "{}").text));
  EXPECT_FALSE(is_json(broken("truncated", 1, "[1]").text));
}

TEST(Breakage, RefusesAKindThatIsNotKnown) {
  EXPECT_THROW(Breakage(1, {"melted"}), std::runtime_error);
}

}  // namespace
}  // namespace weir::generate_source
