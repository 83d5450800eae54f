#include "auditor.hpp"

namespace weir::simulation {
namespace {

std::string place(std::string_view origin, std::int64_t position) {
  return std::string(origin) + " at " + std::to_string(position);
}

bool is_copy(std::string_view value) { return value.ends_with('\''); }

}  // namespace

Auditor::Auditor(const LogBook& log, bool once)
    : log_(log), once_(once), partitions_(log.partitions()) {}

Auditor::Fate& Auditor::fate(std::string_view origin, std::int64_t position) {
  auto& fates = partitions_[LogBook::partition(origin)].fates;
  const auto index = static_cast<std::size_t>(position);
  if (fates.size() <= index) fates.resize(index + 1);
  return fates[index];
}

void Auditor::letter(std::string_view origin, std::int64_t position) {
  fate(origin, position).letter = true;
}

void Auditor::rejected(std::string_view origin, std::int64_t position) {
  Fate& fate = this->fate(origin, position);
  if (!fate.letter)
    violation("the reject of " + place(origin, position) + " is kept, and it has no letter");
  if (once_ && (++fate.rejected > 1 || fate.stored > 0))
    violation(place(origin, position) + " ends twice: its reject comes after another end");
  fate.rejected = 1;
}

void Auditor::stored(std::string_view origin, std::int64_t position, std::string_view value) {
  Partition& partition = partitions_[LogBook::partition(origin)];
  Fate& fate = this->fate(origin, position);
  const std::string& original = log_.at(LogBook::partition(origin), position);
  if (value != (is_copy(value) ? original + "'" : original))
    violation(place(origin, position) + " is stored as " + std::string(value) + ", was " +
              original);
  unsigned& times = is_copy(value) ? fate.copies : fate.stored;
  if (++times > 1 && once_) violation(place(origin, position) + " is stored twice");
  if (once_ && fate.rejected > 0) violation(place(origin, position) + " is rejected and stored");
  if (once_ && position < partition.last_stored)
    violation(place(origin, position) + " is stored after " +
              std::to_string(partition.last_stored));
  partition.last_stored = position;
}

bool Auditor::is_stored(std::string_view origin, std::int64_t position) const {
  const auto& fates = partitions_[LogBook::partition(origin)].fates;
  const auto index = static_cast<std::size_t>(position);
  return index < fates.size() && fates[index].stored > 0;
}

bool Auditor::done(std::size_t partition, std::int64_t position) {
  const Fate& fate = this->fate(LogBook::origin(partition), position);
  switch (LogBook::kind(log_.at(partition, position))) {
    case Kind::good:
      return fate.stored > 0;
    case Kind::twice:
      return fate.stored > 0 && fate.copies > 0;
    case Kind::idle:
    case Kind::gap:
      return true;
    case Kind::bad:
    case Kind::ugly:
      return once_ ? fate.rejected > 0 : fate.letter;
    case Kind::moody:
      return fate.stored > 0 || (once_ ? fate.rejected > 0 : fate.letter);
  }
  return false;
}

std::int64_t Auditor::done_to(std::size_t partition) {
  std::int64_t& to = partitions_[partition].done;
  while (to < log_.end(partition) && done(partition, to)) ++to;
  return to;
}

void Auditor::committed(std::string_view origin, std::int64_t to) {
  const std::size_t partition = LogBook::partition(origin);
  const std::int64_t done = done_to(partition);
  if (to <= done) return;
  const Fate& open = fate(origin, done);
  violation(place(origin, done) + " (" + log_.at(partition, done) + ") has not ended (stored " +
            std::to_string(open.stored) + ", rejected " + std::to_string(open.rejected) +
            (open.letter ? ", with a letter" : "") + "), and all is committed to " +
            std::to_string(to));
}

}  // namespace weir::simulation
