#include "store.hpp"

#include <utility>

namespace weir::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto a_message = 2ms;         // what a message to the server and its work may take
constexpr auto a_slow_message = 400ms;  // and what one in so many may take:
constexpr std::uint64_t slow_messages = 30;
constexpr std::uint64_t fatal_messages = 400;  // one in so many breaks the connection
constexpr auto longest_lock_wait = 1s;         // as lock_timeout
constexpr auto longest_idle = 2s;              // as idle_in_transaction_session_timeout
constexpr auto longest_notice = 1500ms;        // until a server sees that its client is gone
constexpr auto longest_commit = 700ms;         // of those few commits that are slow

}  // namespace

void Store::travel(const Process& process) const {
  const bool slow = simulation_.chance().one_in(slow_messages);
  process.spend(slow ? a_slow_message : a_message);
  if (simulation_.now() < away_until_) throw Away("the store is away");
  if (simulation_.chance().one_in(fatal_messages)) throw Away("the connection has broken");
}

/// Waits until nobody else has the origin's row. Who has it and does nothing loses it.
void Store::lock(const Process& process, const std::string& origin,
                 std::shared_ptr<Transaction> owner, microseconds longest) {
  const Time deadline = simulation_.now() + longest;
  for (auto held = locks_.find(origin); held != locks_.end() && held->second != owner;
       held = locks_.find(origin)) {
    Transaction& holder = *held->second;
    if (holder.state == State::open && simulation_.now() > holder.used + longest_idle) {
      end(holder, State::rolled_back);
      break;
    }
    if (simulation_.now() > deadline) throw Away("the row of " + origin + " is locked");
    simulation_.sleep(10ms);
    process.live();
  }
  if (owner) locks_[origin] = std::move(owner);
}

Store::Position Store::claim(const Process& process, const std::string& origin) {
  travel(process);
  lock(process, origin, nullptr, longest_lock_wait);
  Position& position = positions_[origin];
  ++position.epoch;
  const Position claimed = position;
  travel(process);
  return claimed;
}

void Store::commit(Transaction& transaction) {
  if (transaction.state != State::committing) return;  // it was ended meanwhile
  const std::string& origin = transaction.origin;
  for (const std::int64_t reject : transaction.rejects) auditor_.rejected(origin, reject);
  for (const Row& row : transaction.rows) auditor_.stored(origin, row.position, row.value);
  if (transaction.moves) {
    const Position& before = positions_[origin];
    if (transaction.position.next < before.next)
      auditor_.violation("the position of " + origin + " goes back from " +
                         std::to_string(before.next) + " to " +
                         std::to_string(transaction.position.next));
    positions_[origin] = transaction.position;
  }
  end(transaction, State::committed);
}

void Store::end(Transaction& transaction, State how) {
  transaction.state = how;
  const auto held = locks_.find(transaction.origin);
  if (held != locks_.end() && held->second.get() == &transaction) locks_.erase(held);
}

Store::Session::Session(Store& store, const Process& process) : store_(store), process_(process) {
  store_.travel(process_);
}

/// The server notices later that nobody is there any more.
Store::Session::~Session() {
  if (!transaction_ || transaction_->state != State::open) return;
  Simulation& simulation = store_.simulation_;
  simulation.at(simulation.now() + simulation.chance().between(0us, longest_notice),
                [&store = store_, transaction = transaction_] {
                  if (transaction->state == State::open)
                    store.end(*transaction, State::rolled_back);
                });
}

void Store::Session::travel() {
  store_.travel(process_);
  if (transaction_->state == State::rolled_back) throw Away("the session was ended");
  transaction_->used = store_.simulation_.now();
}

void Store::Session::begin() {
  transaction_ = std::make_shared<Transaction>();
  travel();
}

bool Store::Session::advance(const std::string& origin, std::int64_t epoch, std::int64_t first,
                             const Position& to) {
  travel();
  transaction_->origin = origin;
  store_.lock(process_, origin, transaction_, longest_lock_wait);
  const Position& now = store_.positions_[origin];
  if (now.epoch != epoch || (now.next >= 0 && now.next != first)) {
    store_.locks_.erase(origin);
    return false;
  }
  transaction_->position = to;
  transaction_->moves = true;
  return true;
}

Store::Position Store::Session::find(const std::string& origin) {
  travel();
  return store_.positions_[origin];
}

std::vector<std::size_t> Store::Session::insert(const std::string& origin,
                                                std::span<const Row> rows) {
  travel();
  transaction_->origin = origin;
  std::vector<std::size_t> refused;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Kind kind = LogBook::kind(rows[i].value);
    const bool bad_mood = kind == Kind::moody && process_.number() % 2 == 1;
    if (kind == Kind::ugly || bad_mood) {
      refused.push_back(i);
    } else {
      transaction_->rows.push_back(rows[i]);
    }
  }
  return refused;
}

void Store::Session::record(std::span<const std::int64_t> rejects) {
  travel();
  transaction_->rejects.assign(rejects.begin(), rejects.end());
}

/// The command arrives, takes effect now or, seldom, some time later, and its answer may be lost.
void Store::Session::commit(const std::string& origin) {
  travel();
  transaction_->origin = origin;
  transaction_->state = State::committing;
  Simulation& simulation = store_.simulation_;
  Chance& chance = simulation.chance();
  const auto work = chance.between(0us, chance.one_in(20) ? longest_commit : a_message);
  simulation.at(simulation.now() + work,
                [&store = store_, transaction = transaction_] { store.commit(*transaction); });
  do {
    store_.travel(process_);
    if (transaction_->state == State::rolled_back) throw Away("the session was ended");
  } while (transaction_->state == State::committing);
}

void Store::Session::roll_back() {
  travel();
  store_.end(*transaction_, State::rolled_back);
}

void Store::Session::terminate(const Key& other) {
  store_.travel(process_);
  const auto transaction = other.lock();
  if (!transaction) return;
  if (transaction->state == State::open || transaction->state == State::committing)
    store_.end(*transaction, State::rolled_back);
}

}  // namespace weir::simulation
