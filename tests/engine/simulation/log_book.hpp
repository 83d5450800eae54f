#pragma once

#include "chance.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::simulation {

/// What is to become of a message; the first letter of its value says it.
enum class Kind : char {
  good = 'g',   ///< stored
  twice = 't',  ///< stored, and so is the copy that a step inserts
  idle = 'i',   ///< dropped by a step
  bad = 'b',    ///< rejected by a step before the store
  ugly = 'u',   ///< rejected by the store
  moody = 'm',  ///< rejected by the store in some processes, stored by it in others
  gap = 'x',    ///< a position without a message
};

/// The log of the broker: some partitions, each a list of values whose index is their position.
class LogBook {
 public:
  explicit LogBook(std::size_t partitions) : values_(partitions) {}

  std::size_t partitions() const { return values_.size(); }
  const std::string& at(std::size_t partition, std::int64_t position) const {
    return values_[partition][static_cast<std::size_t>(position)];
  }
  bool is_gap(std::size_t partition, std::int64_t position) const {
    return kind(at(partition, position)) == Kind::gap;
  }
  std::int64_t end(std::size_t partition) const {
    return static_cast<std::int64_t>(values_[partition].size());
  }

  void append(std::size_t partition, Chance& chance) {
    static constexpr char kinds[] = "ggggggggttiibbuumxx";
    auto& values = values_[partition];
    values.push_back(kinds[chance.below(sizeof kinds - 1)] + std::to_string(partition) + ":" +
                     std::to_string(values.size()));
  }

  static Kind kind(const std::string& value) { return static_cast<Kind>(value.front()); }
  static std::string origin(std::size_t partition) {
    return "simulated/log/" + std::to_string(partition);
  }
  static std::size_t partition(std::string_view origin) {
    return std::stoul(std::string(origin.substr(origin.rfind('/') + 1)));
  }

 private:
  std::vector<std::vector<std::string>> values_;
};

}  // namespace weir::simulation
