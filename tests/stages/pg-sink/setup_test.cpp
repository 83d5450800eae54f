// db/setup and db/cluster, as their user calls them.
#include <gmock/gmock.h>

#include <fstream>

#include "database.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using weir::pg_sink::DatabaseError;

namespace {

CommandResult set_up(const std::string& environment = {}) {
  return run_command(environment + " db/setup " + shell_quoted(database().admin));
}

std::string sqlstate(const std::string& statement) {
  try {
    sql(statement, database().service);
  } catch (const DatabaseError& error) {
    return error.sqlstate();
  }
  return "none";
}

class DbSetup : public testing::Test {
 protected:
  /// Gives the service the password that the other tests know.
  void TearDown() override {
    const auto result = set_up();
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    database().service = result.output;
  }

  /// A copy of the migrations, to be changed.
  static std::filesystem::path migrations() {
    const auto folder = database().new_folder();
    std::filesystem::copy("db/migrations", folder);
    return folder;
  }
  static CommandResult set_up_with(const std::filesystem::path& folder) {
    return set_up("WEIR_DB_MIGRATIONS=" + shell_quoted(folder.string()));
  }
  static void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::app) << text;
  }
};

TEST_F(DbSetup, MayBeRunAgainAndPrintsTheConnectionStringAlone) {
  sql("INSERT INTO orders (order_uid) VALUES ('kept') ON CONFLICT DO NOTHING");
  const auto result = set_up();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, StartsWith("postgresql://weir_orders_service:"));
  EXPECT_EQ(result.output.find('\n'), std::string::npos);
  EXPECT_THAT(sql("SELECT current_user, current_database()", result.output),
              ElementsAre("weir_orders_service|weir_orders"));
  EXPECT_THAT(sql("SELECT order_uid FROM orders WHERE order_uid = 'kept'"), ElementsAre("kept"));
}

TEST_F(DbSetup, TakesAnyPasswordFromTheEnvironment) {
  const std::string password = R"(it's "x" \ $HOME `id` %41 ü ;-- &?/@:#)";
  const auto result = set_up("WEIR_DB_PASSWORD=" + shell_quoted(password));
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(sql("SELECT 1", result.output), ElementsAre("1"));
}

TEST_F(DbSetup, TakesAConnectionStringOfWords) {
  const std::string& admin =
      database().admin;  // postgresql://postgres:PASSWORD@127.0.0.1:PORT/postgres
  const auto colon = admin.find(':', 13), at = admin.find('@'), port = admin.rfind(':') + 1,
             slash = admin.rfind('/');
  const std::string words = "host = 127.0.0.1 port=" + admin.substr(port, slash - port) +
                            " user=postgres password='" + admin.substr(colon + 1, at - colon - 1) +
                            "' application_name='a b\\'c' dbname=postgres";
  const auto result = run_command("WEIR_DB_PASSWORD=\"a'b\\\\\" db/setup " + shell_quoted(words));
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(sql("SELECT current_user", result.output), ElementsAre("weir_orders_service"));
  EXPECT_EQ(result.output.find(admin.substr(colon + 1, at - colon - 1)), std::string::npos)
      << "the administrator's password";
}

TEST_F(DbSetup, AppliesANewMigrationOnce) {
  const auto folder = migrations();
  write(folder / "900-extra.sql", "CREATE TABLE extra (n integer); INSERT INTO extra VALUES (1);");
  for (int i = 0; i < 2; ++i) {
    const auto result = set_up_with(folder);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }
  EXPECT_THAT(sql("SELECT n FROM extra"), ElementsAre("1"));
  const auto older = set_up();
  EXPECT_NE(older.exit_code, 0);
  EXPECT_THAT(older.errors, HasSubstr("use the newer checkout"));
  EXPECT_THAT(older.output, IsEmpty());
  sql("DROP TABLE extra");
  sql("DELETE FROM schema_migrations WHERE number = 900");
}

TEST_F(DbSetup, LeavesTheDatabaseAsItWasWhenAMigrationFails) {
  const auto folder = migrations();
  write(folder / "900-broken.sql", "CREATE TABLE half (n integer);\nSELECT no_such_function();");
  const auto result = set_up_with(folder);
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("900-broken.sql"));
  EXPECT_THAT(sql("SELECT to_regclass('half'), max(number) FROM schema_migrations"),
              ElementsAre("-|3"));
}

TEST_F(DbSetup, RefusesAMigrationThatWasChangedAfterwards) {
  const auto folder = migrations();
  write(folder / "001-orders.sql", "-- a change");
  const auto result = set_up_with(folder);
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("001-orders.sql was changed"));
}

TEST_F(DbSetup, GivesTheServiceNoMoreThanItNeeds) {
  const std::string denied = "42501";
  EXPECT_EQ(sqlstate("DROP TABLE items"), denied);
  EXPECT_EQ(sqlstate("ALTER TABLE orders ADD COLUMN x text"), denied);
  EXPECT_EQ(sqlstate("TRUNCATE items"), denied);
  EXPECT_EQ(sqlstate("DELETE FROM orders"), denied);
  EXPECT_EQ(sqlstate("CREATE TABLE x (n integer)"), denied);
  EXPECT_EQ(sqlstate("CREATE SCHEMA x"), denied);
  EXPECT_EQ(sqlstate("CREATE TEMPORARY TABLE x (n integer)"), denied);
  EXPECT_EQ(sqlstate("SELECT * FROM schema_migrations"), denied);
  EXPECT_EQ(sqlstate("SET ROLE weir_orders_owner"), denied);
  EXPECT_EQ(sqlstate("UPDATE weir_rejects SET code = 'x'"), denied);
  EXPECT_EQ(sqlstate("UPDATE weir_rejects SET replayed_at = now() WHERE false"), "none");
  EXPECT_EQ(sqlstate("SELECT * FROM items"), "none");
}

TEST(DbCluster, StartingAgainPrintsTheSameString) {
  const auto result = run_command("db/cluster start " + shell_quoted(database().folder.string()));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, database().admin);
}

TEST(DbCluster, ListensOnLoopbackOnlyAndIsDurable) {
  EXPECT_THAT(
      sql("SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories'), "
          "current_setting('fsync'), current_setting('synchronous_commit')"),
      ElementsAre("127.0.0.1||on|on"));
}

TEST(DbCluster, KeepsItsPasswordToItsOwner) {
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(database().folder / "password").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(DbCluster, WorksInAFolderThatTheServersUserCannotReach) {
  const auto outer = database().new_folder();
  std::filesystem::permissions(outer, std::filesystem::perms::owner_all);
  const std::string folder = shell_quoted((outer / "cluster").string());
  const auto started = run_command("db/cluster start " + folder);
  ASSERT_EQ(started.exit_code, 0) << started.errors;
  EXPECT_THAT(sql("SELECT 1", started.output), ElementsAre("1"));
  const auto data = std::filesystem::canonical(outer / "cluster" / "server");
  EXPECT_EQ(run_command("db/cluster drop " + folder).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(data));
  EXPECT_FALSE(std::filesystem::exists(outer / "cluster"));
}

TEST(DbCluster, StoppingWhatDoesNotRunIsNoError) {
  const auto folder = database().new_folder();
  EXPECT_EQ(run_command("db/cluster stop " + shell_quoted(folder.string())).exit_code, 0);
  EXPECT_EQ(run_command("db/cluster stop " + shell_quoted((folder / "none").string())).exit_code,
            0);
}

}  // namespace
