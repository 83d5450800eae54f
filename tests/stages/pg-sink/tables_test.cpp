// Mappings and column types beyond those of the order tables.
#include <gmock/gmock.h>

#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using weir::Answer;

namespace {

constexpr char own_columns[] =
    ", document text, weir_origin text, weir_position bigint, weir_stored_at timestamptz";

class PgSinkTables : public testing::Test {
 protected:
  void SetUp() override { sql("DROP SCHEMA IF EXISTS shop CASCADE"), sql("CREATE SCHEMA shop"); }
  void TearDown() override { sql("DROP SCHEMA IF EXISTS shop CASCADE"); }

  static void table(const std::string& name, const std::string& columns, bool root = true) {
    sql("CREATE TABLE shop." + name + " (" + columns + (root ? own_columns : "") + ")");
  }
  static std::string config(const std::string& key, const std::string& tables) {
    return R"({"dsn": )" + json_string(database().admin_of_orders) + R"(, "key": ")" + key +
           R"(", "tables": [)" + tables + "]}";
  }
  static std::string refusal(const std::string& key, const std::string& tables) {
    try {
      SinkBench bench(config(key, tables));
      bench.start();
    } catch (const weir::Retry&) {
      return "Retry";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
};

struct Fit {
  const char* name;
  const char* type;
  std::string value;
  enum class As { columns, whole, rejected } as;
};
using As = Fit::As;

std::ostream& operator<<(std::ostream& out, const Fit& one) { return out << one.name; }

class PgSinkTypes : public testing::TestWithParam<Fit> {
 protected:
  void SetUp() override { sql("DROP SCHEMA IF EXISTS shop CASCADE"), sql("CREATE SCHEMA shop"); }
  void TearDown() override { sql("DROP SCHEMA IF EXISTS shop CASCADE"); }
};

TEST_P(PgSinkTypes, TakesOrRefusesTheValue) {
  sql("CREATE DOMAIN shop.small AS numeric(4,2) CHECK (VALUE < 50)");
  sql("CREATE TYPE shop.colour AS ENUM ('red', 'green')");
  sql("CREATE TABLE shop.things (id text PRIMARY KEY, v " + std::string(GetParam().type) +
      own_columns + ")");
  SinkBench bench(R"({"dsn": )" + json_string(database().admin_of_orders) +
                  R"(, "key": "/id", "tables": [{"table": "shop.things"}]})");
  const std::string sent = R"({"id": "a", "v": )" + GetParam().value + "}";
  const auto result = bench.process({sent, R"({"id": "b"})"});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(bench.find("b").document, R"({"id":"b"})");
  if (GetParam().as == As::rejected) {
    ASSERT_THAT(result.rejected, SizeIs(1));
    EXPECT_EQ(bench.find("a").answer, Answer::absent);
    return;
  }
  ASSERT_THAT(result.rejected, IsEmpty()) << result.rejected[0].reason;
  EXPECT_EQ(json_value(bench.find("a").document), json_value(sent));
  EXPECT_THAT(sql("SELECT document IS NOT NULL FROM shop.things WHERE id = 'a'"),
              ElementsAre(GetParam().as == As::whole ? "t" : "f"));
}

INSTANTIATE_TEST_SUITE_P(
    Columns, PgSinkTypes,
    testing::Values(Fit{"short_text", "varchar(3)", R"("日本語")", As::columns},          //
                    Fit{"long_text", "varchar(3)", R"("abcd")", As::rejected},            //
                    Fit{"trailing_spaces", "varchar(3)", R"("abc ")", As::rejected},      //
                    Fit{"padded_text", "char(5)", R"("abc")", As::whole},                 //
                    Fit{"smallint", "smallint", "32767", As::columns},                    //
                    Fit{"beyond_smallint", "smallint", "32768", As::rejected},            //
                    Fit{"integer", "integer", "-2147483648", As::columns},                //
                    Fit{"beyond_integer", "integer", "-2147483649", As::rejected},        //
                    Fit{"boolean", "boolean", "false", As::columns},                      //
                    Fit{"text_for_boolean", "boolean", R"("true")", As::rejected},        //
                    Fit{"decimal", "numeric(10,2)", "-12345678.9", As::columns},          //
                    Fit{"decimal_with_zeros", "numeric(10,2)", "1.500000", As::columns},  //
                    Fit{"decimal_beyond_scale", "numeric(10,2)", "0.125", As::whole},     //
                    Fit{"decimal_too_big", "numeric(10,2)", "123456789", As::rejected},   //
                    Fit{"decimal_that_carries", "numeric(4,2)", "99.999", As::rejected},  //
                    Fit{"negative_scale", "numeric(3,-2)", "12300", As::columns},         //
                    Fit{"below_negative_scale", "numeric(3,-2)", "12345", As::whole},     //
                    Fit{"free_decimal", "numeric", "0.1234567890123456789012345", As::columns},
                    Fit{"huge_decimal", "numeric", "1e400", As::columns},          //
                    Fit{"beyond_decimal", "numeric", "1e999999", As::rejected},    //
                    Fit{"domain", "shop.small", "49.99", As::columns},             //
                    Fit{"checked_domain", "shop.small", "50", As::rejected},       //
                    Fit{"domain_beyond_scale", "shop.small", "1.234", As::whole},  //
                    Fit{"rounded_moment", "timestamptz(3)", R"("2021-01-01T00:00:00.1234Z")",
                        As::whole},
                    Fit{"moment", "timestamptz(3)", R"("2021-01-01T00:00:00.123Z")", As::columns},
                    Fit{"double", "double precision", "0.1", As::whole},              //
                    Fit{"beyond_double", "double precision", "1e400", As::rejected},  //
                    Fit{"date", "date", R"("2021-02-28")", As::whole},                //
                    Fit{"bad_date", "date", R"("2021-02-30")", As::rejected},         //
                    Fit{"uuid", "uuid", R"("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")", As::whole},
                    Fit{"bad_uuid", "uuid", R"("x")", As::rejected},                   //
                    Fit{"enumeration", "shop.colour", R"("red")", As::whole},          //
                    Fit{"bad_enumeration", "shop.colour", R"("blue")", As::rejected},  //
                    Fit{"jsonb", "jsonb", R"({"b": [1, 2.50, "x"], "a": null})", As::whole},
                    Fit{"json_with_nul", "jsonb", R"("\u0000")", As::rejected},  //
                    Fit{"object_for_uuid", "uuid", "{}", As::rejected}),
    [](const auto& of) { return of.param.name; });

TEST_F(PgSinkTables, TakesColumnsWithOtherNamesAndFromInnerObjects) {
  table("people", R"(id bigint PRIMARY KEY, "full name" text, town text, street text)");
  SinkBench bench(config("/id", R"({"table": "shop.people",
      "columns": {"full name": "/name", "town": "/address/town", "street": "/address/street"}})"));
  const std::string whole = R"({"id": 1, "name": "A", "address": {"town": "T", "street": "S"}})";
  const std::string part = R"({"id": 2, "name": "B", "address": {"town": "T"}})";
  const std::string none = R"({"id": 3, "address": {}})";
  const std::string more = R"({"id": 4.0e0, "address": {"town": "T", "zip": 5}})";
  const auto result = bench.process({whole, part, none, more});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.rejected, IsEmpty());
  EXPECT_THAT(sql("SELECT id, \"full name\", town, street, document IS NOT NULL FROM shop.people "
                  "ORDER BY 1"),
              ElementsAre("1|A|T|S|f", "2|B|T|-|f", "3|-|-|-|t", "4|-|T|-|t"));
  EXPECT_EQ(json_value(bench.find("1").document), json_value(whole));
  EXPECT_EQ(json_value(bench.find("2").document), json_value(part));
  EXPECT_EQ(json_value(bench.find("3").document), json_value(none));
  EXPECT_EQ(json_value(bench.find("4").document), json_value(more));
  EXPECT_EQ(bench.find("x").answer, Answer::absent);
  EXPECT_EQ(bench.find("99999999999999999999").answer, Answer::absent);
}

