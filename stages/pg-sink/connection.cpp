// The only file that knows libpqxx. It is written to what versions 6.4 and 7 have both; where they
// differ, a line says so.
//
// Statements go through pqxx::pipeline, because it is libpqxx's one way to wait for an answer with
// a deadline. COPY goes to the libpq below: libpqxx's streams escape field by field, and wait for
// ever.
#include "connection.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pqxx/pqxx>

#include "copy_in.hpp"
#include "copy_out.hpp"
#include "database_error.hpp"
#include "libpq_line.hpp"

#if PQXX_VERSION_MAJOR < 7
#include <pqxx/basic_connection>
#include <pqxx/connectionpolicy>
#endif

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

#if PQXX_VERSION_MAJOR < 7

/// libpqxx 6 lets its user say how a connection is made: this one is made already.
class Made : public pqxx::connectionpolicy {
 public:
  explicit Made(const std::string& dsn) : connectionpolicy(dsn) {}
  handle do_startconnect(handle already) override {
    return already != nullptr ? already : made->release();
  }

  // The base class is built by libpqxx from the connection string alone, and connects at once.
  static thread_local LibpqLine* made;
};
thread_local LibpqLine* Made::made;

using Line = pqxx::basic_connection_base<Made>;

std::unique_ptr<Line> adopt(const std::string& dsn, LibpqLine made) {
  Made::made = &made;
  auto line = std::make_unique<Line>(dsn);
  // A session made behind our back would lack our settings and statements. Deprecated because
  // libpqxx 7 never makes one.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  line->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return line;
}

#else

using Line = pqxx::connection;

std::unique_ptr<Line> adopt(const std::string&, LibpqLine made) {
  return std::make_unique<Line>(Line::seize_raw_connection(made.release()));
}

#endif

