#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>

namespace weir::kafka_source {

/// Sleeps until one of many queues is no longer empty: librdkafka writes to an eventfd, the source
/// waits for it. Used by the source's thread; librdkafka's threads only write. Must outlive the
/// client whose queues it watches.
class WakeUp {
 public:
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  void watch(rd_kafka_queue_t& queue) const;
  static void forget(rd_kafka_queue_t& queue);

  /// To be called before the queues are read, so that what arrives after the reading still wakes.
  void clear() const;
  void wait(std::chrono::milliseconds longest) const;

 private:
  int event_;
};

}  // namespace weir::kafka_source