TEST_F(PgSinkTables, CutsNothingInColumnsOfFixedLength) {
  table("t", "id text PRIMARY KEY, code char(5), flags bit(4)");
  SinkBench bench(config("/id", R"({"table": "shop.t"})"));
  const auto result = bench.process(
      {R"({"id": "a", "code": "abcde", "flags": "1011"})", R"({"id": "b", "code": "abcdef"})"});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(sql("SELECT id, code, flags FROM shop.t"), ElementsAre("a|abcde|1011"));
  ASSERT_THAT(result.rejected, SizeIs(1)) << "what does not fit is not cut";
  EXPECT_EQ(result.rejected[0].index, 1U);
}

TEST_F(PgSinkTables, AReasonOfPostgresIsShortHoweverLongTheValue) {
  table("t", "id text PRIMARY KEY, at inet");
  SinkBench bench(config("/id", R"({"table": "shop.t"})"));
  const auto result = bench.process({R"({"id": "a", "at": ")" + std::string(100'000, 'x') + "\"}"});
  ASSERT_THAT(result.rejected, SizeIs(1)) << result.error;
  EXPECT_LT(result.rejected[0].reason.size(), 500U);
}

TEST_F(PgSinkTables, TakesTablesFromDeepPlaces) {
  table("orders", "id text PRIMARY KEY, note text");
  table("cards", "id text, holder text", false);
  table("lines", "id text, n integer, sku text", false);
  SinkBench bench(config("/id", R"({"table": "shop.orders"},
      {"table": "shop.cards", "from": "/payment/card", "with": {"id": "/id"}},
      {"table": "shop.lines", "each": "/cart/lines", "with": {"id": "/id"}, "ordinal": "n"})"));
  const std::string sent =
      R"({"id": "a", "note": "x", "payment": {"card": {"holder": "H"}}, "cart": {"lines": [{"sku": "1"}, {"sku": "2"}]}})";
  ASSERT_TRUE(bench.process({sent, R"({"id": "b", "payment": {}})"}).ok());
  EXPECT_EQ(json_value(bench.find("a").document), json_value(sent));
  EXPECT_EQ(json_value(bench.find("b").document), R"({"id":"b","payment":{},})");
  EXPECT_THAT(sql("SELECT id FROM shop.orders WHERE document IS NULL"), ElementsAre("a"));
}

TEST_F(PgSinkTables, KeepsAListWholeWhereNoColumnKeepsItsOrder) {
  table("orders", "id text PRIMARY KEY");
  table("lines", "id text, sku text", false);
  SinkBench bench(config(
      "/id",
      R"({"table": "shop.orders"}, {"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}})"));
  ASSERT_TRUE(bench
                  .process({R"({"id":"a","lines":[{"sku":"2"},{"sku":"1"}]})",
                            R"({"id":"b","lines":[{"sku":"1"}]})"})
                  .ok());
  EXPECT_THAT(sql("SELECT id, document IS NULL FROM shop.orders ORDER BY 1"),
              ElementsAre("a|f", "b|t"));
}

