#include "replays.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "database_error.hpp"
#include "merge.hpp"
#include "sql_arguments.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds store_limit{5'000};  // of a message in all; a call may take 10 s
constexpr milliseconds times_limit{1'500};  // whoever lists letters waits for it
constexpr std::size_t connections = 2;      // one stores, the other tells when

Replayed done(std::string reason) {
  return {.outcome = ReplayOutcome::done, .reason = std::move(reason)};
}

}  // namespace

/// One message on its way into the tables. What is not kept is rolled back.
class Replays::Transaction {
 public:
  Transaction(const Replays& replays, Connection& connection, const Batch& letter,
              Clock::time_point deadline)
      : replays_(replays), connection_(connection), letter_(letter), deadline_(deadline) {}

  Replayed run(bool trial) {
    Replayed made = lock();
    if (made.outcome == ReplayOutcome::stored) made = shred();
    if (made.outcome == ReplayOutcome::stored) made = write();
    commits_ = made.outcome == ReplayOutcome::stored && !trial;
    connection_.run(commits_ ? "COMMIT" : "ROLLBACK", deadline_);
    return made;
  }
  /// From here on nobody knows what has happened, where no answer comes.
  bool commits() const { return commits_; }

 private:
  std::vector<Rows> ask(std::vector<std::string> statements) {
    return connection_.run(statements, deadline_);
  }

  /// Nobody else replays the message from here on; stored: it is still to be done.
  Replayed lock() {
    const Ledger& ledger = replays_.ledger_;
    const std::string_view origin = letter_.origin();
    const std::int64_t position = letter_.first();
    // What a deferred constraint refuses must show before the end.
    const Rows reject =
        ask({"BEGIN", "SET CONSTRAINTS ALL IMMEDIATE", ledger.lock_reject(origin, position)})[2];
    if (reject.size() == 1) {
      if (reject.is_null(0, 0)) return {};
      return done("it was replayed at " + std::string(reject.text(0, 0)));
    }
    const Rows lane = ask({ledger.find(origin)}).front();
    if (lane.size() == 0 || Ledger::row(lane).claim.next <= position)
      return done("its lane has not come so far, so it comes again by itself");
    return done("it was stored when it came again");
  }

  Replayed shred() {
    Shredder shredder(replays_.plan_);
    rows_.clear(replays_.plan_.tables.size());
    for (std::size_t i = 0; i < letter_.size(); ++i) {
      auto unfit = shredder.shred(letter_[i].value(), i, letter_.first(), rows_);
      if (unfit) {
        return {.outcome = ReplayOutcome::rejected,
                .code = std::move(unfit->code),
                .reason = std::move(unfit->reason),
                .pointer = std::move(unfit->pointer)};
      }
    }
    return {};
  }

  Replayed write() try {
    std::vector<const BatchRows::Record*> records;
    for (const auto& record : rows_.records) records.push_back(&record);
    const Chosen last = merged_by_key(rows_, records);
    const SqlArguments arguments(replays_.plan_, rows_);
    const Rows answer = ask({arguments.replay(last, letter_.origin())}).front();
    if (answer.size() == 0) return {.outcome = ReplayOutcome::superseded};
    const Taken taken = taken_of(rows_, last, answer);
    auto statements = arguments.below(taken.fresh, taken.replaced);
    statements.push_back(replays_.ledger_.mark_replayed(letter_.origin(), letter_.first()));
    ask(std::move(statements));
    return {};
  } catch (const DatabaseError& error) {
    if (error.cure() != Cure::reject) throw;
    return {.outcome = ReplayOutcome::rejected, .code = "database", .reason = error.what()};
  }

  const Replays& replays_;
  Connection& connection_;
  const Batch& letter_;
  const Clock::time_point deadline_;
  BatchRows rows_;
  bool commits_ = false;
};

Replays::Replays(const Plan& plan, const Statements& statements, const Ledger& ledger,
                 const Connection::Settings& settings)
    : plan_(plan),
      statements_(statements),
      ledger_(ledger),
      pool_(settings, statements.for_replays(), connections) {}

/// `ask` is called with a connection, and with a flag that it sets once it must not be called
/// again: one that waited in the pool may have died there, and then it is, once.
template <class F>
auto Replays::over_connection(Clock::time_point deadline, F&& ask) {
  for (bool once_more = true;; once_more = false) {
    Pool::Lease connection = pool_.borrow(deadline);
    bool decided = false;
    try {
      return ask(*connection, decided);
    } catch (const DatabaseError& error) {
      connection.spoil();
      if (!once_more || decided || error.cure() != Cure::wait) throw;
    } catch (...) {
      connection.spoil();
      throw;
    }
  }
}

Replayed Replays::store(const Batch& letter, bool trial) {
  const auto deadline = Clock::now() + store_limit;
  return over_connection(deadline, [&](Connection& connection, bool& decided) {
    Transaction transaction(*this, connection, letter, deadline);
    try {
      return transaction.run(trial);
    } catch (...) {
      decided = transaction.commits();
      throw;
    }
  });
}

void Replays::times(std::string_view origin, std::span<const std::int64_t> positions,
                    std::span<std::int64_t> times_us) {
  std::ranges::fill(times_us, -1);
  if (positions.empty()) return;
  const auto deadline = Clock::now() + times_limit;
  const Rows rows = over_connection(deadline, [&](Connection& connection, bool&) {
    return connection.run(ledger_.replays(origin, positions), deadline);
  });
  std::map<std::int64_t, std::int64_t> known;
  for (std::size_t i = 0; i < rows.size(); ++i)
    known.emplace(integer(rows.text(i, 0)), integer(rows.text(i, 1)));
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (const auto found = known.find(positions[i]); found != known.end())
      times_us[i] = found->second;
}

}  // namespace weir::pg_sink
