#pragma once

#include "engine/web/readiness.hpp"
#include "engine/web/wire.hpp"

#include <Poco/Runnable.h>
#include <Poco/ThreadPool.h>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

namespace weir::web {

/// The threads that serve connections: as many are free to as the machine has processors, so that
/// each goes from one request to the next without a change of threads. One that waits for a slow
/// client is not free: another one takes its place at once, and within some milliseconds that of
/// one that stays inside a stage; up to `most`. A thread a connection, the plausible choice, is
/// simpler, and spends a third of the processors on changing threads.
class Workers {
 public:
  /// Throws where not even a few threads can be had.
  Workers(Readiness& readiness, int most);

  /// Waits for those that are inside a request. No connection waits any more.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

 private:
  /// A line of its own: its thread writes to it at each request.
  struct alignas(64) Worker : Poco::Runnable, ServingThread {
    explicit Worker(Workers& crew) : workers(crew) {}
    void run() override { workers.work(*this); }
    void waits() override;

    Workers& workers;
    std::atomic<std::uint32_t> turn{0};  ///< odd inside a request, another one at each
    std::uint32_t seen = 0;  ///< by the last look; this and below are written under the mutex
    bool runs = false;
    bool stuck = false;  ///< inside one request for longer than from one look to the next
    bool waiting = false;
    bool free() const { return runs && !stuck && !waiting; }
  };

  void end();
  void work(Worker& worker);
  bool superfluous();
  void wake();
  void look_after();
  bool anybody_serves() const;
  void look();
  void make_up();
  void start(std::size_t count);

  Readiness& readiness_;
  const std::size_t wanted_;  ///< that are free
  Poco::ThreadPool threads_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Worker> workers_;  ///< never fewer: those that have ended are started again
  std::size_t growth_;          ///< how many are started where nobody is free
  bool stopping_ = false;
  std::atomic<std::size_t> surplus_{0};  ///< free ones beyond those that are wanted
  std::atomic<bool> asleep_{false};      ///< nobody looks after them, as nobody serves
  std::jthread looks_after_;
};

}  // namespace weir::web