TEST_F(PgSinkTables, LeavesColumnsThatFillThemselvesToTheTable) {
  table("orders",
        "id text PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY, made timestamptz NOT NULL "
        "DEFAULT now(), "
        "twice text GENERATED ALWAYS AS (id || id) STORED, note text DEFAULT 'none'");
  SinkBench bench(config("/id", R"({"table": "shop.orders"})"));
  ASSERT_TRUE(bench.process({R"({"id":"a"})", R"({"id":"b","made":1,"twice":2})"}).ok());
  EXPECT_EQ(bench.find("a").document, R"({"id":"a"})");
  EXPECT_EQ(bench.find("b").document, R"({"id":"b","made":1,"twice":2})");
}

TEST_F(PgSinkTables, RejectsAMessageWithoutTheValueOfAColumnThatNeedsOne) {
  table("orders", "id text PRIMARY KEY, note text NOT NULL");
  SinkBench bench(config("/id", R"({"table": "shop.orders"})"));
  const auto result =
      bench.process({R"({"id":"a"})", R"({"id":"b","note":null})", R"({"id":"c","note":""})"});
  ASSERT_TRUE(result.ok());
  ASSERT_THAT(result.rejected, SizeIs(2));
  EXPECT_EQ(result.rejected[0].pointer, "/note");
  EXPECT_THAT(sql("SELECT id FROM shop.orders"), ElementsAre("c"));
}

