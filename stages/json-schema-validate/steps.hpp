#pragma once

#include <cstddef>
#include <exception>

namespace weir::json_schema_validate {

/// What checking one message may still cost: a schema whose choices lead back to it can ask for
/// work that doubles with each level of the message. Belongs to one thread.
class Steps {
 public:
  class Exhausted : public std::exception {
   public:
    const char* what() const noexcept override { return "checking it takes too long"; }
  };

  void begin(std::size_t most) { left_ = most; }

  /// Throws Exhausted.
  void take(std::size_t count) {
    if (count > left_) throw Exhausted();
    left_ -= count;
  }

 private:
  std::size_t left_ = 0;
};

}  // namespace weir::json_schema_validate
