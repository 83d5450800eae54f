#include "sink.hpp"

#include "stage_table.hpp"
#include "world.hpp"

#include <stdexcept>

namespace weir::simulation {

void KeepingSink::start() {
  process_.spend(std::chrono::milliseconds(5));
  if (process_.simulation().chance().one_in(10)) throw Retry("the store is away");
}

weir_claim KeepingSink::claim(std::uint64_t lane, const std::string& origin) try {
  const Store::Position position = process_.world().store.claim(process_, origin);
  epochs_[lane] = position.epoch;
  return {position.next, position.last, position.mark};
} catch (const Away& e) {
  throw Retry(e.what());
}

void KeepingSink::Worker::process(const weir_batch& batch, weir_edit& edit) {
  sink_.process_.live();
  const auto epoch = sink_.epochs_.find(batch.lane);
  if (epoch == sink_.epochs_.end()) throw Fenced("the lane was given up");
  store(batch, edit, epoch->second);
}

void SinkWorker::connect() {
  if (session_) return;
  session_ = std::make_unique<Store::Session>(process_.world().store, process_);
  session_->terminate(abandoned_);
}

void SinkWorker::store(const weir_batch& batch, weir_edit& edit,
                       std::optional<std::int64_t> epoch) {
  if (refused_of_ != std::pair(batch.lane, batch.first)) refused_.clear();
  refused_of_ = {batch.lane, batch.first};
  rejects_.clear();
  for (std::size_t i = 0; i < batch.rejected_count; ++i)
    rejects_.push_back(batch.rejected[i].position);
  for (const std::size_t index : refused_) reject(batch, edit, index);
  try {
    transact(batch, edit, epoch);
  } catch (const Away& e) {
    give_up();
    throw Retry(e.what());
  } catch (...) {  // the letters are away, or the lane is another's
    roll_back();
    throw;
  }
}

void SinkWorker::give_up() {
  if (session_) abandoned_ = session_->key();
  session_.reset();
}

void SinkWorker::roll_back() {
  try {
    if (session_) session_->roll_back();
  } catch (const std::exception&) {
    give_up();
  }
}

void SinkWorker::reject(const weir_batch& batch, weir_edit& edit, std::size_t index) {
  edit.reject(&edit, index, view("ugly"), view("the store refuses it"), weir_view{nullptr, 0});
  rejects_.push_back(batch.messages[index].position);
}

/// Whether the batch is still to be stored.
bool SinkWorker::moved(const weir_batch& batch, std::int64_t epoch) {
  const std::string origin(text(batch.origin));
  Store::Position to{.epoch = epoch, .next = batch.commit_to};
  to.last = batch.last;
  to.mark = batch.mark;
  if (batch.last < 0) {
    const Store::Position before = session_->find(origin);
    to.last = before.last;
    to.mark = before.mark;
  }
  const Flaw flaw = process_.world().flaw;
  if (flaw == Flaw::unfenced) to.epoch = epoch = session_->find(origin).epoch;
  if (session_->advance(origin, epoch, batch.first, to)) return true;
  const Store::Position now = session_->find(origin);
  if (now.epoch != epoch) {
    ++process_.world().tally.fenced;
    throw Fenced("another epoch of " + origin + " has begun");
  }
  if (now.next != batch.commit_to)
    throw std::runtime_error(origin + " stands at " + std::to_string(now.next) +
                             ", where a batch from " + std::to_string(batch.first) + " to " +
                             std::to_string(batch.commit_to) + " was to be stored");
  ++process_.world().tally.done_before;
  return flaw == Flaw::blind_repeat;
}

void SinkWorker::transact(const weir_batch& batch, weir_edit& edit,
                          std::optional<std::int64_t> epoch) {
  connect();
  const std::string origin(text(batch.origin));
  session_->begin();
  if (epoch && !moved(batch, *epoch)) {
    session_->roll_back();
    return;
  }
  if (process_.world().flaw == Flaw::position_first) {
    session_->commit(origin);
    session_->begin();
  }
  std::vector<Store::Row> rows;
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < batch.count; ++i) {
    if (refused_.contains(i)) continue;
    rows.push_back({batch.messages[i].position, std::string(text(batch.messages[i].value))});
    indexes.push_back(i);
  }
  for (const std::size_t row : session_->insert(origin, rows)) {
    refused_.insert(indexes[row]);
    reject(batch, edit, indexes[row]);
  }
  weir_error error{};
  const weir_status flushed = edit.flush(&edit, &error);
  if (flushed == WEIR_RETRY) throw Retry(error.text);
  if (flushed != WEIR_OK) throw std::runtime_error(error.text);
  if (epoch) session_->record(rejects_);
  session_->commit(origin);
}

}  // namespace weir::simulation
