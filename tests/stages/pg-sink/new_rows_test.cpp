// Batches of new keys, which go into the tables by INSERT or COPY, and what makes upserts of them.
#include <gmock/gmock.h>

#include <map>

#include "../texts/json_texts.hpp"
#include "../texts/naughty_strings.hpp"
#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using weir::Answer;
using weir::pg_sink::Clock;
using weir::testing::good_json;
using weir::testing::naughty_strings;
using weir::testing::repeat;
using Inputs = std::vector<weir::testing::Input>;

namespace {

constexpr std::array text_columns{std::pair{"", "entry"},
                                  std::pair{"", "track_number"},
                                  std::pair{"", "locale"},
                                  std::pair{"", "internal_signature"},
                                  std::pair{"", "customer_id"},
                                  std::pair{"", "delivery_service"},
                                  std::pair{"", "shardkey"},
                                  std::pair{"", "oof_shard"},
                                  std::pair{"delivery", "name"},
                                  std::pair{"delivery", "phone"},
                                  std::pair{"delivery", "zip"},
                                  std::pair{"delivery", "city"},
                                  std::pair{"delivery", "address"},
                                  std::pair{"delivery", "region"},
                                  std::pair{"delivery", "email"},
                                  std::pair{"payment", "transaction"},
                                  std::pair{"payment", "request_id"},
                                  std::pair{"payment", "currency"},
                                  std::pair{"payment", "provider"},
                                  std::pair{"payment", "bank"},
                                  std::pair{"items", "track_number"},
                                  std::pair{"items", "rid"},
                                  std::pair{"items", "name"},
                                  std::pair{"items", "size"},
                                  std::pair{"items", "brand"}};

/// An order with this JSON in all of its text columns, in two items, or without them.
std::string filled(const std::string& uid, const std::string* value) {
  std::map<std::string, std::string> parts;
  for (const auto& [part, column] : text_columns) {
    if (value == nullptr) continue;
    std::string& members = parts[part];
    members += (members.empty() ? "\"" : ",\"") + std::string(column) + "\":" + *value;
  }
  std::string out = R"({"order_uid":)" + json_string(uid);
  if (value != nullptr) out += "," + parts[""];
  out += R"(,"delivery":{)" + parts["delivery"] + R"(},"payment":{)" + parts["payment"] +
         R"(},"items":[{)" + parts["items"] + "},{" + parts["items"] + "},{}]}";
  return out;
}

/// What is hard to carry: for COPY's text format, for arrays, for SQL, for numbers, for JSON.
Inputs hostile_corpus() {
  std::vector<std::string> texts = naughty_strings();
  for (const char* text :
       {"\\",   "\\\\",  "\t",  "\n",   "\r",   "\r\n",   "\\N",
        "\\.",  "\\.\n", "\\n", "\x01", "\x7f", "\b\f\v", "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf",
        "NULL", "\"",    "'",   "{}",   ",",    "\\x41",  "\\101"}) {
    texts.emplace_back(text);
  }
  texts.push_back(repeat("\\\t\n'\"x", 40'000));  // larger than one part of what is sent
  Inputs batch;
  std::map<std::string, bool> keys;
  for (const std::string& text : texts) {
    const std::string value = json_string(text);
    batch.emplace_back(filled("#" + std::to_string(batch.size()), &value));
    if (text.size() < 1'000 && !std::exchange(keys[text], true))
      batch.emplace_back(filled(text, nullptr));
  }
  for (const std::string& text : good_json()) {
    batch.emplace_back(R"({"order_uid":"json )" + std::to_string(batch.size()) + R"(","extra":)" +
                       text + "}");
  }
  for (const char* number : {"0", "-0", "1.5e3", "9223372036854775807", "-9223372036854775808"}) {
    batch.emplace_back(
        order("number " + std::string(number), R"("sm_id": )" + std::string(number)));
  }
  batch.emplace_back(order("moment", R"("date_created": "2021-11-26T09:22:19.123456+03:00")"));
  batch.emplace_back(order("twice", R"("entry": "1")"));
  batch.emplace_back(order("twice", R"("entry": "2", "items": [])"));
  return batch;
}

/// All rows of all tables, but for the moment at which they were stored.
std::vector<std::string> rows() {
  return sql(
      "SELECT 'orders', (to_jsonb(t) - 'weir_stored_at')::text FROM orders t "
      "UNION ALL SELECT 'deliveries', to_jsonb(t)::text FROM deliveries t "
      "UNION ALL SELECT 'payments', to_jsonb(t)::text FROM payments t "
      "UNION ALL SELECT 'items', to_jsonb(t)::text FROM items t ORDER BY 1, 2");
}

std::vector<std::string> stored() { return sql("SELECT order_uid, entry FROM orders ORDER BY 1"); }

double inserts(SinkBench& bench) { return bench.metric("weir_pg_inserts_total"); }
double copies(SinkBench& bench) { return bench.metric("weir_pg_copies_total"); }
double fallbacks(SinkBench& bench) { return bench.metric("weir_pg_fallbacks_total"); }

class PgSinkCopy : public OrderTables {};

/// Stores the batch with `more` messages behind its own, whose rows are taken away again.
weir::testing::Result process_with(std::size_t more, SinkBench& bench, Inputs batch) {
  for (std::size_t i = 0; i < more; ++i) {
    static int number = 0;
    batch.emplace_back(order("more " + std::to_string(++number)));
  }
  auto result = bench.process(batch);
  sql("DELETE FROM orders WHERE order_uid LIKE 'more %'");
  return result;
}

constexpr std::size_t no_more = 0;     // so that a batch is written by INSERT
constexpr std::size_t many_more = 20;  // so that it is written by COPY

/// With so many messages behind those of the test.
class PgSinkNewKeys : public OrderTables, public testing::WithParamInterface<std::size_t> {
 protected:
  static weir::testing::Result process(SinkBench& bench, const Inputs& batch) {
    return process_with(GetParam(), bench, batch);
  }
  static double added(SinkBench& bench) {
    return GetParam() == many_more ? copies(bench) : inserts(bench);
  }
  static void wait_until_it_waits_for_a_lock() {
    const auto deadline = soon();
    const std::string waiting = std::string("SELECT 1 ") + that_wait_for_a_lock;
    while (sql(waiting).empty() && Clock::now() < deadline) std::this_thread::yield();
  }
  static void disturb(SinkBench& bench, const std::function<void()>& blow);

  static constexpr char that_wait_for_a_lock[] =
      "FROM pg_stat_activity WHERE application_name LIKE 'weir %' AND wait_event_type = 'Lock'";
};

INSTANTIATE_TEST_SUITE_P(, PgSinkNewKeys, testing::Values(no_more, many_more),
                         [](const auto& more) { return more.param == many_more ? "Many" : "Few"; });

TEST_F(PgSinkCopy, AndInsertStoreTheVerySameRowsAsTheUpsert) {
  const Inputs batch = hostile_corpus();
  SinkBench by_copy(order_config());
  auto result = by_copy.process(batch);
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, IsEmpty()) << result.rejected.front().reason;
  EXPECT_EQ(copies(by_copy), 1);
  EXPECT_EQ(fallbacks(by_copy), 0);
  EXPECT_EQ(by_copy.metric("weir_pg_superseded_total"), 1) << "the first of two with one key";
  const auto in_bulk = by_copy.latest(100'000);
  ASSERT_THAT(in_bulk.entries, SizeIs(batch.size() - 1));
  for (const auto& entry : in_bulk.entries)
    ASSERT_EQ(entry.document, by_copy.find(entry.key).document) << entry.key;
  const auto copied = rows();
  for (const weir::testing::Input& message : batch) {
    const auto value = json_value(message.value);
    if (value.find("\"entry\":\"1\"") != std::string::npos) continue;  // superseded
    weir::pg_sink::Document document;
    ASSERT_FALSE(document.parse(message.value));
    const std::string key(document.member(document[0], "order_uid")->text);
    const auto found = by_copy.find(key);
    ASSERT_EQ(found.answer, Answer::found) << message.value;
    EXPECT_EQ(json_value(found.document), value);
  }

  sql("TRUNCATE orders CASCADE");
  sql("INSERT INTO orders (order_uid) VALUES ('twice')");  // so that the COPY fails
  SinkBench by_upsert(order_config());
  result = by_upsert.process(batch);
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(copies(by_upsert), 0);
  EXPECT_EQ(fallbacks(by_upsert), 1);
  EXPECT_EQ(rows(), copied);

  sql("TRUNCATE orders CASCADE");
  SinkBench by_insert(order_config());
  for (const weir::testing::Input& message : batch) ASSERT_TRUE(by_insert.process({message}).ok());
  EXPECT_EQ(inserts(by_insert), batch.size() - 1) << "the second of two with one key";
  EXPECT_EQ(rows(), copied);
}

TEST_P(PgSinkNewKeys, TellsNullFromTheEmptyText) {
  SinkBench bench(order_config());
  const std::string empty = "\"\"";
  ASSERT_TRUE(process(bench, {filled("empty", &empty), filled("none", nullptr)}).ok());
  EXPECT_EQ(added(bench), 1);
  EXPECT_THAT(sql("SELECT order_uid, entry, locale FROM orders ORDER BY 1"),
              ElementsAre("empty||", "none|-|-"));
  EXPECT_THAT(sql("SELECT order_uid, ordinal, brand FROM items ORDER BY 1, 2"),
              ElementsAre("empty|0|", "empty|1|", "empty|2|-", "none|0|-", "none|1|-", "none|2|-"));
}

TEST_P(PgSinkNewKeys, SaysTheMomentOfItsTransaction) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  ASSERT_TRUE(process(bench, {order("a"), order("b")}).ok());
  EXPECT_EQ(added(bench), 1);
  EXPECT_THAT(sql("SELECT count(*) FROM orders, weir_positions WHERE weir_stored_at = moved_at"),
              ElementsAre("2"))
      << "which moved the position as well";
}

TEST_P(PgSinkNewKeys, ABatchWithAKeyThatIsThereIsAnUpsertAndNothingIsLostOrDoubled) {
  SinkBench bench(order_config());
  ASSERT_TRUE(
      process(bench, {order("a"), order("b", R"("items": [{"price": 1}, {"price": 2}])")}).ok());
  const auto result = process(
      bench, {order("c"), order("b", R"("entry": "new", "items": [{"price": 3}])"), order("d")});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(added(bench), 1);
  EXPECT_EQ(fallbacks(bench), 1);
  EXPECT_THAT(stored(), ElementsAre("a|WBIL", "b|new", "c|WBIL", "d|WBIL"));
  EXPECT_THAT(sql("SELECT order_uid, count(*) FROM items GROUP BY 1 ORDER BY 1"),
              ElementsAre("a|1", "b|1", "c|1", "d|1"));
  ASSERT_TRUE(process(bench, {order("e")}).ok());
  EXPECT_EQ(added(bench), 1) << "one batch is an upsert without a try";
  EXPECT_EQ(fallbacks(bench), 1);
  ASSERT_TRUE(process(bench, {order("f")}).ok());
  EXPECT_EQ(added(bench), 2);
}

TEST_P(PgSinkNewKeys, AKeyThatAnotherWriterInsertsMeanwhileIsWaitedForAndReplaced) {
  SinkBench bench(order_config());
  auto other = connect();
  other.run("BEGIN", soon());
  other.run("INSERT INTO orders (order_uid, entry) VALUES ('b', 'other')", soon());
  other.run("INSERT INTO items (order_uid, ordinal, price) VALUES ('b', 0, 1), ('b', 1, 2)",
            soon());
  weir::testing::Result result;
  std::jthread worker([&] { result = process(bench, {order("a"), order("b"), order("c")}); });
  wait_until_it_waits_for_a_lock();
  other.run("COMMIT", soon());
  worker.join();
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(fallbacks(bench), 1);
  EXPECT_THAT(stored(), ElementsAre("a|WBIL", "b|WBIL", "c|WBIL"));
  EXPECT_THAT(sql("SELECT order_uid, count(*) FROM items GROUP BY 1 ORDER BY 1"),
              ElementsAre("a|1", "b|1", "c|1"));
}

TEST_P(PgSinkNewKeys, WhatPostgresRefusesIsRejectedAloneAndNewKeysAreBelievedInAsBefore) {
  sql("ALTER TABLE items ADD CONSTRAINT affordable CHECK (price < 1000)");
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  const auto result =
      process(bench, {order("a"), order("b", R"("items": [{"price": 1000}])"), order("c")});
  sql("ALTER TABLE items DROP CONSTRAINT affordable");
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, SizeIs(1));
  EXPECT_EQ(result.rejected[0].index, 1U);
  EXPECT_THAT(stored(), ElementsAre("a|WBIL", "c|WBIL"));
  EXPECT_THAT(sql("SELECT position, code FROM weir_rejects"), ElementsAre("1|database"));
  EXPECT_EQ(fallbacks(bench), 1);
  ASSERT_TRUE(process(bench, {order("d")}).ok());
  EXPECT_EQ(added(bench), 1);
}

/// Stores batches while rows cannot simply be added, and sees that this is said once.
void expect_upserts_for_good(std::size_t more, const std::string& harm, const std::string& mend) {
  sql(harm);
  SinkBench bench(order_config());
  for (const char* key : {"a", "b", "c", "d"}) {
    const auto result = process_with(more, bench, {order(key)});
    EXPECT_TRUE(result.ok()) << result.error;
  }
  sql(mend);
  ASSERT_TRUE(process_with(more, bench, {order("e")}).ok());
  EXPECT_EQ(copies(bench) + inserts(bench), 0);
  EXPECT_EQ(fallbacks(bench), 1);
  std::vector<std::string> warnings;
  for (const std::string& line : bench.log()) {
    if (line.find("from now on") != std::string::npos) warnings.push_back(line);
  }
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("are written by upserts")));
}

