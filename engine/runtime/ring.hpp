#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weir {

/// The newest of a row of numbered things. It grows, by doubling, while more of them are kept than
/// ever before, and allocates nothing from then on. Not thread-safe.
template <class T>
class Ring {
 public:
  /// Numbers begin high, so that what is computed backwards from one is still a number.
  static constexpr std::uint64_t first_number = std::uint64_t{1} << 32;

  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }  ///< the number that the next one gets
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  std::size_t capacity() const { return slots_.size(); }
  bool holds(std::uint64_t number) const { return number >= begin_ && number < end_; }

  T& operator[](std::uint64_t number) { return slots_[number & (slots_.size() - 1)]; }
  const T& operator[](std::uint64_t number) const { return slots_[number & (slots_.size() - 1)]; }

  /// Makes room for so many more, which push() then adds without a look.
  void reserve(std::size_t more) {
    std::size_t wanted = slots_.empty() ? least : slots_.size();
    while (wanted < size() + more) wanted *= 2;
    if (wanted == slots_.size()) return;
    std::vector<T> larger(wanted);
    for (std::uint64_t number = begin_; number != end_; ++number)
      larger[number & (wanted - 1)] = std::move((*this)[number]);
    slots_ = std::move(larger);
  }
  /// The next one, with whatever its slot held before.
  T& push() { return (*this)[end_++]; }

  void forget_before(std::uint64_t number) {
    if (number > begin_) begin_ = number < end_ ? number : end_;
  }

 private:
  static constexpr std::size_t least = 64;

  std::vector<T> slots_;  // a power of two
  std::uint64_t begin_ = first_number, end_ = first_number;
};

}  // namespace weir
