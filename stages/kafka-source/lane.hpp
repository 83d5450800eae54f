#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <weir/stage.hpp>

#include "client_errors.hpp"
#include "fetched.hpp"
#include "handles.hpp"
#include "starting_points.hpp"
#include "wake_up.hpp"

namespace weir::kafka_source {

/// What reading a lane has come to.
enum class Reading {
  nothing,  ///< no message waits
  some,     ///< a slice was handed over
  held_up,  ///< messages wait, and the engine has no room for them
};

/// One partition while it is assigned: its own queue, its number and the place where it goes on.
/// Used by the source's thread. Must be gone before the client is.
class Lane {
 public:
  struct Place {
    std::string topic;
    std::int32_t partition = 0;
  };

  /// Takes the partition's queue out of the consumer's. To be done before the assignment is
  /// confirmed: afterwards the first messages might go astray into the consumer's queue.
  Lane(rd_kafka_t& client, std::uint64_t number, Place place, std::string origin,
       const Start& start, const Host& host, const WakeUp& wake_up);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  std::uint64_t number() const { return number_; }
  const std::string& origin() const { return origin_; }

  /// Hands at most one slice to the engine. Errors of the partition go to `errors`.
  Reading read(Emit& emit, ClientErrors& errors);

  /// Adds the partition where its broker is known to have messages that are not here yet.
  void add_if_unread(rd_kafka_topic_partition_list_t& partitions) const;

  /// Brings the gauges up to date.
  void measure(std::int64_t committed);

 private:
  std::unique_ptr<Fetched> fetch(std::size_t room, ClientErrors& errors);
  Reading hand_over(Emit& emit);
  Reading announce(Emit& emit);
  bool is_the_one_before(const rd_kafka_message_t& message);
  std::int64_t known_end() const;
  [[noreturn]] void refuse_other_messages(const std::string& why) const;

  rd_kafka_t& client_;
  std::uint64_t number_;
  Place place_;
  std::string origin_;
  Start start_;        // its check is gone once it was made
  std::int64_t next_;  // position of the next message to read
  Host host_;
  Queue queue_;
  std::unique_ptr<Fetched> in_hand_;  // read, but not taken by the engine
  KafkaMessage error_;                // came behind messages that are to be handed over first
  Metric messages_, bytes_, position_, committed_, lag_;
};

}  // namespace weir::kafka_source
