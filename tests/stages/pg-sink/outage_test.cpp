#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>

#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using weir::Answer;
using weir::pg_sink::Clock;
using namespace std::chrono_literals;

namespace {

class PgSinkOutage : public OrderTables {};

/// Freezes the server as a hung machine would be: connections stand, nothing answers.
class Frozen {
 public:
  Frozen() {
    for (const std::string& pid :
         sql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'weir %'")) {
      pids_.push_back(std::stoi(pid));
    }
    pids_.push_back(database().postmaster());
    for (const pid_t pid : pids_) kill(pid, SIGSTOP);
  }
  ~Frozen() {
    for (const pid_t pid : pids_) kill(pid, SIGCONT);
  }

 private:
  std::vector<pid_t> pids_;
};

TEST_F(PgSinkOutage, StartAsksForARetryWhileTheDatabaseIsAway) {
  SinkBench bench(order_config("host=127.0.0.1 port=1 user=x password=secret dbname=x"));
  try {
    bench.start();
    FAIL() << "it started";
  } catch (const weir::Retry& retry) {
    EXPECT_THAT(retry.what(), HasSubstr("cannot connect to PostgreSQL"));
    EXPECT_THAT(retry.what(), Not(HasSubstr("secret")));
  }
}

TEST_F(PgSinkOutage, AWrongConnectionStringIsRefusedWithoutShowingIt) {
  try {
    SinkBench bench(order_config("host=127.0.0.1 password=secret nonsense"));
    FAIL() << "it was taken";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("dsn: is not a connection string"));
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
  }
}

TEST_F(PgSinkOutage, AsksForARetryWhileTheServerIsDownThenStoresAll) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  database().stop();
  for (int i = 0; i < 3; ++i) {
    const auto result = bench.process({order("b"), "not JSON", order("c")});
    EXPECT_EQ(result.status, WEIR_RETRY) << result.error;
    EXPECT_EQ(result.flushes, 0U);
  }
  database().start();
  const auto result = bench.process({order("b"), "not JSON", order("c")});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.rejected, SizeIs(1));
  EXPECT_THAT(sql("SELECT order_uid FROM orders ORDER BY 1"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(bench.metric("weir_pg_retries_total"), 3);
}

TEST_F(PgSinkOutage, SurvivesARestartBetweenTwoBatches) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  ASSERT_EQ(bench.find("a").answer, Answer::found);
  database().stop();
  database().start();
  EXPECT_EQ(bench.find("a").answer, Answer::found)
      << "a lookup does not show that its connection had died";
  auto result = bench.process({order("b")});
  if (!result.ok()) result = bench.process({order("b")});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("2"));
}

TEST_F(PgSinkOutage, ADatabaseThatDiesBeforeTheCommitIsARetry) {
  SinkBench bench(order_config());
  bench.on_flush = [](std::string&) {
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'weir "
        "%'",
        database().admin);
    return WEIR_OK;
  };
  EXPECT_EQ(bench.process({order("a")}).status, WEIR_RETRY);
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("0"));
  bench.on_flush = nullptr;
  EXPECT_TRUE(bench.process({order("a")}).ok());
}

TEST_F(PgSinkOutage, LookupsAreUnavailableWithinTwoSecondsWhileTheServerIsDown) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  database().stop();
  const auto begun = Clock::now();
  const auto found = bench.find("a");
  EXPECT_EQ(found.answer, Answer::unavailable);
  EXPECT_THAT(found.why, HasSubstr("PostgreSQL"));
  EXPECT_EQ(bench.latest(10).answer, Answer::unavailable);
  EXPECT_LT(Clock::now() - begun, 2s);
  database().start();
  auto again = bench.find("a");
  const auto deadline = Clock::now() + 10s;  // a pool that has just failed says so for a moment
  while (again.answer != Answer::found && Clock::now() < deadline) again = bench.find("a");
  EXPECT_EQ(again.answer, Answer::found) << again.why;
}

TEST_F(PgSinkOutage, LookupsAreUnavailableWithinTwoSecondsWhileTheServerIsFrozen) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  ASSERT_EQ(bench.find("a").answer, Answer::found);
  const Frozen frozen;
  for (int i = 0; i < 3; ++i) {
    const auto begun = Clock::now();
    EXPECT_EQ(bench.find("a").answer, Answer::unavailable);
    EXPECT_LT(Clock::now() - begun, 2s);
  }
}

TEST_F(PgSinkOutage, ABatchIsGivenBackWithinTenSecondsWhileTheServerIsFrozen) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  {
    const Frozen frozen;
    const auto begun = Clock::now();
    EXPECT_EQ(bench.process({order("b")}).status, WEIR_RETRY);
    EXPECT_LT(Clock::now() - begun, 10s);
  }
  EXPECT_TRUE(bench.process({order("b")}).ok());
}

