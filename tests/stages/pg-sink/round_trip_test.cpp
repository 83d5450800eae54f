#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "database.hpp"
#include "document.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using weir::Answer;

namespace {

struct Case {
  const char* name;
  std::string instead;  ///< members of the order
  bool kept_whole;
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

class PgSinkRoundTrip : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override { sql("TRUNCATE orders CASCADE"); }
};

TEST_P(PgSinkRoundTrip, GivesTheSameDocumentBack) {
  SinkBench bench(order_config());
  const std::string sent = order("a", GetParam().instead);
  const auto result = bench.process({sent});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, IsEmpty()) << result.rejected.front().reason;
  const auto found = bench.find("a");
  ASSERT_EQ(found.answer, Answer::found) << found.why;
  EXPECT_EQ(json_value(found.document), json_value(sent));
  EXPECT_EQ(json_value(bench.latest(1).entries.at(0).document), json_value(sent));
  EXPECT_THAT(sql("SELECT document IS NOT NULL FROM orders"),
              ElementsAre(GetParam().kept_whole ? "t" : "f"));
  if (GetParam().kept_whole) {
    EXPECT_EQ(found.document, sent) << "kept byte for byte";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Orders, PgSinkRoundTrip,
    testing::Values(
        Case{"model", "", false},                                             //
        Case{"empty_strings", R"("entry": "", "locale": "")", false},         //
        Case{"unicode", R"("entry": "ü 日本 😀 \u0001 \" \\ \/ \n")", false},  //
        Case{"big_integer", R"("sm_id": 1000000000000000000)", false},        //
        Case{"smallest_integer", R"("sm_id": -9223372036854775808)", false},  //
        Case{"largest_integer", R"("sm_id": 9223372036854775807)", false},    //
        Case{"integer_with_exponent", R"("sm_id": 1.5e3)", false},            //
        Case{"integer_with_fraction", R"("sm_id": 99.0)", false},             //
        Case{"fraction_of_a_second", R"("date_created": "2021-11-26T06:22:19.123456Z")", false},
        Case{"milliseconds", R"("date_created": "2021-11-26T06:22:19.125Z")", false},           //
        Case{"trailing_zeros", R"("date_created": "2021-11-26T06:22:19.120Z")", true},          //
        Case{"nanoseconds", R"("date_created": "2021-11-26T06:22:19.123456789Z")", true},       //
        Case{"offset", R"("date_created": "2021-11-26T09:22:19+03:00")", true},                 //
        Case{"zero_offset", R"("date_created": "2021-11-26T06:22:19+00:00")", true},            //
        Case{"lower_case", R"("date_created": "2021-11-26t06:22:19z")", true},                  //
        Case{"space", R"("date_created": "2021-11-26 06:22:19Z")", true},                       //
        Case{"leap_second", R"("date_created": "2016-12-31T23:59:60Z")", true},                 //
        Case{"first_year", R"("date_created": "0001-01-01T00:00:00Z")", false},                 //
        Case{"before_the_first_year", R"("date_created": "0001-01-01T00:00:00+05:00")", true},  //
        Case{"last_year", R"("date_created": "9999-12-31T23:59:59.999999Z")", false},           //
        Case{"null", R"("entry": null)", true},                                                 //
        Case{"null_object", R"("delivery": null)", true},                                       //
        Case{"null_list", R"("items": null)", true},                                            //
        Case{"null_in_an_object", R"("delivery": {"name": null})", true},                       //
        Case{"empty_object", R"("delivery": {})", false},                                       //
        Case{"empty_list", R"("items": [])", true},                                             //
        Case{"empty_item", R"("items": [{}, {"price": 1}, {}])", false},                        //
        Case{"strange_item", R"("items": [{"price": 1}, 7, "x", null, [], {"price": 2}])", true},
        Case{"object_for_a_list", R"("items": {"price": 1})", true},                  //
        Case{"list_for_an_object", R"("delivery": [1])", true},                       //
        Case{"string_for_an_object", R"("payment": "later")", true},                  //
        Case{"extra_member", R"("extra": [1, {"a": null}], "": 1)", true},            //
        Case{"extra_in_delivery", R"("delivery": {"name": "x", "floor": 3})", true},  //
        Case{"extra_in_item", R"("items": [{"price": 1}, {"price": 2, "colour": "red"}])", true},
        Case{"member_named_like_a_given_column", R"("items": [{"order_uid": "a", "ordinal": 0}])",
             true},
        Case{"member_named_like_an_own_column", R"("document": "x", "weir_position": 5)", true},
        Case{"number_beyond_double", R"("extra": 1e400, "more": 0.1234567890123456789)", true},
        Case{"nul_in_an_extra_member", R"("extra": "a\u0000b")", true}),
    [](const auto& of) { return of.param.name; });

TEST_F(OrderTables, PgSinkGivesAnOrderWithoutPartsBack) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({R"({"order_uid":"a"})"}).ok());
  EXPECT_EQ(bench.find("a").document, R"({"order_uid":"a"})");
}

/// Random orders: each member may be missing, as it should be, or one of many other things that do
/// not break its column.
class RandomOrders {
 public:
  explicit RandomOrders(std::uint64_t seed) : random_(seed) {}

