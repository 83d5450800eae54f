#include "key_reader.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace weir::cache_sink {
namespace {

std::string read(std::string_view pointer, std::string_view document) {
  KeyReader reader(pointer);
  const auto first = reader.read(document);
  const std::string key = first ? std::string(*first) : "nothing";
  const auto again = reader.read(document);
  EXPECT_EQ(key, again ? std::string(*again) : "nothing") << "a reader forgets the document before";
  return key;
}

TEST(KeyReader, ReadsTextsAndNumbers) {
  EXPECT_EQ(read("/id", R"({"id":"a"})"), "a");
  EXPECT_EQ(read("/id", R"({"id":""})"), "");
  EXPECT_EQ(read("/id", R"({"id":12})"), "12");
  EXPECT_EQ(read("/id", R"({"id":18446744073709551615})"), "18446744073709551615");
  EXPECT_EQ(read("/id", R"({"id":1.50})"), "1.50");
  EXPECT_EQ(read("/id", R"({"x":"y","id":"a\u00e9\n\"b"})"), "aé\n\"b");
}

TEST(KeyReader, ReadsNamesWithEscapes) {
  EXPECT_EQ(read("/id", R"({"i\u0064":"a"})"), "a");
  EXPECT_EQ(read("/a~1b~0c", R"({"a/b~c":"x"})"), "x");
  EXPECT_EQ(read("/", R"({"":"x"})"), "x");
}

TEST(KeyReader, GoesIntoObjectsAndLists) {
  EXPECT_EQ(read("/a/b", R"({"b":"no","x":{"b":"no"},"a":{"x":1,"b":"yes"}})"), "yes");
  EXPECT_EQ(read("/a/1/b", R"({"a":[{"b":"no"},{"b":"yes"}]})"), "yes");
  EXPECT_EQ(read("/0", R"(["yes"])"), "yes");
  EXPECT_EQ(read("/a/1", R"({"a":[[1,2],"yes"]})"), "yes");
  EXPECT_EQ(read("/a/0", R"({"a":{"0":"yes"}})"), "yes");
}

TEST(KeyReader, FindsNothingElsewhere) {
  for (const char* document : {"{}", R"({"x":{"id":"a"}})", R"({"id":null})", R"({"id":true})",
                               R"({"id":{}})", R"({"id":[]})", R"(["id","a"])", R"("id")", "12", "",
                               "not json", R"({"x":"id"})", R"([{"id":"a"}])"}) {
    EXPECT_EQ(read("/id", document), "nothing") << document;
  }
  EXPECT_EQ(read("/a/b", R"({"a":"b"})"), "nothing");
  EXPECT_EQ(read("/a/b", R"({"a":12,"b":"c"})"), "nothing");
  EXPECT_EQ(read("/a/b", R"({"a":{"c":1},"b":"d"})"), "nothing");
  EXPECT_EQ(read("/a/01", R"({"a":["x","y"]})"), "nothing");
  EXPECT_EQ(read("/a/b", R"({"a":"\u0041","b":"d"})"), "nothing");
}

TEST(KeyReader, ReadsNoFurtherThanTheKey) {
  EXPECT_EQ(read("/id", R"({"id":"a", and then nonsense)"), "a");
}

TEST(KeyReader, SurvivesDepth) { EXPECT_EQ(read("/id", std::string(1'000'000, '[')), "nothing"); }

TEST(KeyReader, RefusesWhatIsNoPointer) {
  EXPECT_THROW(KeyReader(""), std::runtime_error);
  EXPECT_THROW(KeyReader("order_uid"), std::runtime_error);
}

}  // namespace
}  // namespace weir::cache_sink
