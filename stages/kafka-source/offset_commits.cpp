#include "offset_commits.hpp"

#include <algorithm>
#include <span>
#include <thread>

namespace weir::kafka_source {
namespace {

constexpr std::chrono::milliseconds gather{200};
constexpr std::chrono::seconds pause_after_failure{1};
constexpr std::chrono::milliseconds pause_in_flush{100};

// The group has moved on without this member: asking again would not help.
bool hopeless(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
         error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
         error == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID || error == RD_KAFKA_RESP_ERR__FATAL;
}

}  // namespace

OffsetCommits::OffsetCommits(rd_kafka_t& client, QuietLog& log, Metric errors)
    : client_(client), log_(log), errors_(errors), answers_(rd_kafka_queue_new(&client)) {}

void OffsetCommits::add(std::uint64_t lane, std::string topic, std::int32_t partition) {
  places_.insert_or_assign(lane, Place{.topic = std::move(topic), .partition = partition});
}

void OffsetCommits::want(std::uint64_t lane, std::int64_t position) {
  const auto found = places_.find(lane);
  if (found == places_.end()) return;
  found->second.wanted = std::max(found->second.wanted, position);
}

std::int64_t OffsetCommits::wanted(std::uint64_t lane) const {
  const auto found = places_.find(lane);
  return found == places_.end() ? -1 : found->second.wanted;
}

bool OffsetCommits::pending() const {
  return std::ranges::any_of(
      places_, [](const auto& entry) { return entry.second.wanted > entry.second.written; });
}

void OffsetCommits::serve() {
  if (under_way_) take_answer(std::chrono::milliseconds(0));
  if (!under_way_ && pending() && Clock::now() >= next_send_) send();
}

std::optional<OffsetCommits::Clock::time_point> OffsetCommits::due() const {
  if (under_way_ || !pending()) return std::nullopt;
  return next_send_;
}

bool OffsetCommits::flush(std::chrono::milliseconds wait) {
  const auto deadline = Clock::now() + wait;
  while (under_way_ || pending()) {
    if (!under_way_) send();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    if (under_way_) take_answer(left);
    if (hopeless(last_error_)) return false;
    if (last_error_ != RD_KAFKA_RESP_ERR_NO_ERROR)
      std::this_thread::sleep_for(std::min(left, pause_in_flush));
  }
  return true;
}

void OffsetCommits::send() {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(places_.size())));
  for (const auto& [lane, place] : places_) {
    if (place.wanted <= place.written) continue;
    rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)->offset =
        place.wanted;
  }
  next_send_ = Clock::now() + gather;
  last_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  const auto error = rd_kafka_commit_queue(&client_, list.get(), answers_.get(), nullptr, nullptr);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    under_way_ = true;
  } else {
    failed(error);
  }
}

void OffsetCommits::take_answer(std::chrono::milliseconds wait) {
  const KafkaEvent event(rd_kafka_queue_poll(answers_.get(), static_cast<int>(wait.count())));
  if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT) return;
  under_way_ = false;
  auto error = rd_kafka_event_error(event.get());
  const auto* list = rd_kafka_event_topic_partition_list(event.get());
  if (list != nullptr && error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    for (const auto& done : std::span(list->elems, static_cast<std::size_t>(list->cnt))) {
      if (done.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        note_written(done);
      } else {
        error = done.err;
      }
    }
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) failed(error);
}

void OffsetCommits::note_written(const rd_kafka_topic_partition_t& done) {
  for (auto& [lane, place] : places_) {
    if (place.partition != done.partition || place.topic != done.topic) continue;
    place.written = std::max(place.written, done.offset);
  }
}

void OffsetCommits::failed(rd_kafka_resp_err_t error) {
  last_error_ = error;
  errors_.add();
  next_send_ = Clock::now() + pause_after_failure;
  log_.warn("commit", std::string("the brokers did not take the committed offsets: ") +
                          rd_kafka_err2str(error) + "; they are sent again");
}

}  // namespace weir::kafka_source
