#include "database.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "document.hpp"

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4 forgets the answer in its hand (2 KB) when it finds that the connection is lost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6.4"; }
#endif

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string without_line_feed(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string checked(const std::string& command) {
  const CommandResult result = run_command(command);
  if (result.exit_code != 0) throw std::runtime_error(command + " failed: " + result.errors);
  return result.output;
}

Database* environment = nullptr;

constexpr char model_order[] = R"({
    "track_number": "WBILMTESTTRACK", "entry": "WBIL",
    "delivery": {"name": "Test Testov", "phone": "+9720000000", "zip": "2639809", "city": "Kiryat Mozkin",
                 "address": "Ploshad Mira 15", "region": "Kraiot", "email": "test@gmail.com"},
    "payment": {"transaction": "b563feb7b2b84b6test", "request_id": "", "currency": "USD", "provider": "wbpay",
                "amount": 1817, "payment_dt": 1637907727, "bank": "alpha", "delivery_cost": 1500, "goods_total": 317,
                "custom_fee": 0},
    "items": [{"chrt_id": 9934930, "track_number": "WBILMTESTTRACK", "price": 453, "rid": "ab4219087a764ae0btest",
               "name": "Mascaras", "sale": 30, "size": "0", "total_price": 317, "nm_id": 2389212,
               "brand": "Vivienne Sabo", "status": 202}],
    "locale": "en", "internal_signature": "", "customer_id": "test", "delivery_service": "meest", "shardkey": "9",
    "sm_id": 99, "date_created": "2021-11-26T06:22:19Z", "oof_shard": "1"})";

}  // namespace

CommandResult run_command(const std::string& command) {
  std::array<char, 32> name{"/tmp/weir-test-stderr-XXXXXX"};
  const int file = mkstemp(name.data());
  if (file < 0) throw std::runtime_error("cannot make a temporary file");
  close(file);
  CommandResult result;
  FILE* pipe = popen(("{ " + command + "\n} 2>" + name.data()).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> buffer{};
  for (std::size_t size = 0; (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    result.output.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.output = without_line_feed(std::move(result.output));
  result.errors = read_file(name.data());
  std::filesystem::remove(name.data());
  return result;
}

std::string shell_quoted(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

void Database::SetUp() {
  std::array<char, 32> name{"/tmp/weir-pg-test-XXXXXX"};
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder in /tmp");
  place_ = name.data();
  std::filesystem::permissions(place_, std::filesystem::perms(0755));
  folder = place_ / "cluster";
  start();
  service = checked("db/setup " + shell_quoted(admin));
  admin_of_orders = admin.substr(0, admin.rfind('/')) + "/weir_orders";
}

void Database::TearDown() {
  run_command("db/cluster drop " + shell_quoted(folder.string()));
  std::filesystem::remove_all(place_);
}

std::filesystem::path Database::new_folder() {
  const auto made = place_ / std::to_string(folders_++);
  std::filesystem::create_directory(made);
  return made;
}

int Database::postmaster() const {
  return std::stoi(read_file(folder / "server" / "data" / "postmaster.pid"));
}

void Database::start() {
  const std::string port = without_line_feed(read_file(folder / "port"));
  admin = checked("db/cluster start " + shell_quoted(folder.string()) + " " + port);
}

void Database::stop() const { checked("db/cluster stop " + shell_quoted(folder.string())); }

Database& database() { return *environment; }

weir::pg_sink::Clock::time_point soon() {
  return weir::pg_sink::Clock::now() + std::chrono::seconds(30);
}

weir::pg_sink::Connection connect(const std::string& dsn) {
  return weir::pg_sink::Connection({.dsn = dsn.empty() ? database().admin_of_orders : dsn,
                                    .application = "test",
                                    .statement_timeout = std::chrono::seconds(30)},
                                   soon());
}

std::vector<std::string> sql(const std::string& statement, const std::string& dsn) {
  auto connection = connect(dsn);
  const auto rows = connection.run(statement, soon());
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::string line;
    for (std::size_t column = 0; column < rows.columns(); ++column) {
      if (column > 0) line += '|';
      line += rows.is_null(row, column) ? "-" : rows.text(row, column);
    }
    lines.push_back(line);
  }
  return lines;
}

std::string json_string(std::string_view text) {
  std::string out;
  weir::pg_sink::write_string(text, out);
  return out;
}

std::string order_config(const std::string& dsn) {
  return R"({"dsn": )" + json_string(dsn.empty() ? database().service : dsn) +
         R"(, "key": "/order_uid", "tables": [
             {"table": "orders"},
             {"table": "deliveries", "from": "/delivery", "with": {"order_uid": "/order_uid"}},
             {"table": "payments", "from": "/payment", "with": {"order_uid": "/order_uid"}},
             {"table": "items", "each": "/items", "with": {"order_uid": "/order_uid"}, "ordinal": "ordinal"}]})";
}

std::string order(const std::string& uid, const std::string& instead) {
  using weir::pg_sink::Document;
  Document model, others;
  if (model.parse(model_order) || others.parse("{" + instead + "}")) {
    throw std::runtime_error("a test's order is not JSON: " + instead);
  }
  std::string out = R"({"order_uid":)";
  weir::pg_sink::write_string(uid, out);
  const auto add = [&](const Document& from, const auto& is_wanted) {
    for (auto i = Document::root + 1; i < from[Document::root].next; i = from[i].next) {
      if (!is_wanted(from[i].name)) continue;
      out += ',';
      weir::pg_sink::write_string(from[i].name, out);
      out += ':';
      from.write(from[i], out);
    }
  };
  add(model, [&](std::string_view name) {
    return others.member(others[Document::root], name) == nullptr;
  });
  add(others, [](std::string_view) { return true; });
  return out + "}";
}

void OrderTables::SetUp() { sql("TRUNCATE orders, weir_positions, weir_rejects CASCADE"); }

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  std::filesystem::current_path(WEIR_FOLDER);
  environment = new Database;  // GoogleTest owns it
  testing::AddGlobalTestEnvironment(environment);
  return RUN_ALL_TESTS();
}
