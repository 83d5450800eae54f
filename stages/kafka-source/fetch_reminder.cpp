#include "fetch_reminder.hpp"

#include <cstddef>
#include <utility>

namespace weir::kafka_source {
namespace {

constexpr int longest_answer_ms = 3'000;

}  // namespace

bool FetchReminder::is_needed() {
  const ClientSettings defaults(rd_kafka_conf_new());
  std::size_t size = 0;
  return rd_kafka_conf_get(defaults.get(), "fetch.queue.backoff.ms", nullptr, &size) !=
         RD_KAFKA_CONF_OK;
}

FetchReminder::FetchReminder(rd_kafka_t& client)
    : client_(client), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void FetchReminder::wake(Partitions which) {
  {
    const std::lock_guard lock(mutex_);
    which_ = std::move(which);
  }
  asked_.notify_one();
}

void FetchReminder::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (asked_.wait(lock, stop, [this] { return which_ != nullptr; })) {
    const Partitions which = std::exchange(which_, nullptr);
    lock.unlock();
    // Of all questions that may be asked of a partition's broker this is the one that gives up in
    // time. Nobody wants to know what it answers.
    static_cast<void>(rd_kafka_offsets_for_times(&client_, which.get(), longest_answer_ms));
    lock.lock();
  }
}

}  // namespace weir::kafka_source
