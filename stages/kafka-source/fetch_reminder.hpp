#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "handles.hpp"

namespace weir::kafka_source {

/// Wakes librdkafka's threads that fetch. Before version 2.2 they see only once a second, or when
/// something wakes them, that a queue that was full has room again: a quick reader would stand
/// still meanwhile. A question to a partition's broker wakes its thread. The answer may take as
/// long as a fetch, so a thread of its own asks.
class FetchReminder {
 public:
  static bool is_needed();

  /// The client must outlive it.
  explicit FetchReminder(rd_kafka_t& client);

  /// Wakes the threads of these partitions' brokers soon. Never blocks; but the destructor may, for
  /// 3 s, where a broker does not answer.
  void wake(Partitions which);

 private:
  void run(const std::stop_token& stop);

  rd_kafka_t& client_;
  std::mutex mutex_;
  std::condition_variable_any asked_;
  Partitions which_;     // guarded by the mutex; null: none
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace weir::kafka_source
