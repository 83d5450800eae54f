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
constexpr milliseconds claim_limit{
    3'000};  // a predecessor's transaction may have to be waited for, in several calls
constexpr milliseconds lookup_limit{
    1'500};  // a lookup is answered within 2 s, on PostgreSQL's side too
constexpr milliseconds replay_limit{3'000};  // so long a message waits for a row's lock
constexpr milliseconds audit_limit{6'000};   // with the way to the server, below the 10 s of a call

milliseconds statement_timeout(const Config& config) {
  const auto given =
      std::chrono::duration_cast<milliseconds>(config.duration("/statement_timeout"));
  if (given < milliseconds(100) || given > milliseconds(8'000)) {
    throw std::runtime_error("statement_timeout: is " + std::to_string(given.count()) +
                             "ms; give 100ms to 8s");
  }
  return given;
}

MessageLimits read_limits(const Config& config) {
  MessageLimits limits;
  const auto read = [&config](const char* pointer, std::size_t& limit) {
    if (const auto value = config.find_integer(pointer)) limit = static_cast<std::size_t>(*value);
  };
  read("/limits/bytes", limits.bytes);
  read("/limits/depth", limits.depth);
  read("/limits/items", limits.items);
  return limits;
}

void check_encoding(Connection& connection, Clock::time_point deadline) {
  const Rows encoding = connection.run("SHOW server_encoding", deadline);
  if (encoding.text(0, 0) != "UTF8") {
    throw std::runtime_error("the database's encoding is " + std::string(encoding.text(0, 0)) +
                             ", which cannot hold every message; make a database with ENCODING "
                             "'UTF8', as db/setup does");
  }
}

/// A sentence of one's own, because the tables' names stand in nobody's pipeline file.
void check_ledger(Connection& connection, Clock::time_point deadline) {
  try {
    connection.run(Ledger::check(), deadline);
  } catch (const DatabaseError& error) {
    if (error.cure() == Cure::wait) throw;
    throw std::runtime_error(
        std::string("the tables weir_positions and weir_rejects, which keep what is done, cannot "
                    "be used: ") +
        error.what() + "; run db/setup, or apply what is new in db/migrations, and db/grants.sql");
  }
}

Connection::Settings with_limit(Connection::Settings settings, const char* purpose,
                                milliseconds limit) {
  settings.application += purpose;
  settings.statement_timeout = limit;
  return settings;
}

[[noreturn]] void refuse(const DatabaseError& error, const std::string& what) {
  if (error.cure() == Cure::wait) throw Retry(error.what());
  throw std::runtime_error(what + error.what() +
                           "; run db/setup, or correct tables: in the pipeline");
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
      limits_(read_limits(context.config)),
      lookups_(static_cast<std::size_t>(context.config.integer("/lookups"))),
      traffic_(Traffic::of(host_)),
      ledger_(host_.pipeline()),
      positions_(ledger_, with_limit(settings_, " claims", claim_limit)) {
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
    refuse(error, "PostgreSQL refuses what the mapping needs: ");
  }
}

std::shared_ptr<PgSink::Ready> PgSink::prepare(Connection& connection,
                                               Clock::time_point deadline) const {
  check_encoding(connection, deadline);
  check_ledger(connection, deadline);
  std::vector<Table> tables;
  for (const TableMapping& mapping : mapping_.tables) {
    tables.push_back(
        describe(connection, mapping.table, mapping.rows == TableMapping::Rows::root, deadline));
  }
  auto made = std::make_shared<Ready>();
  made->plan = Plan::make(mapping_, tables);
  made->plan.limits = limits_;
  made->statements = Statements::of(made->plan);
  // PostgreSQL checks each statement here, so that what it will refuse is known before the first
  // message.
  std::vector<std::string> statements = made->statements.for_replays();
  statements.push_back(made->statements.prepare_upsert);
  statements.push_back(made->statements.prepare_find);
  connection.run(statements, deadline);

  made->reader = std::make_unique<Reader>(made->plan, made->statements,
                                          with_limit(settings_, " lookup", lookup_limit), lookups_);
  made->auditor = std::make_unique<Auditor>(made->plan, made->statements, ledger_,
                                            with_limit(settings_, " audit", audit_limit));
  made->replays = std::make_unique<Replays>(made->plan, made->statements, ledger_,
                                            with_limit(settings_, " replay", replay_limit));
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

Claim PgSink::claim(std::uint64_t lane, std::string_view origin) try {
  return positions_.claim(lane, origin);
} catch (const DatabaseError& error) {
  refuse(error, "cannot claim " + std::string(origin) + ": ");
}

void PgSink::positions(VisitPosition visit) try {
  positions_.visit(visit);
} catch (const DatabaseError& error) {
  refuse(error, "cannot read weir_positions: ");
}

void PgSink::audit(std::string_view origin, std::span<const weir_message> messages,
                   VisitAccount visit) {
  const auto at = ready();
  try {
    at->auditor->audit(origin, messages, visit);
  } catch (const DatabaseError& error) {
    refuse(error, "cannot audit " + std::string(origin) + ": ");
  }
}

Replayed PgSink::replay(const Batch& letter, bool trial) {
  const auto at = ready();
  try {
    return at->replays->store(letter, trial);
  } catch (const DatabaseError& error) {
    refuse(error, "cannot replay a message of " + std::string(letter.origin()) + ": ");
  }
}

void PgSink::replayed(std::string_view origin, std::span<const std::int64_t> positions,
                      std::span<std::int64_t> times_us) {
  const auto at = ready();
  try {
    at->replays->times(origin, positions, times_us);
  } catch (const DatabaseError& error) {
    refuse(error, "cannot read weir_rejects: ");
  }
}

PgSink::Worker::Worker(PgSink& stage)
    : ready_(stage.ready()),
      writer_(ready_->plan, ready_->statements, stage.settings_, stage.ledger_, stage.positions_,
              stage.traffic_, stage.host_) {}

}  // namespace weir::pg_sink