/// A peer that vanished without a word is noticed within 5 s. Fails silently on Unix sockets, whose
/// peers cannot vanish.
void set_deadlines(int socket) {
  const auto set = [&](int level, int option, int value) {
    setsockopt(socket, level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 5'000);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 2);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 1);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

/// Calls libpqxx, and turns each of its exceptions into ours.
template <class F>
auto translated(F&& call) {
  try {
    return call();
  } catch (const DatabaseError&) {
    throw;
  } catch (const pqxx::insufficient_privilege& e) {  // libpqxx 6 loses its SQLSTATE
    throw DatabaseError("42501", first_line(e.what()));
  } catch (const pqxx::deadlock_detected& e) {  // no sql_error in libpqxx 6, like the next
    throw DatabaseError("40P01", first_line(e.what()));
  } catch (const pqxx::transaction_rollback& e) {
    throw DatabaseError("40000", first_line(e.what()));
  } catch (const pqxx::sql_error& e) {
    throw DatabaseError(e.sqlstate(), first_line(e.what()));
  } catch (const pqxx::broken_connection& e) {
    throw DatabaseError("", "the connection to PostgreSQL is lost: " + trimmed(e.what()));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {  // libpqxx finds itself out of step with the server
    throw DatabaseError("", "the connection to PostgreSQL failed: " + trimmed(e.what()));
  }
}

}  // namespace

struct Rows::Held {
  pqxx::result result;
};

std::size_t Rows::size() const { return static_cast<std::size_t>(held_->result.size()); }

std::size_t Rows::columns() const { return static_cast<std::size_t>(held_->result.columns()); }

std::string_view Rows::text(std::size_t row, std::size_t column) const {
  using Row = pqxx::result::size_type;
  using Column = pqxx::row::size_type;
  const auto field = held_->result[static_cast<Row>(row)][static_cast<Column>(column)];
  return {field.c_str(), static_cast<std::size_t>(field.size())};
}

bool Rows::is_null(std::size_t row, std::size_t column) const {
  using Row = pqxx::result::size_type;
  using Column = pqxx::row::size_type;
  return held_->result[static_cast<Row>(row)][static_cast<Column>(column)].is_null();
}

struct Connection::Session {
  std::unique_ptr<Line> line;
  PGconn* raw = nullptr;                             // the same, as libpq knows it; the line's
  std::unique_ptr<pqxx::nontransaction> statements;  // BEGIN and COMMIT are statements like others
  std::string name;                                  // see session()
  int cutter = -1;  // the socket once more: this number stays ours when libpq closes its own

  ~Session() {
    if (cutter >= 0) close(cutter);
  }
  [[noreturn]] void give_up(pqxx::pipeline& pipeline) const;
  static void end(pqxx::pipeline& pipeline) noexcept;
};

void Connection::check(const std::string& dsn) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(dsn.c_str(), &error), &PQconninfoFree);
  PQfreemem(error);  // not shown: it repeats parts of the string, which may be the password
  if (!options) {
    throw std::runtime_error(
        "dsn: is not a connection string of libpq; write "
        "postgresql://user:password@host:port/database, or "
        "host=... user=... dbname=...");
  }
}

Connection::Connection(const Settings& settings, Clock::time_point deadline)
    : session_(std::make_unique<Session>()) {
  translated([&] {
    LibpqLine made = connect_line(settings.dsn, deadline);
    session_->raw = made.get();
    session_->line = adopt(settings.dsn, std::move(made));
    session_->statements = std::make_unique<pqxx::nontransaction>(*session_->line);
  });
  set_deadlines(session_->line->sock());
  session_->cutter = fcntl(session_->line->sock(), F_DUPFD_CLOEXEC, 0);

  const auto timeout = std::to_string(settings.statement_timeout.count());
  std::string name;
  for (const char c : settings.application) {
    if (c != '\'' && c != '\\') name += c;
  }
  const std::string session[] = {
      "SET client_min_messages = 'error'",
      "SET client_encoding = 'UTF8'",
      "SET standard_conforming_strings = on",
      "SET TimeZone = 'UTC'",
      "SET DateStyle = 'ISO, YMD'",
      "SET extra_float_digits = 1",
      "SET statement_timeout = " + timeout,
      "SET lock_timeout = " + timeout,
      "SET idle_in_transaction_session_timeout = 10000",
      "SET application_name = '" + name + "'",
      "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()",
  };
  const Rows self = run(session, deadline).back();
  session_->name = "pid = " + std::string(self.text(0, 0)) + " AND backend_start = '" +
                   std::string(self.text(0, 1)) + "'";
}

Connection::~Connection() = default;

/// Takes what the server has to say yet. A pipeline that is left in the midst of it sends a cancel
/// request, over a line of its own that has no deadline, and it would hit the statement that comes
/// next.
void Connection::Session::end(pqxx::pipeline& pipeline) noexcept {
  try {
    pipeline.flush();
  } catch (const std::exception&) {  // what went wrong is on its way to the caller already
  }
}

/// Cuts the line, so that what is under way is not waited for.
void Connection::Session::give_up(pqxx::pipeline& pipeline) const {
  ::shutdown(cutter, SHUT_RDWR);
  end(pipeline);
  fail_to_answer();
}

Answers Connection::try_run(std::span<const std::string> statements, Clock::time_point deadline) {
  Answers answers;
  try {
    translated([&] {
      pqxx::pipeline pipeline(*session_->statements);
      pipeline.retain(static_cast<int>(statements.size()) + 1);
      std::vector<pqxx::pipeline::query_id> ids;
      for (const std::string& statement : statements) ids.push_back(pipeline.insert(statement));
      pipeline.resume();
      try {
        for (const auto id : ids) {  // in order: after a failure the later ones are never finished
          while (!pipeline.is_finished(id)) {
            if (!wait_for(session_->line->sock(), POLLIN, deadline)) session_->give_up(pipeline);
            pipeline.resume();
          }
          Rows rows;
          rows.held_ = std::make_shared<const Rows::Held>(Rows::Held{pipeline.retrieve(id)});
          answers.rows.push_back(std::move(rows));
        }
      } catch (...) {
        session_->end(pipeline);
        throw;
      }
    });
  } catch (const DatabaseError& error) {
    answers.failure = error;
  }
  return answers;
}

std::vector<Rows> Connection::run(std::span<const std::string> statements,
                                  Clock::time_point deadline) {
  Answers answers = try_run(statements, deadline);
  if (answers.failure) throw DatabaseError(*answers.failure);
  return std::move(answers.rows);
}

Rows Connection::run(const std::string& statement, Clock::time_point deadline) {
  return run(std::span(&statement, 1), deadline).front();
}

std::vector<std::size_t> Connection::copy(std::span<const TableRows> tables,
                                          Clock::time_point deadline) {
  return translated([&] { return CopyIn(session_->raw, session_->cutter, deadline).run(tables); });
}

void Connection::copy_out(const std::string& statement, milliseconds patience,
                          const std::function<void(std::string_view)>& visit) {
  try {
    pg_sink::copy_out(session_->raw, statement, patience, visit);
  } catch (...) {
    shut();
    throw;
  }
}

bool Connection::usable() const { return session_->line->is_open(); }

const std::string& Connection::session() const { return session_->name; }

void Connection::shut() noexcept { ::shutdown(session_->cutter, SHUT_RDWR); }

}  // namespace weir::pg_sink
