#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include <weir/testing/bench.hpp>

#include "connection.hpp"
#include "pg_sink.hpp"

/// What a command did.
struct CommandResult {
  int exit_code = -1;
  std::string output;  ///< standard output, without its last line feed
  std::string errors;
};

/// Runs a shell command and waits for it.
CommandResult run_command(const std::string& command);
std::string shell_quoted(std::string_view word);

/// A private PostgreSQL for this test program, made by db/cluster and db/setup.
class Database : public testing::Environment {
 public:
  void SetUp() override;
  void TearDown() override;

  /// A new folder on each call, gone at the end.
  std::filesystem::path new_folder();

  std::filesystem::path folder;  ///< of the cluster
  std::string admin;             ///< the administrator's connection string
  std::string admin_of_orders;   ///< the same, in the database weir_orders
  std::string service;           ///< the service's
  int postmaster() const;        ///< the server's process id

  void start();  ///< the same port and the same data as before
  void stop() const;

 private:
  std::filesystem::path place_;
  int folders_ = 0;
};

Database& database();

/// Runs statements as the administrator of weir_orders, and gives the last one's rows, each as
/// "a|b|c" with - for NULL.
std::vector<std::string> sql(const std::string& statement, const std::string& dsn = {});

/// A connection for tests that hold locks.
weir::pg_sink::Connection connect(const std::string& dsn = {});
weir::pg_sink::Clock::time_point soon();

using SinkBench = weir::testing::Bench<weir::pg_sink::PgSink>;

/// A JSON string.
std::string json_string(std::string_view text);

/// The stage's configuration for the order tables.
std::string order_config(const std::string& dsn = {});

/// The model order, with another id and, where given, other members ("sm_id": 7 and so on) instead
/// of its own.
std::string order(const std::string& uid, const std::string& instead = {});

/// Empty order tables before each test.
class OrderTables : public testing::Test {
 protected:
  void SetUp() override;
};
