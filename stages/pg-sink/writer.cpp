#include "writer.hpp"

#include <algorithm>
#include <stdexcept>

#include "copy_text.hpp"
#include "merge.hpp"
#include "sql_arguments.hpp"

namespace weir::pg_sink {
namespace {

/// Records of a batch: below, the round trips of COPY cost more than it gains.
constexpr std::size_t copy_pays = 16;

constexpr std::size_t longest_kept_text = std::size_t{8} << 20;  // bytes, for the next batch

DatabaseError kept_out() { return {"0A000", "a trigger keeps rows out of the tables"}; }

}  // namespace

void Writer::store(const Batch& batch, Edit& edit) {
  const auto begun = Clock::now();
  const WriterSession::Use use(session_);
  if (refused_of_ != std::pair(batch.lane(), batch.first())) refused_.clear();
  refused_of_ = {batch.lane(), batch.first()};
  epoch_ = positions_->epoch(batch.lane());
  shred(batch, edit);
  try {
    if (epoch_ || !records_.empty()) transact(batch, edit);
  } catch (const DatabaseError& error) {
    give_up(error);
  } catch (...) {  // the reject route could not be flushed, the lane is another's, or time was up
    session_.roll_back();
    throw;
  }
  refused_.clear();
  count();
  traffic_->batch_seconds.observe(std::chrono::duration<double>(Clock::now() - begun).count());
}

/// Finds in C++ what PostgreSQL would refuse, where that can be known.
void Writer::shred(const Batch& batch, Edit& edit) {
  rows_.clear(plan_->tables.size());
  rejects_.clear();
  for (const weir_rejected& before : batch.rejected())
    rejects_.push_back({before.position, std::string(text(before.code))});
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (const auto refused = refused_.find(i); refused != refused_.end()) {
      reject(batch, edit, i, "database", refused->second);
    } else if (const auto unfit =
                   shredder_.shred(batch[i].value(), i, batch[i].position(), rows_)) {
      reject(batch, edit, i, unfit->code, unfit->reason, unfit->pointer);
    }
  }
  records_.clear();
  for (const Record& record : rows_.records) records_.push_back(&record);
}

void Writer::reject(const Batch& batch, Edit& edit, std::size_t index, std::string_view code,
                    std::string_view reason, std::optional<std::string_view> pointer) {
  edit.reject(index, code, reason, pointer);
  rejects_.push_back({batch[index].position(), std::string(code)});
}

/// The one place where it is decided how a batch's transaction is put together.
void Writer::transact(const Batch& batch, Edit& edit) {
  session_.open();
  std::optional<DatabaseError> refusal;  // of what was believed to be new
  if (!records_.empty() && new_keys_.believed()) {
    try {
      store_new(batch, edit);
      return;
    } catch (const DatabaseError& error) {
      if (error.cure() == Cure::wait) throw;
      refusal = error;
    }
    traffic_->fallbacks.add();
    session_.roll_back();
    session_.open();  // where rolling back has failed
  }
  try {
    const Advance advance = upsert(batch, edit);
    if (refusal && advance == Advance::moved) {
      reconsider(*refusal);
    } else if (!records_.empty()) {
      new_keys_.observe(all_inserted_);
    }
    return;
  } catch (const DatabaseError& error) {
    if (error.cure() != Cure::reject) throw;
  }
  session_.roll_back();
  session_.open();
  store_singly(batch, edit);
}

/// What could not be added, the upsert could store.
void Writer::reconsider(const DatabaseError& refusal) {
  constexpr std::string_view unique_violation = "23505";
  if (refusal.sqlstate() == unique_violation) {
    new_keys_.refute();
    return;
  }
  new_keys_.give_up();
  host_->warn(
      std::string("rows cannot simply be added to these tables: from now on all of them are "
                  "written by upserts, which is slower: ") +
      refusal.what());
}

/// All records in one attempt, where their keys are believed to be new.
void Writer::store_new(const Batch& batch, Edit& edit) {
  const Records last = merged_by_key(rows_, records_);
  superseded_ = records_.size() - last.size();
  const bool many = last.size() >= copy_pays;
  const Advance advance = many ? copy(batch, last, edit) : insert(batch, last, edit);
  if (advance == Advance::moved) new_keys_.confirm();
}

