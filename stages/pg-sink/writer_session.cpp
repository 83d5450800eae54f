#include "writer_session.hpp"

#include <algorithm>
#include <weir/stage.hpp>

#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_use{9'000};  // the engine's limit is 10 s
constexpr milliseconds longest_connect{3'000};
constexpr milliseconds answer_travels{1'000};  // from the server's own limit to its answer here

}  // namespace

WriterSession::Use::Use(WriterSession& session) : session_(&session) {
  session.deadline_ = Clock::now() + longest_use;
  session.interrupted_ = false;
  session.busy_ = true;
}

void WriterSession::open() {
  if (connection_ && connection_->usable()) return;
  close();
  auto made =
      std::make_unique<Connection>(*settings_, std::min(deadline_, Clock::now() + longest_connect));
  {
    const std::lock_guard lock(lock_);
    connection_ = std::move(made);
  }
  std::vector<std::string> prepare;
  // A session whose answer was lost may still hold the locks that this one will want.
  if (!abandoned_.empty())
    prepare.push_back("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + abandoned_);
  prepare.push_back(statements_->prepare_add);
  prepare.push_back(statements_->prepare_upsert);
  for (std::string& each : statements_->below()) prepare.push_back(std::move(each));
  try {
    run(prepare);
  } catch (...) {  // time was up between the two: a session without its statements is none
    close();
    throw;
  }
  abandoned_ = connection_->session();
}

std::vector<Rows> WriterSession::run(std::span<const std::string> statements) {
  check_time();
  return connection_->run(statements, call_deadline());
}

void WriterSession::run(const char* statement) {
  const std::string one[] = {statement};
  run(one);
}

Answers WriterSession::try_run(std::span<const std::string> statements) {
  check_time();
  return connection_->try_run(statements, call_deadline());
}

std::vector<std::size_t> WriterSession::copy(std::span<const TableRows> tables) {
  check_time();
  return connection_->copy(tables, call_deadline());
}

void WriterSession::roll_back() noexcept {
  try {
    if (connection_) connection_->run("ROLLBACK", Clock::now() + answer_travels);
  } catch (const std::exception&) {
    close();
  }
}

void WriterSession::close() noexcept {
  const std::lock_guard lock(lock_);
  connection_.reset();
}

void WriterSession::interrupt() noexcept {
  interrupted_ = true;
  const std::lock_guard lock(lock_);
  if (busy_ && connection_) connection_->shut();
}

void WriterSession::check_time() const {
  if (interrupted_) throw Retry("storing was interrupted; the batch comes again");
  if (Clock::now() >= deadline_)
    throw Retry("storing the batch takes longer than 9 s; it comes again, and goes on from there");
}

Clock::time_point WriterSession::call_deadline() const {
  return std::min(deadline_, Clock::now() + settings_->statement_timeout + answer_travels);
}

}  // namespace weir::pg_sink
