#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "random.hpp"
#include "time_text.hpp"
#include "value.hpp"

namespace weir::generate_source {

/// How often a repeated part comes: as drawn, or at one end of its range, to try a template out.
enum class Repeats { drawn, fewest, most };

/// The values of one message while it is made: drawn first, in the order of the document, then
/// printed in the same order. Sums are worked out in between, since what they add may come later.
class Draft {
 public:
  Draft(Random& random, Instant now, std::uint64_t sequence, Repeats repeats = Repeats::drawn)
      : random_(random), now_(now), sequence_(sequence), repeats_(repeats) {}

  Random& random() { return random_; }
  Instant now() const { return now_; }
  std::uint64_t sequence() const { return sequence_; }

  void add(const std::string& member, Value value);
  void add_sum(const std::string& member, const std::vector<std::string>& of);
  /// How often a part is repeated this time.
  std::size_t add_repeat(std::size_t least, std::size_t most);

  /// The last value drawn under that member name. Throws std::runtime_error where there is none.
  const Value& latest(const std::string& member) const;

  /// Works the sums out. Throws std::runtime_error for a sum of itself, or of what is no number.
  void work_out_sums();

  // For printing, each once and in the order of drawing.
  const Value& next_value() { return entries_[printed_values_++].value; }
  std::size_t next_repeat() { return counts_[printed_counts_++]; }

 private:
  struct Entry {
    const std::string* member;  // lent by the template
    Value value;
    const std::vector<std::string>* sum = nullptr;  // its members; null once it is worked out
  };

  bool work_out(Entry& entry);

  Random& random_;
  Instant now_;
  std::uint64_t sequence_;
  Repeats repeats_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> counts_;
  std::size_t sums_ = 0;  // not yet worked out
  std::size_t printed_values_ = 0;
  std::size_t printed_counts_ = 0;
};

}  // namespace weir::generate_source