TEST_F(PgSinkOutage, AnInterruptedBatchComesBackAtOnceAndIsStoredLater) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  auto holder = connect();
  holder.run("BEGIN", soon());
  holder.run("SELECT 1 FROM orders WHERE order_uid = 'a' FOR UPDATE", soon());
  weir::testing::Result result;
  const auto begun = Clock::now();
  std::jthread worker([&] { result = bench.process({order("a", R"("entry": "new")")}); });
  const std::string waiting =
      "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'weir %' AND wait_event_type = "
      "'Lock'";
  while (sql(waiting).empty() && Clock::now() - begun < 4s) std::this_thread::yield();
  bench.interrupt();
  worker.join();
  EXPECT_EQ(result.status, WEIR_RETRY);
  EXPECT_LT(Clock::now() - begun, 4s) << "sooner than the statement's own limit";
  holder.run("ROLLBACK", soon());
  EXPECT_TRUE(bench.process({order("a", R"("entry": "new")")}).ok());
  EXPECT_THAT(sql("SELECT entry FROM orders"), ElementsAre("new"));
}

TEST_F(PgSinkOutage, AnInterruptionInTheMidstOfConnectingLeavesNoHalfMadeSession) {
  SinkBench bench(order_config());
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'weir %'",
      database().admin);
  while (bench.process({order("a")}).ok()) {  // its session has gone, or it had none yet
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'weir "
        "%'",
        database().admin);
  }
  weir::testing::Result result;
  std::jthread worker;
  {
    const Frozen frozen;
    worker = std::jthread([&] { result = bench.process({order("b")}); });
    for (const auto until = Clock::now() + 300ms; Clock::now() < until;) {
      bench.interrupt();
      std::this_thread::yield();
    }
  }
  worker.join();
  EXPECT_EQ(result.status, WEIR_RETRY);
  const auto again = bench.process({order("b")});
  EXPECT_TRUE(again.ok()) << again.error;
}

TEST_F(PgSinkOutage, ALockHeldByOthersIsARetry) {
  auto config = order_config();
  config.insert(1, R"("statement_timeout": "200ms", )");
  SinkBench bench(config);
  ASSERT_TRUE(bench.process({order("a")}).ok());
  auto holder = connect();
  holder.run("BEGIN", soon());
  holder.run("LOCK TABLE items IN ACCESS EXCLUSIVE MODE", soon());
  const auto result = bench.process({order("b")});
  EXPECT_EQ(result.status, WEIR_RETRY) << result.error;
  holder.run("ROLLBACK", soon());
  EXPECT_TRUE(bench.process({order("b")}).ok());
}

/// What a human must look at stops the pipeline, and fills no dead letters.
class PgSinkStop : public OrderTables {
 protected:
  static void expect_stop(const std::string& harm, const std::string& mend,
                          const std::string& text) {
    SinkBench bench(order_config());
    ASSERT_TRUE(bench.process({order("a")}).ok());
    sql(harm);
    const auto result = bench.process({order("b")});
    sql(mend);
    EXPECT_EQ(result.status, WEIR_FAILED);
    EXPECT_THAT(result.rejected, IsEmpty());
    EXPECT_THAT(result.error, HasSubstr(text));
    EXPECT_THAT(result.error, HasSubstr("run db/setup"));
    EXPECT_TRUE(bench.process({order("b")}).ok());
  }
};

TEST_F(PgSinkStop, StopsWhenATableIsGone) {
  expect_stop("ALTER TABLE items RENAME TO items_away", "ALTER TABLE items_away RENAME TO items",
              "\"items\" does not exist");
}

TEST_F(PgSinkStop, StopsWhenAColumnIsGone) {
  expect_stop("ALTER TABLE orders RENAME COLUMN locale TO lokale",
              "ALTER TABLE orders RENAME COLUMN lokale TO locale", "\"locale\"");
}

TEST_F(PgSinkStop, StopsWhenAGrantIsGone) {
  expect_stop("REVOKE INSERT ON payments FROM weir_orders_service",
              "GRANT INSERT ON payments TO weir_orders_service", "permission denied");
}

TEST_F(PgSinkStop, StartSaysThatAGrantIsMissing) {
  sql("REVOKE UPDATE ON orders FROM weir_orders_service");
  SinkBench bench(order_config());
  try {
    bench.start();
    ADD_FAILURE() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("may not SELECT, INSERT and UPDATE on table orders; run db/setup"));
  }
  sql("GRANT UPDATE ON orders TO weir_orders_service");
}

}  // namespace
