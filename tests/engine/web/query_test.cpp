#include "engine/web/query.hpp"

#include <gtest/gtest.h>

namespace weir::web {

TEST(Query, IsDecodedAsAFormIs) {
  Query query;
  EXPECT_FALSE(query.read("key=a+b%2B%26&empty=&bare&key=second&%61=%00&&=x"));
  EXPECT_EQ(query.find("key"), "a b+&");
  EXPECT_EQ(query.find("empty"), "");
  EXPECT_EQ(query.find("bare"), "");
  EXPECT_EQ(query.find("a"), std::string(1, '\0'));
  EXPECT_EQ(query.find(""), "x");
  EXPECT_EQ(query.find("none"), std::nullopt);
}

TEST(Query, RefusesEscapesThatAreNone) {
  for (const char* bad : {"%", "a=%4", "a=%zz", "%g0=1", "a=1&b=%"}) {
    Query query;
    const auto refusal = query.read(bad);
    ASSERT_TRUE(refusal) << bad;
    EXPECT_EQ(refusal->status, 400);
  }
}

TEST(Query, WhatIsEscapedIsReadBackAsItWas) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  Query query;
  EXPECT_FALSE(query.read("x=" + escaped(all)));
  EXPECT_EQ(query.find("x"), all);
}

}  // namespace weir::web
