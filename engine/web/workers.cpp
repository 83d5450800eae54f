#include "engine/web/workers.hpp"

#include "engine/web/connection.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace weir::web {
namespace {

constexpr int idle_thread_seconds = 60;
constexpr int stack_bytes = 512 * 1024;  // address space, not memory; handlers of stages run on it
/// Longer than the scheduler has a thread wait that could run: such a one is not stuck.
constexpr std::chrono::milliseconds between_looks{5};
constexpr int looks_before_sleep = 20;

}  // namespace

Workers::Workers(Readiness& readiness, int most)
    : readiness_(readiness),
      wanted_(std::max(2u, std::thread::hardware_concurrency())),
      threads_("web", static_cast<int>(wanted_), std::max(most, static_cast<int>(wanted_)),
               idle_thread_seconds, stack_bytes),
      growth_(wanted_) {
  try {
    start(wanted_);
    looks_after_ = std::jthread([this] { look_after(); });
  } catch (...) {  // those that have begun must not outlive what they use
    end();
    throw;
  }
}

Workers::~Workers() { end(); }

void Workers::end() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  if (looks_after_.joinable()) looks_after_.join();
  readiness_.stop();
  threads_.joinAll();
}

void Workers::Worker::waits() {
  if (waiting) return;
  const std::lock_guard lock(workers.mutex_);
  waiting = true;
  workers.make_up();
}

void Workers::work(Worker& worker) {
  while (auto connection = readiness_.next()) {
    worker.turn.fetch_add(1);
    if (asleep_.load()) wake();
    try {
      if (connection->serve(worker)) readiness_.await(std::move(connection));
    } catch (...) {  // no memory: the connection ends
    }
    connection.reset();
    worker.turn.fetch_add(1, std::memory_order_relaxed);
    if (worker.waiting) {
      const std::lock_guard lock(mutex_);
      worker.waiting = false;
    }
    if (superfluous()) break;
  }
  const std::lock_guard lock(mutex_);
  worker.runs = false;
}

bool Workers::superfluous() {
  std::size_t surplus = surplus_.load(std::memory_order_relaxed);
  while (surplus > 0)
    if (surplus_.compare_exchange_weak(surplus, surplus - 1, std::memory_order_relaxed))
      return true;
  return false;
}

void Workers::wake() {
  {
    const std::lock_guard lock(mutex_);
    asleep_.store(false);
  }
  woken_.notify_one();
}

void Workers::look_after() {
  std::unique_lock lock(mutex_);
  for (int quiet = 0; !stopping_; quiet = anybody_serves() ? 0 : quiet + 1) {
    if (quiet < looks_before_sleep) {
      woken_.wait_for(lock, between_looks, [this] { return stopping_; });
    } else {
      asleep_.store(true);  // first: who begins from here on wakes us
      if (!anybody_serves()) woken_.wait(lock, [this] { return stopping_ || !asleep_.load(); });
      asleep_.store(false);
    }
    look();
  }
}

bool Workers::anybody_serves() const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return worker.turn.load() % 2 == 1; });
}

void Workers::look() {
  for (Worker& worker : workers_) {
    const std::uint32_t turn = worker.turn.load(std::memory_order_relaxed);
    worker.stuck = turn % 2 == 1 && turn == worker.seen;
    worker.seen = turn;
  }
  make_up();
}

/// Has others come for those that are not free.
void Workers::make_up() {
  const auto free = static_cast<std::size_t>(std::count_if(
      workers_.begin(), workers_.end(), [](const Worker& worker) { return worker.free(); }));
  surplus_.store(free - std::min(free, wanted_), std::memory_order_relaxed);
  if (free >= wanted_ || stopping_) return;
  // Many may wait for the few that are started: twice as many each time that nobody is free.
  const std::size_t more = free > 0 ? wanted_ - free : growth_;
  growth_ = free > 0 ? wanted_ : std::min<std::size_t>(growth_ * 2, 64);
  try {
    start(more);
  } catch (const std::exception&) {  // no more threads to be had now: perhaps at the next look
  }
}

void Workers::start(std::size_t count) {
  for (std::size_t started = 0; started < count; ++started) {
    auto idle = std::find_if(workers_.begin(), workers_.end(),
                             [](const Worker& worker) { return !worker.runs; });
    Worker& worker = idle == workers_.end() ? workers_.emplace_back(*this) : *idle;
    threads_.start(worker);
    worker.runs = true;
    worker.stuck = false;
  }
}

}  // namespace weir::web