TEST_F(PgSinkTables, WritesPartitionedTables) {
  table("lines", "id text, n integer, sku text", false);
  sql(std::string("CREATE TABLE shop.orders (id text PRIMARY KEY, note text") + own_columns +
      ") PARTITION BY HASH (id)");
  sql("CREATE TABLE shop.orders_0 PARTITION OF shop.orders FOR VALUES WITH (MODULUS 2, REMAINDER "
      "0)");
  sql("CREATE TABLE shop.orders_1 PARTITION OF shop.orders FOR VALUES WITH (MODULUS 2, REMAINDER "
      "1)");
  SinkBench bench(config(
      "/id",
      R"({"table": "shop.orders"}, {"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}, "ordinal": "n"})"));
  ASSERT_TRUE(bench.process({R"({"id":"a","lines":[{"sku":"1"},{"sku":"2"}]})"}).ok());
  ASSERT_TRUE(bench.process({R"({"id":"a","lines":[{"sku":"3"}]})"}).ok());
  EXPECT_EQ(bench.find("a").document, R"({"lines":[{"sku":"3"}],"id":"a"})");
}

TEST_F(PgSinkTables, WritesAnEqualValueThatIsWrittenDifferently) {
  table("orders", "id text PRIMARY KEY");
  table("sums", "id text PRIMARY KEY, amount numeric", false);
  SinkBench bench(config("/id", R"({"table": "shop.orders"},
      {"table": "shop.sums", "from": "/sum", "with": {"id": "/id"}})"));
  ASSERT_TRUE(bench.process({R"({"id":"a","sum":{"amount":1.0}})"}).ok());
  ASSERT_TRUE(bench.process({R"({"id":"a","sum":{"amount":1.00}})"}).ok());
  EXPECT_THAT(sql("SELECT amount FROM shop.sums"), ElementsAre("1.00"));
}

TEST_F(PgSinkTables, GivesManyBackWhereverTheirKeyStands) {
  table("orders", "note text, id text PRIMARY KEY, sum numeric");
  table("lines", "sku text, n integer, id text, price bigint", false);
  SinkBench bench(config("/id", R"({"table": "shop.orders"},
      {"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}, "ordinal": "n"})"));
  const std::string rest =
      R"(","note":"n","sum":1.50,"lines":[{"sku":"s","price":1},{"price":2}]})";
  const std::vector<std::string> ids = {R"(a)", R"(tab\t\\N)", R"(\"'{},)", R"(\\)"};
  std::vector<weir::testing::Input> batch;
  for (const std::string& id : ids) batch.emplace_back(R"({"id":")" + id + rest);
  const auto result = bench.process(batch);
  ASSERT_THAT(result.rejected, IsEmpty());
  const auto many = bench.latest(10'000);
  ASSERT_THAT(many.entries, SizeIs(ids.size()));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(json_value(many.entries[i].document), json_value(batch[ids.size() - 1 - i].value));
    EXPECT_EQ(many.entries[i].document, bench.find(many.entries[i].key).document);
  }
}

