#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "connection.hpp"

namespace weir::pg_sink {

/// A few connections for lookups, made when they are needed. [any]
class Pool {
 public:
  /// A connection of the pool's; it goes back there, unless it was spoilt.
  class [[nodiscard]] Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    /// It has failed: it is closed, as are those that wait in the pool, because they lead to the
    /// same server.
    void spoil();

   private:
    Pool* pool_;  // nullptr once moved from
    std::unique_ptr<Connection> connection_;
  };

  /// `prepare` are statements for each new session.
  Pool(Connection::Settings settings, std::vector<std::string> prepare, std::size_t most)
      : settings_(std::move(settings)), prepare_(std::move(prepare)), most_(most) {}

  /// Waits for a free one until the deadline. Throws DatabaseError.
  Lease borrow(Clock::time_point deadline);

 private:
  std::unique_ptr<Connection> make(Clock::time_point deadline);
  void give_back(std::unique_ptr<Connection> connection);

  const Connection::Settings settings_;
  const std::vector<std::string> prepare_;
  const std::size_t most_;

  std::mutex lock_;  // guards all below
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t lent_ = 0;
  Clock::time_point
      away_until_{};  // PostgreSQL was away a moment ago: who asks before that is told so at once
};

}  // namespace weir::pg_sink