/// Two round trips.
Writer::Advance Writer::insert(const Batch& batch, const Records& last, Edit& edit) {
  const SqlArguments arguments(*plan_, rows_);
  std::vector<std::string> statements{"BEGIN", arguments.add(last, batch.origin())};
  std::ranges::move(arguments.below(last, {}), std::back_inserter(statements));
  std::vector<Rows> answers;
  if (begin(batch, std::move(statements), answers) == Advance::done_before)
    return Advance::done_before;
  if (answers[1].size() != last.size()) throw kept_out();
  commit(batch, edit);
  traffic_->inserts.add();
  return Advance::moved;
}

/// A round trip more for each table, and less work for each row.
Writer::Advance Writer::copy(const Batch& batch, const Records& last, Edit& edit) {
  std::vector<Rows> answers;
  if (begin(batch, {"BEGIN", "SELECT now()"}, answers) == Advance::done_before)
    return Advance::done_before;
  send(last, batch.origin(), answers[1].text(0, 0));
  commit(batch, edit);
  traffic_->copies.add();
  return Advance::moved;
}

/// The root's rows, then those of the other tables.
void Writer::send(const Records& records, std::string_view origin, std::string_view moment) {
  const CopyText text(*plan_, rows_);
  const std::size_t tables = plan_->tables.size();
  std::vector<TableRows> all;
  std::vector<std::size_t> counts;
  copy_texts_.resize(tables);
  for (std::size_t table = 0; table < tables; ++table) {
    std::string& out = copy_texts_[table];
    out.clear();
    if (table == 0) text.add_roots(records, origin, moment, out);
    const std::size_t count = table == 0 ? records.size() : text.add_rows(table, records, out);
    if (count == 0) continue;
    all.push_back({statements_->copy[table], out});
    counts.push_back(count);
  }
  if (session_.copy(all) != counts) throw kept_out();
  for (std::string& out : copy_texts_) {
    if (out.capacity() > longest_kept_text) out = {};
  }
}

/// All records in one attempt, whose first round trip opens the transaction, moves the position and
/// writes the root's rows.
Writer::Advance Writer::upsert(const Batch& batch, Edit& edit) {
  const Records last = merged_by_key(rows_, records_);
  superseded_ = 0;
  all_inserted_ = false;
  std::vector<std::string> statements{"BEGIN"};
  if (!last.empty()) statements.push_back(SqlArguments(*plan_, rows_).upsert(last, batch.origin()));
  std::vector<Rows> answers;
  if (begin(batch, std::move(statements), answers) == Advance::done_before)
    return Advance::done_before;
  if (!last.empty()) store_below(records_.size(), last, answers.back());
  commit(batch, edit);
  return Advance::moved;
}

/// Opens the transaction by the first of `statements`, moves the lane's position in it, and runs
/// the others; `given` is what `statements` gave back. The position's row is locked: a claim of the
/// lane waits until this batch has ended, and this batch until one of the same lane has whose
/// answer was lost. Where the position did not move, nothing else that was answered counts.
Writer::Advance Writer::begin(const Batch& batch, std::vector<std::string> statements,
                              std::vector<Rows>& given) {
  if (epoch_) statements.insert(statements.begin() + 1, ledger_->advance(batch, *epoch_));
  Answers answers = session_.try_run(statements);
  if (epoch_ && answers.rows.size() > 1 && answers.rows[1].size() == 0) return resolve(batch);
  if (answers.failure) throw DatabaseError(*answers.failure);
  given = std::move(answers.rows);
  if (epoch_) given.erase(given.begin() + 1);
  return Advance::moved;
}

/// The position did not stand where the batch begins: its row says why. What else the transaction
/// has done goes first.
Writer::Advance Writer::resolve(const Batch& batch) {
  session_.run("ROLLBACK");
  const std::string find[] = {ledger_->find(batch.origin())};
  const Rows rows = session_.run(find).front();
  const std::string origin(batch.origin());
  if (rows.size() == 0) {
    throw std::runtime_error("the position of " + origin +
                             " is gone from weir_positions, so nobody knows what is stored; start "
                             "the pipeline again, and `start:` decides where it goes on");
  }
  const Ledger::Row row = Ledger::row(rows);
  if (row.epoch != *epoch_) {
    throw Fenced("epoch " + std::to_string(row.epoch) + " of " + origin + " has begun, this is " +
                 std::to_string(*epoch_));
  }
  if (row.claim.next != batch.commit_to()) {
    throw std::runtime_error(
        origin + " stands at " + std::to_string(row.claim.next) +
        " in weir_positions, where a batch from " + std::to_string(batch.first()) + " to " +
        std::to_string(batch.commit_to()) +
        " was to be stored: somebody has changed the row; see who, and start the pipeline again");
  }
  return Advance::done_before;
}

