#include "engine/runtime/system_scheduler.hpp"

#include <condition_variable>
#include <random>
#include <semaphore>
#include <thread>
#include <utility>

namespace weir {
namespace {

class SystemThread : public Scheduler::Thread {
 public:
  explicit SystemThread(std::function<void()> work)
      : thread_([this, work = std::move(work)] {
          work();
          ended_.release();
        }) {}

  bool ends_within(std::chrono::milliseconds longest) override {
    if (!ended_.try_acquire_for(longest)) return false;
    ended_.release();  // for who asks again
    return true;
  }

 private:
  std::binary_semaphore ended_{0};
  std::jthread thread_;
};

class SystemCondition : public Scheduler::Condition {
 public:
  void wait(std::unique_lock<std::mutex>& lock, const Holds& holds) override {
    changed_.wait(lock, holds);
  }
  bool wait_for(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds longest,
                const Holds& holds) override {
    return changed_.wait_for(lock, longest, holds);
  }
  void notify_all() override { changed_.notify_all(); }

 private:
  std::condition_variable changed_;
};

}  // namespace

std::unique_ptr<Scheduler::Thread> SystemScheduler::start(std::function<void()> work) {
  return std::make_unique<SystemThread>(std::move(work));
}

std::unique_ptr<Scheduler::Condition> SystemScheduler::condition() {
  return std::make_unique<SystemCondition>();
}

Scheduler::Time SystemScheduler::now() const { return std::chrono::steady_clock::now(); }

Scheduler::Wall SystemScheduler::wall() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::uint64_t SystemScheduler::random() {
  std::random_device device;
  return std::uint64_t{device()} << 32U | device();
}

}  // namespace weir
