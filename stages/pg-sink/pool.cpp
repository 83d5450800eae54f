#include "pool.hpp"

#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

// Long enough that a thousand requests a second do not each try to connect, short enough not to be
// noticed afterwards.
constexpr std::chrono::milliseconds pause_after_failure{250};

}  // namespace

Pool::Lease Pool::borrow(Clock::time_point deadline) {
  std::unique_lock lock(lock_);
  const auto is_free = [&] { return !idle_.empty() || lent_ < most_; };
  if (!freed_.wait_until(lock, deadline, is_free)) {
    throw DatabaseError(
        "",
        "all connections for lookups are busy; raise lookups: in the pipeline, or ask again later");
  }
  if (idle_.empty() && Clock::now() < away_until_) {
    throw DatabaseError("", "PostgreSQL is away; ask again later");
  }
  ++lent_;
  if (!idle_.empty()) {
    Lease lease(*this, std::move(idle_.back()));
    idle_.pop_back();
    return lease;
  }
  lock.unlock();
  try {
    return Lease(*this, make(deadline));
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

std::unique_ptr<Connection> Pool::make(Clock::time_point deadline) {
  try {
    auto connection = std::make_unique<Connection>(settings_, deadline);
    connection->run(prepare_, deadline);
    return connection;
  } catch (const DatabaseError& error) {
    if (error.cure() == Cure::wait) {
      const std::lock_guard lock(lock_);
      away_until_ = Clock::now() + pause_after_failure;
    }
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(lock_);
    --lent_;
    if (connection && connection->usable()) idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void Pool::Lease::spoil() {
  connection_.reset();
  std::vector<std::unique_ptr<Connection>> stale;  // closed outside of the lock
  const std::lock_guard lock(pool_->lock_);
  stale.swap(pool_->idle_);
}

}  // namespace weir::pg_sink