TEST_F(PgSinkTables, ReplacesRowsThatHaveNothingButTheirKey) {
  table("orders", "id text PRIMARY KEY");
  table("lines", "n integer, id text, PRIMARY KEY (n, id)", false);
  SinkBench bench(config("/id", R"({"table": "shop.orders"},
      {"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}, "ordinal": "n"})"));
  for (const char* lines : {"[{},{},{}]", "[{}]", "[{},{}]"}) {
    ASSERT_TRUE(bench.process({R"({"lines":)" + std::string(lines) + R"(,"id":"a"})"}).ok());
    const std::string stored = R"({"lines":)" + std::string(lines) + R"(,"id":"a"})";
    EXPECT_EQ(bench.find("a").document, stored);
    EXPECT_EQ(bench.latest(10'000).entries.at(0).document, stored);
  }
}

TEST_F(PgSinkTables, ReplacesRowsWhoseKeyIsOnlyUniqueInTheEnd) {
  table("orders", "id text PRIMARY KEY");
  table("sums", "id text PRIMARY KEY DEFERRABLE, amount bigint", false);
  table("lines", "id text, n integer, sku text", false);
  sql("CREATE UNIQUE INDEX ON shop.lines (id, n) WHERE sku <> ''");
  SinkBench bench(config("/id", R"({"table": "shop.orders"},
      {"table": "shop.sums", "from": "/sum", "with": {"id": "/id"}},
      {"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}, "ordinal": "n"})"));
  ASSERT_TRUE(
      bench.process({R"({"id":"a","sum":{"amount":1},"lines":[{"sku":"1"},{"sku":"2"}]})"}).ok());
  ASSERT_TRUE(bench.process({R"({"id":"a","sum":{"amount":2},"lines":[{"sku":"3"}]})"}).ok());
  EXPECT_THAT(sql("SELECT amount FROM shop.sums"), ElementsAre("2"));
  EXPECT_THAT(sql("SELECT n, sku FROM shop.lines"), ElementsAre("0|3"));
}

TEST_F(PgSinkTables, SaysWhatIsWrongWithAMapping) {
  table("orders", "id text PRIMARY KEY, note text");
  table("plain", "id text PRIMARY KEY", false);
  table("keyless", "id text");
  table("lines", "id text, n text", false);
  sql("CREATE VIEW shop.view AS SELECT * FROM shop.orders");
  const std::string root = R"({"table": "shop.orders"})";
  EXPECT_THAT(refusal("/id", R"({"table": "shop.nothing"})"),
              HasSubstr("no table shop.nothing; run db/setup"));
  EXPECT_THAT(refusal("/id", R"({"table": "shop.plain"})"), HasSubstr("no column document"));
  EXPECT_THAT(refusal("/id", R"({"table": "shop.view"})"), HasSubstr("is not a table"));
  EXPECT_THAT(refusal("/id", R"({"table": "shop.keyless"})"),
              HasSubstr("is not unique; make it the primary key"));
  EXPECT_THAT(refusal("/uid", root), HasSubstr("no column of the root table holds the key /uid"));
  EXPECT_THAT(refusal("/id", root + R"(, {"table": "shop.lines", "each": "/lines"})"),
              HasSubstr("with: { <column>: /id }"));
  EXPECT_THAT(
      refusal(
          "/id",
          root +
              R"(, {"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}, "ordinal": "n"})"),
      HasSubstr("is not an integer"));
  EXPECT_THAT(
      refusal("/id",
              root + R"(, {"table": "shop.lines", "each": "/lines", "with": {"key": "/id"}})"),
      HasSubstr("no column key"));
  EXPECT_THAT(
      refusal(
          "/id",
          root + R"(, {"table": "shop.lines", "from": "/a", "each": "/b", "with": {"id": "/id"}})"),
      HasSubstr("both from: and each:"));
  EXPECT_THAT(refusal("/id", R"({"table": "shop.lines", "each": "/lines", "with": {"id": "/id"}})"),
              HasSubstr("no root table"));
  EXPECT_THAT(refusal("/id", root + ", " + root), HasSubstr("named twice"));
}

}  // namespace
