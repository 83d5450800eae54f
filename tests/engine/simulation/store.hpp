#pragma once

#include "auditor.hpp"
#include "process.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir::simulation {

/// The environment is at fault: the store is away, a lock is not free, or an answer was lost.
class Away : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A database of one table of rows and one of positions, whose transactions outlive their client:
/// a COMMIT that was sent takes effect some time later, whether somebody still waits for its answer
/// or not.
class Store {
 public:
  using Time = Scheduler::Time;

  struct Position {
    std::int64_t epoch = 0, next = -1, last = -1;
    std::uint64_t mark = 0;
  };
  struct Row {
    std::int64_t position;
    std::string value;
  };

  Store(Simulation& simulation, Auditor& auditor) : simulation_(simulation), auditor_(auditor) {}

  /// Takes the lane over: a new epoch. Throws Away; the epoch may have been taken even so.
  Position claim(const Process& process, const std::string& origin);

  /// Somebody whom nobody knows claims the lane, unless it is locked.
  void let_rival_claim(const std::string& origin) {
    if (!locks_.contains(origin)) ++positions_[origin].epoch;
  }

  /// Nobody reaches it until then.
  void go_away_until(Time time) { away_until_ = time; }

  class Session;

 private:
  enum class State { open, committing, committed, rolled_back };
  struct Transaction {
    State state = State::open;
    std::string origin;  // of the position that it has locked; empty: none
    Position position;
    bool moves = false;
    std::vector<Row> rows;
    std::vector<std::int64_t> rejects;
    Time used{};
  };

  void travel(const Process& process) const;
  void lock(const Process& process, const std::string& origin, std::shared_ptr<Transaction> owner,
            microseconds longest);
  void commit(Transaction& transaction);
  void end(Transaction& transaction, State how);

  Simulation& simulation_;
  Auditor& auditor_;
  std::map<std::string, Position> positions_;
  std::map<std::string, std::shared_ptr<Transaction>> locks_;  // by origin; shared with sessions
  Time away_until_{};
};

/// A client's connection, with at most one transaction at a time. Each call throws Away when the
/// connection has broken; it is of no use then.
class Store::Session {
 public:
  Session(Store& store, const Process& process);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void begin();
  /// Moves the position if it stands at `first`, or nowhere, and the epoch is the last one.
  bool advance(const std::string& origin, std::int64_t epoch, std::int64_t first,
               const Position& to);
  Position find(const std::string& origin);
  /// Indexes of those that the store refuses: nothing of the others is lost.
  std::vector<std::size_t> insert(const std::string& origin, std::span<const Row> rows);
  void record(std::span<const std::int64_t> rejects);
  void commit(const std::string& origin);
  void roll_back();

  /// What another session calls to end this one, should it still be at work.
  using Key = std::weak_ptr<Transaction>;
  Key key() const { return transaction_; }
  void terminate(const Key& other);

 private:
  void travel();

  Store& store_;
  const Process& process_;
  std::shared_ptr<Transaction> transaction_;
};

}  // namespace weir::simulation