TEST_F(PgSinkCopy, IsGivenUpWhereRowsHaveTheirOwnSecurity) {
  expect_upserts_for_good(many_more,
                          "DO $$ BEGIN ALTER TABLE payments ENABLE ROW LEVEL SECURITY; "
                          "CREATE POLICY everybody ON payments USING (true); END $$",
                          "DO $$ BEGIN DROP POLICY everybody ON payments; "
                          "ALTER TABLE payments DISABLE ROW LEVEL SECURITY; END $$");
  EXPECT_THAT(sql("SELECT count(*) FROM payments"), ElementsAre("5"));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("5"));
}

/// What keeps all rows out of the table.
std::string keep_out_of(const std::string& table) {
  return "DO $$ BEGIN CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN "
         "NULL; END'; CREATE TRIGGER keep_out BEFORE INSERT ON " +
         table + " FOR EACH ROW EXECUTE FUNCTION keep_out(); END $$";
}

TEST_F(PgSinkCopy, IsGivenUpWhereATriggerKeepsRowsOut) {
  expect_upserts_for_good(many_more, keep_out_of("items"), "DROP FUNCTION keep_out CASCADE");
  EXPECT_THAT(sql("SELECT order_uid FROM items"), ElementsAre("e"));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("5"));
}

TEST_P(PgSinkNewKeys, AreNotBelievedInWhereATriggerKeepsTheRootsRowsOut) {
  expect_upserts_for_good(GetParam(), keep_out_of("orders"), "DROP FUNCTION keep_out CASCADE");
  EXPECT_THAT(sql("SELECT order_uid FROM items"), ElementsAre("e"));
}