  std::string next(int index) {
    std::string out = R"({"order_uid":")" + std::to_string(index) + '"';
    for (const char* name : {"track_number", "entry", "locale", "shardkey"})
      member(out, name, [&] { return text(); });
    member(out, "sm_id", [&] { return integer(); });
    member(out, "date_created", [&] { return moment(); });
    member(out, "delivery", [&] { return part({"name", "city"}, {}); });
    member(out, "payment", [&] { return part({"currency"}, {"amount", "custom_fee"}); });
    member(out, "items", [&] { return items(); });
    if (pick(8) == 0) out += R"(,"extra":)" + anything(0);
    return out + "}";
  }

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  template <class F>
  void member(std::string& out, const char* name, F&& value) {
    const auto kind = pick(20);
    if (kind == 0) return;
    out += ',';
    weir::pg_sink::write_string(name, out);
    out += ':' + (kind == 1 ? "null" : value());
  }
  std::string text() {
    static const std::vector<std::string> parts{
        "",    "a", "NULL", "\\\"",    "\\\\",           "'", "{}", ",", "ü", "😀", "\\u0007",
        "\\n", "(", ")",    "\\u00fc", "\\ud83d\\ude00", " "};
    std::string out = "\"";
    for (auto i = pick(6); i > 0; --i) out += parts[pick(parts.size())];
    return out + "\"";
  }
  std::string integer() {
    static const std::vector<std::string> some{"0",   "-0",   "1",    "-1",
                                               "1e3", "10.0", "25e1", "9223372036854775807"};
    const auto chosen = pick(some.size());
    return chosen == 6 ? std::to_string(static_cast<std::int64_t>(random_())) : some[chosen];
  }
  std::string moment() {
    static const std::vector<std::string> some{
        "2021-11-26T06:22:19Z", "2021-11-26T06:22:19.5Z", "2021-11-26T06:22:19.50Z",
        "2021-11-26T06:22:19+01:00", "1969-12-31T23:59:59.000001Z"};
    return '"' + some[pick(some.size())] + '"';
  }
  std::string part(std::vector<const char*> texts, std::vector<const char*> integers) {
    if (pick(15) == 0) return anything(1);
    std::string out = "{\"bank\":" + text();
    for (const char* name : texts) member(out, name, [&] { return text(); });
    for (const char* name : integers) member(out, name, [&] { return integer(); });
    return out + "}";
  }
  std::string items() {
    std::string out = "[";
    for (auto i = pick(5); i > 0; --i) {
      if (out.size() > 1) out += ',';
      std::string item = "{\"name\":" + text();
      member(item, "price", [&] { return integer(); });
      member(item, "brand", [&] { return text(); });
      out += pick(15) == 0 ? anything(1) : item + "}";
    }
    return out + "]";
  }
  std::string anything(int depth) {
    switch (pick(depth > 3 ? 4 : 6)) {
      case 0:
        return "null";
      case 1:
        return pick(2) == 0 ? "true" : "false";
      case 2:
        return integer();
      case 3:
        return text();
      case 4:
        return "[" + anything(depth + 1) + "," + anything(depth + 1) + "]";
      default:
        return "{\"x\":" + anything(depth + 1) + ",\"y\":" + anything(depth + 1) + "}";
    }
  }
  std::mt19937_64 random_;
};

TEST_F(OrderTables, PgSinkGivesRandomOrdersBack) {
  const char* given = std::getenv("WEIR_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  SCOPED_TRACE("WEIR_SEED=" + std::to_string(seed));
  RandomOrders orders(seed);
  SinkBench bench(order_config());
  constexpr int count = 1'000;
  std::map<std::string, std::string> stored;
  // The second time each other order is there already, and is replaced by one that differs.
  for (const int step : {2, 1}) {
    std::vector<int> numbers;
    std::vector<weir::testing::Input> batch;
    for (int i = 0; i < count; i += step) {
      numbers.push_back(i);
      batch.emplace_back(orders.next(i));
    }
    const auto result = bench.process(batch);
    ASSERT_TRUE(result.ok()) << result.error;
    // "anything" may be an object or a list where a column holds a scalar, in an odd part only:
    // then it is refused.
    std::set<std::size_t> refused;
    for (const auto& rejected : result.rejected) {
      EXPECT_EQ(rejected.code, "type") << rejected.reason;
      refused.insert(rejected.index);
    }
    EXPECT_LT(refused.size(), batch.size() / 10);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (!refused.contains(i)) stored[std::to_string(numbers[i])] = batch[i].value;
    }
  }
  const auto all = bench.latest(count);
  ASSERT_EQ(all.entries.size(), stored.size());
  for (const auto& entry : all.entries) {
    const std::string& sent = stored.at(entry.key);
    ASSERT_EQ(json_value(entry.document), json_value(sent)) << sent;
    if (entry.key.ends_with('0')) {
      ASSERT_EQ(bench.find(entry.key).document, entry.document);
    }
  }
  const auto in_bulk = bench.latest(100'000);
  ASSERT_THAT(in_bulk.entries, SizeIs(all.entries.size()));
  for (std::size_t i = 0; i < all.entries.size(); ++i) {
    ASSERT_EQ(in_bulk.entries[i].key, all.entries[i].key);
    ASSERT_EQ(in_bulk.entries[i].document, all.entries[i].document);
  }
  EXPECT_NE(sql("SELECT count(*) FROM orders WHERE document IS NULL").front(), "0");
}

}  // namespace
