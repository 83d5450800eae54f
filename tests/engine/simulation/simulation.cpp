#include "simulation.hpp"

#include "interruptions.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace weir::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t most_steps = 2'000'000;  // a hundred times what a run takes
constexpr auto a_step = 20us;                    // what a step may take
constexpr auto slowness = 100ms;                 // by how much a fiber may come too late
constexpr std::uint64_t slow =
    40;  // one in so many steps lets time pass although somebody could run
constexpr std::uint64_t interruption = 10;    // one in so many mutexes interrupts who locks it
constexpr std::uint64_t for_no_reason = 300;  // one in so many steps wakes a waiter by mistake

}  // namespace

class Simulation::Waitable : public Scheduler::Condition {
 public:
  explicit Waitable(Simulation& simulation) : simulation_(simulation) {}

  void wait(std::unique_lock<std::mutex>& lock, const Holds& holds) override {
    while (!holds()) block(lock, std::nullopt);
  }
  bool wait_for(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds longest,
                const Holds& holds) override {
    const Time deadline = simulation_.now() + longest;
    while (!holds()) {
      if (simulation_.now() >= deadline) return false;
      block(lock, deadline);
    }
    return true;
  }
  void notify_all() override {
    simulation_.wake(*this);
    simulation_.breathe();
  }

 private:
  void block(std::unique_lock<std::mutex>& lock, std::optional<Time> deadline) {
    lock.unlock();
    simulation_.block(this, deadline);
    lock.lock();
  }

  Simulation& simulation_;
};

class Simulation::Joined : public Scheduler::Thread {
 public:
  Joined(Simulation& simulation, std::shared_ptr<Task> task)
      : simulation_(simulation), task_(std::move(task)) {}
  ~Joined() override {
    while (task_->fiber) simulation_.sleep(10ms);
  }
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;

  bool ends_within(std::chrono::milliseconds longest) override {
    const Time deadline = simulation_.now() + longest;
    while (task_->fiber && simulation_.now() < deadline)
      simulation_.sleep(std::min<microseconds>(longest, 5ms));
    return !task_->fiber;
  }

 private:
  Simulation& simulation_;
  std::shared_ptr<Task> task_;
};

std::unique_ptr<Scheduler::Thread> Simulation::start(std::function<void()> work,
                                                     const Time* not_before) {
  tasks_.push_back(std::make_shared<Task>(started_++, std::move(work), not_before));
  auto thread = std::make_unique<Joined>(*this, tasks_.back());
  breathe();
  return thread;
}

std::unique_ptr<Scheduler::Condition> Simulation::condition() {
  return std::make_unique<Waitable>(*this);
}

void Simulation::at(Time time, std::function<void()> event) {
  events_.emplace(time, std::move(event));
}

void Simulation::breathe() {
  if (current_ == nullptr || chance_.one_in(2)) return;
  current_->fiber->suspend();
}

void Simulation::may_interrupt() {
  if (current_ != nullptr && chance_.one_in(interruption)) current_->fiber->suspend();
}

void Simulation::sleep(microseconds longest) { block(nullptr, now_ + longest); }

void Simulation::block(const Waitable* for_what, std::optional<Time> deadline) {
  Task& self = *current_;
  self.ready = false;
  self.waits_for = for_what;
  self.deadline = deadline;
  self.fiber->suspend();
}

void Simulation::wake(const Waitable& waitable) {
  for (const auto& task : tasks_) {
    if (task->waits_for == &waitable) task->ready = true;
  }
}

void Simulation::wake_due() {
  while (!events_.empty() && events_.begin()->first <= now_) {
    const auto event = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    event();
  }
  for (const auto& task : tasks_) {
    if (task->deadline && *task->deadline <= now_) task->ready = true;
  }
}

/// One of those that could run; null when nobody can.
Simulation::Task* Simulation::pick() {
  choice_.clear();
  for (const auto& task : tasks_) {
    if (task->ready && !held(*task, now_)) choice_.push_back(task.get());
  }
  return choice_.empty() ? nullptr : choice_[chance_.below(choice_.size())];
}

void Simulation::resume(Task& task) {
  task.waits_for = nullptr;
  task.deadline.reset();
  fingerprint_ = (fingerprint_ ^ task.number) * 1099511628211U +
                 static_cast<std::uint64_t>(now_.time_since_epoch().count());
  current_ = &task;
  task.fiber->resume();
  current_ = nullptr;
  if (!task.fiber->ended()) return;
  task.fiber.reset();
  std::erase_if(tasks_, [](const auto& other) { return !other->fiber; });
}

std::optional<Simulation::Time> Simulation::next_event() const {
  std::optional<Time> next;
  const auto sooner = [&](Time time) { next = next ? std::min(*next, time) : time; };
  if (!events_.empty()) sooner(events_.begin()->first);
  for (const auto& task : tasks_) {
    if (!task->ready && !task->deadline) continue;
    Time time = task->ready ? now_ : *task->deadline;
    if (task->not_before != nullptr) time = std::max(time, *task->not_before);
    if (time > now_) sooner(time);
  }
  return next;
}

/// To the next moment at which something is due. False: there is none.
bool Simulation::pass_time() {
  const auto next = next_event();
  if (next) now_ = *next;
  return next.has_value();
}

void Simulation::run(const std::function<void()>& between) {
  const Interruptions interruptions(*this);
  while (!tasks_.empty()) {
    if (++steps_ > most_steps) throw Stuck("the run does not come to an end: " + who_waits());
    wake_due();
    if (wakes_for_no_reason_ && chance_.one_in(for_no_reason)) {
      Task& task = *tasks_[chance_.below(tasks_.size())];
      if (task.waits_for != nullptr) task.ready = true;
    }
    Task* task = pick();
    const auto next = chance_.one_in(slow) ? next_event() : std::nullopt;
    if (next && *next < now_ + slowness) {
      now_ = *next;
    } else if (task != nullptr) {
      now_ += chance_.between(0us, a_step);
      resume(*task);
      between();
    } else if (!pass_time()) {
      throw Stuck("a deadlock: " + who_waits());
    }
  }
}

std::string Simulation::who_waits() const {
  std::string text = std::to_string(tasks_.size()) + " fibers are left";
  for (const auto& task : tasks_) {
    text += ", " + std::to_string(task->number) + (task->ready ? " runs" : " waits") +
            (task->deadline ? " for a time" : "");
  }
  return text;
}

}  // namespace weir::simulation
