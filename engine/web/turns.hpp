#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace weir::web {

/// Lets few at a time do what takes a lot of the processors, so that all else goes on. [any]
class Turns {
 public:
  explicit Turns(int at_a_time) : free_(at_a_time) {}

  /// One's turn as long as it lives; none where it is false.
  class [[nodiscard]] Turn {
   public:
    explicit Turn(Turns* turns) : turns_(turns) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->give_back();
    }
    explicit operator bool() const { return turns_ != nullptr; }

   private:
    Turns* turns_;
  };

  /// Waits for it, at most so long.
  Turn take(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, longest, [this] { return free_ > 0; })) return Turn(nullptr);
    --free_;
    return Turn(this);
  }

 private:
  void give_back() {
    {
      const std::scoped_lock lock(mutex_);
      ++free_;
    }
    changed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;  // guarded by mutex_
};

}  // namespace weir::web
