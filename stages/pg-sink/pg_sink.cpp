#include "pg_sink.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "catalog.hpp"
#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds start_limit{8'000};  // the engine allows 10 s
constexpr milliseconds connect_limit{3'000};
constexpr milliseconds lookup_limit{
    1'500};  // a lookup is answered within 2 s, on PostgreSQL's side too

milliseconds statement_timeout(const Config& config) {
  const auto given =
      std::chrono::duration_cast<milliseconds>(config.duration("/statement_timeout"));
  if (given < milliseconds(100) || given > milliseconds(8'000)) {
    throw std::runtime_error("statement_timeout: is " + std::to_string(given.count()) +
                             "ms; give 100ms to 8s");
  }
  return given;
}

void check_encoding(Connection& connection, Clock::time_point deadline) {
  const Rows encoding = connection.run("SHOW server_encoding", deadline);
  if (encoding.text(0, 0) != "UTF8") {
    throw std::runtime_error("the database's encoding is " + std::string(encoding.text(0, 0)) +
                             ", which cannot hold every message; make a database with ENCODING "
                             "'UTF8', as db/setup does");
  }
}

/// So that nobody wonders why these messages take more room.
void tell_of_inexact_columns(const Host& host, const Plan& plan) {
  using Type = Column::Type;
  for (const TablePlan& table : plan.tables) {
    for (const Column& column : table.columns) {
      if (column.type != Type::json && column.type != Type::other &&
          column.type != Type::other_number)
        continue;
      host.info(
          "column " + column.name + " of table " + table.name + " (" + column.sql_type +
          ") may not give a value back as it came; messages that have one are kept whole as well");
    }
  }
}

}  // namespace

PgSink::PgSink(const Context& context)
    : host_(context.host),
      mapping_(Mapping::read(context.config.json())),
      settings_{
          .dsn = context.config.text("/dsn"),
          .application = "weir " + std::string(host_.pipeline()) + "/" + std::string(host_.stage()),
          .statement_timeout = statement_timeout(context.config)},
      lookups_(static_cast<std::size_t>(context.config.integer("/lookups"))),
      traffic_(Traffic::of(host_)) {
  Connection::check(settings_.dsn);
}

void PgSink::start() {
  const auto begun = Clock::now();
  try {
    Connection connection(settings_, begun + connect_limit);
    auto made = prepare(connection, begun + start_limit);
    tell_of_inexact_columns(host_, made->plan);
    const std::lock_guard lock(lock_);
    ready_ = std::move(made);
  } catch (const DatabaseError& error) {
    if (error.cure() == Cure::wait) throw Retry(error.what());
    throw std::runtime_error(std::string("PostgreSQL refuses what the mapping needs: ") +
                             error.what() + "; run db/setup, or correct tables: in the pipeline");
  }
}

std::shared_ptr<PgSink::Ready> PgSink::prepare(Connection& connection,
                                               Clock::time_point deadline) const {
  check_encoding(connection, deadline);
  std::vector<Table> tables;
  for (const TableMapping& mapping : mapping_.tables) {
    tables.push_back(
        describe(connection, mapping.table, mapping.rows == TableMapping::Rows::root, deadline));
  }
  auto made = std::make_shared<Ready>();
  made->plan = Plan::make(mapping_, tables);
  made->statements = Statements::of(made->plan);
  // PostgreSQL checks each statement here, so that what it will refuse is known before the first
  // message.
  std::vector<std::string> statements{made->statements.prepare_upsert,
                                      made->statements.prepare_find};
  for (std::size_t table = 1; table < tables.size(); ++table) {
    statements.push_back(made->statements.prepare_insert[table]);
    statements.push_back(made->statements.prepare_remove[table]);
  }
  connection.run(statements, deadline);

  Connection::Settings lookup = settings_;
  lookup.application += " lookup";
  lookup.statement_timeout = lookup_limit;
  made->reader =
      std::make_unique<Reader>(made->plan, made->statements, std::move(lookup), lookups_);
  return made;
}

void PgSink::stop() {
  const std::lock_guard lock(lock_);
  ready_.reset();
}

std::shared_ptr<PgSink::Ready> PgSink::ready() const {
  const std::lock_guard lock(lock_);
  if (!ready_)
    throw Retry("the stage " + std::string(host_.stage()) + " has not started; ask again later");
  return ready_;
}

Answer PgSink::find(std::string_view key, Visit visit, std::uint64_t& lease) {
  lease = 0;  // rows are written by process() alone
  return ready()->reader->find(key, visit);
}

Answer PgSink::latest(std::size_t limit, Visit visit) {
  return ready()->reader->latest(limit, visit);
}

PgSink::Worker::Worker(PgSink& stage)
    : ready_(stage.ready()),
      writer_(ready_->plan, ready_->statements, stage.settings_, stage.traffic_) {}

}  // namespace weir::pg_sink
