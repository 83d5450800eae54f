#include "check.hpp"

#include "stage_table.hpp"
#include "world.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace weir::simulation {

/// A batch begins where the one before it has ended, or is that one again.
void Check::Worker::see_order(const weir_batch& batch) {
  Auditor& auditor = process_.world().auditor;
  const std::string lane =
      "lane " + std::to_string(batch.lane) + " of process " + std::to_string(process_.number());
  const auto seen = seen_.find(batch.lane);
  if (seen != seen_.end()) {
    const Seen& last = seen->second;
    const bool again = batch.first == last.first && batch.commit_to == last.commit_to;
    if (!again && batch.first != last.commit_to)
      auditor.violation(lane + " goes on at " + std::to_string(batch.first) + ", and " +
                        std::to_string(last.commit_to) + " was due");
  }
  seen_[batch.lane] = {batch.first, batch.commit_to};
  const LogBook& log = process_.world().log;
  const std::size_t partition = LogBook::partition(text(batch.origin));
  std::size_t index = 0;
  for (std::int64_t position = batch.first; position < batch.commit_to; ++position) {
    if (log.is_gap(partition, position)) continue;
    if (index == batch.count || batch.messages[index].position != position ||
        text(batch.messages[index].value) != log.at(partition, position))
      return auditor.violation(lane + " does not have the message at " + std::to_string(position));
    ++index;
  }
  if (index != batch.count) auditor.violation(lane + " has messages that are not in the log");
}

void Check::Worker::treat(const weir_batch& batch, std::size_t index, weir_edit& edit) {
  const std::string value(text(batch.messages[index].value));
  switch (LogBook::kind(value)) {
    case Kind::good:
    case Kind::ugly:
    case Kind::moody:
    case Kind::gap:
      break;
    case Kind::idle:
      edit.drop(&edit, index);
      break;
    case Kind::bad:
      edit.reject(&edit, index, view("bad"), view("it is bad"), weir_view{nullptr, 0});
      break;
    case Kind::twice: {
      weir_message copy = batch.messages[index];
      auto* bytes = static_cast<char*>(edit.alloc(&edit, value.size() + 1));
      std::memcpy(bytes, value.data(), value.size());
      bytes[value.size()] = '\'';
      copy.value = {bytes, value.size() + 1};
      edit.insert(&edit, index, &copy);
      break;
    }
  }
}

void Check::Worker::process(const weir_batch& batch, weir_edit& edit) {
  process_.spend(std::chrono::milliseconds(1));
  Chance& chance = process_.simulation().chance();
  see_order(batch);
  if (process_.faulty() && chance.one_in(2)) throw std::runtime_error("a fault of the step");
  for (std::size_t i = 0; i < batch.count; ++i) treat(batch, i, edit);
  if (chance.one_in(20)) throw Retry("not yet");
  if (chance.one_in(4)) {
    weir_error error{};
    if (edit.flush(&edit, &error) == WEIR_RETRY) throw Retry(error.text);
  }
  process_.live();
  passed_ = true;
}

void Check::Worker::settled(const weir_batch& batch, bool accepted) {
  if (!passed_)
    process_.world().auditor.violation("a batch is settled twice, or was not passed on");
  passed_ = false;
  if (accepted && !process_.dead())
    process_.world().auditor.committed(text(batch.origin), batch.commit_to);
}

}  // namespace weir::simulation
