#include "draft.hpp"

#include <algorithm>
#include <stdexcept>

namespace weir::generate_source {

void Draft::add(const std::string& member, Value value) {
  entries_.push_back({&member, std::move(value)});
}

void Draft::add_sum(const std::string& member, const std::vector<std::string>& of) {
  entries_.push_back({&member, {}, &of});
  ++sums_;
}

std::size_t Draft::add_repeat(std::size_t least, std::size_t most) {
  std::size_t count = repeats_ == Repeats::fewest ? least : most;
  if (repeats_ == Repeats::drawn) count = least + random_.below(most - least + 1);
  counts_.push_back(count);
  return count;
}

const Value& Draft::latest(const std::string& member) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (*entry->member == member && entry->sum == nullptr) return entry->value;
  }
  throw std::runtime_error(
      "there is no member \"" + member +
      "\" before the expression that takes its value; name one that comes earlier "
      "and is no sum");
}

void Draft::work_out_sums() {
  while (sums_ > 0) {
    std::size_t done = 0;
    for (auto& entry : entries_) {
      if (entry.sum != nullptr && work_out(entry)) ++done;
    }
    if (done == 0)
      throw std::runtime_error("a sum is part of itself; leave one of its members out");
    sums_ -= done;
  }
}

// False: one of its members is a sum that is not known yet.
bool Draft::work_out(Entry& entry) {
  Decimal sum;
  for (const auto& other : entries_) {
    if (std::ranges::find(*entry.sum, *other.member) == entry.sum->end()) continue;
    if (other.sum != nullptr) return false;
    if (other.value.kind != Value::Kind::number) {
      throw std::runtime_error("a sum has the member \"" + *other.member +
                               "\", whose value is no number; leave it out");
    }
    sum = sum.plus(other.value.number);
  }
  entry.value = Value::of_number(sum);
  entry.sum = nullptr;
  return true;
}

}  // namespace weir::generate_source