/// Some message is refused: finds it, and stores the others.
void Writer::store_singly(const Batch& batch, Edit& edit) {
  superseded_ = 0;
  // What a deferred constraint refuses must show in its savepoint, not at the end.
  std::vector<Rows> nothing;
  if (begin(batch, {"BEGIN", "SET CONSTRAINTS ALL IMMEDIATE"}, nothing) == Advance::done_before)
    return;
  store_halves(records_, batch.origin(), true);
  // What was refused in an earlier call is not among the records any more.
  std::erase_if(records_, [&](const Record* record) {
    const auto refused = refused_.find(record->message);
    if (refused == refused_.end()) return false;
    reject(batch, edit, record->message, "database", refused->second);
    return true;
  });
  commit(batch, edit);
}

/// True when some of them were refused. `known_bad`: some will be, so that only their halves are
/// tried: one bad message among 1,000 costs at most 20 attempts.
bool Writer::store_halves(std::span<const Record* const> records, std::string_view origin,
                          bool known_bad) {
  if (records.empty()) return false;
  if ((!known_bad || records.size() == 1) && store_part(records, origin)) return false;
  if (records.size() == 1) return true;
  traffic_->halvings.add();
  // In the batch's order, so that of two messages with one key the later one still wins.
  const bool first_bad = store_halves(records.first(records.size() / 2), origin, false);
  store_halves(records.subspan(records.size() / 2), origin, !first_bad);
  return true;
}

/// One attempt, in a savepoint. False: refused, and nothing of it is stored.
bool Writer::store_part(std::span<const Record* const> records, std::string_view origin) {
  const std::size_t superseded = superseded_;
  session_.run("SAVEPOINT weir");
  try {
    store_rows(records, origin);
    session_.run("RELEASE SAVEPOINT weir");
    return true;
  } catch (const DatabaseError& error) {
    if (error.cure() != Cure::reject) throw;
    if (records.size() == 1) {
      refused_[records.front()->message] = error.what();
      traffic_->refused.add();
    }
  }
  superseded_ = superseded;
  session_.run("ROLLBACK TO SAVEPOINT weir");
  session_.run("RELEASE SAVEPOINT weir");
  return false;
}

void Writer::store_rows(std::span<const Record* const> records, std::string_view origin) {
  const Records last = merged_by_key(rows_, records);
  const std::string statements[] = {SqlArguments(*plan_, rows_).upsert(last, origin)};
  store_below(records.size(), last, session_.run(statements).back());
}

/// What belongs to the root's rows, once the upsert of `last` has answered which of them it took.
void Writer::store_below(std::size_t records, const Records& last, const Rows& answer) {
  const Taken taken = taken_of(rows_, last, answer);
  superseded_ += records - taken.size();
  all_inserted_ = taken.fresh.size() == last.size();
  // In a statement of its own, which sees what another writer of the same key has committed while
  // we waited for its lock.
  const auto statements = SqlArguments(*plan_, rows_).below(taken.fresh, taken.replaced);
  if (!statements.empty()) session_.run(statements);
}

/// Letters first: a reject is on disk before the batch that it was part of is done.
void Writer::commit(const Batch& batch, Edit& edit) {
  edit.flush();
  std::vector<std::string> statements;
  if (epoch_ && !rejects_.empty()) statements.push_back(ledger_->record(batch.origin(), rejects_));
  statements.emplace_back("COMMIT");
  session_.run(statements);
}

void Writer::count() const {
  const auto kept_whole = std::ranges::count_if(
      records_, [](const Record* record) { return !record->document.is_null(); });
  traffic_->messages.add(static_cast<double>(records_.size()));
  traffic_->superseded.add(static_cast<double>(superseded_));
  traffic_->documents.add(static_cast<double>(kept_whole));
}

void Writer::give_up(const DatabaseError& error) {
  // A session that has failed may be half dead; a new one costs a few milliseconds.
  session_.close();
  if (error.cure() == Cure::wait) {
    traffic_->retries.add();
    throw Retry(error.what());
  }
  throw std::runtime_error(std::string("cannot store into PostgreSQL: ") + error.what() +
                           "; run db/setup, or correct the table or the pipeline's mapping");
}

}  // namespace weir::pg_sink