TEST_P(PgSinkNewKeys, PassesNoRuleBy) {
  sql("CREATE RULE nothing AS ON INSERT TO items DO INSTEAD NOTHING");
  SinkBench bench(order_config());
  const auto result = process(bench, {order("a")});
  sql("DROP RULE nothing ON items");
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(added(bench) + fallbacks(bench), 0);
  EXPECT_THAT(sql("SELECT count(*) FROM items"), ElementsAre("0"));
}

TEST_P(PgSinkNewKeys, ABatchOfAnOlderClaimIsFencedAndAddsNothing) {
  SinkBench old(order_config());
  SinkBench heir(order_config());
  old.claim(0, old.origin);
  ASSERT_TRUE(process(old, {order("a")}).ok());
  heir.claim(0, heir.origin);
  EXPECT_EQ(process(old, {order("b")}).status, WEIR_FENCED);
  EXPECT_EQ(added(old), 1);
  EXPECT_EQ(fallbacks(old), 0);
  EXPECT_THAT(stored(), ElementsAre("a|WBIL"));
}

/// Lets a batch wait in the midst of its tables, and does something to it there.
void PgSinkNewKeys::disturb(SinkBench& bench, const std::function<void()>& blow) {
  bench.claim(0, bench.origin);
  ASSERT_TRUE(bench.process(Inputs{}).ok()) << "it is to be connected before";
  auto holder = connect();
  holder.run("BEGIN", soon());
  holder.run("LOCK TABLE items IN EXCLUSIVE MODE", soon());
  const Inputs batch{order("a"), "not JSON", order("b")};
  weir::testing::Result result;
  const auto begun = Clock::now();
  std::jthread worker([&] { result = process(bench, batch); });
  wait_until_it_waits_for_a_lock();
  blow();
  worker.join();
  EXPECT_EQ(result.status, WEIR_RETRY);
  EXPECT_LT(Clock::now() - begun, std::chrono::seconds(4));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("0"));
  holder.run("ROLLBACK", soon());
  const auto again = process(bench, batch);
  ASSERT_TRUE(again.ok()) << again.error;
  EXPECT_THAT(again.rejected, SizeIs(1));
  EXPECT_THAT(sql("SELECT order_uid, count(*) FROM items GROUP BY 1 ORDER BY 1"),
              ElementsAre("a|1", "b|1"));
  const std::size_t next = batch.size() + GetParam();
  EXPECT_THAT(sql("SELECT next, last FROM weir_positions"),
              ElementsAre(std::to_string(next) + "|" + std::to_string(next - 1)));
  EXPECT_EQ(added(bench), 1);
}

TEST_P(PgSinkNewKeys, ASessionThatEndsInItsMidstIsARetryAndThenStoredOnce) {
  SinkBench bench(order_config());
  disturb(bench, [] {
    sql(std::string("SELECT pg_terminate_backend(pid) ") + that_wait_for_a_lock, database().admin);
  });
}

TEST_P(PgSinkNewKeys, IsInterruptedInItsMidstAndThenStoredOnce) {
  SinkBench bench(order_config());
  disturb(bench, [&] { bench.interrupt(); });
}

}  // namespace
