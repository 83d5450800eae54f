#include "second_reader.hpp"

#include <regex.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include "ask_again.hpp"
#include "client_settings.hpp"
#include "fetch_reminder.hpp"
#include "fetched.hpp"
#include "partition_range.hpp"

namespace weir::kafka_source {
namespace {

using Clock = std::chrono::steady_clock;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Release<rd_kafka_metadata_destroy>>;

// A call that asks the brokers for several things ends within the 10 s that it may take.
constexpr int broker_wait_ms = 2'000;
constexpr std::chrono::seconds asking{8};
// Without a message for so long, reading comes back.
constexpr std::chrono::seconds longest_silence{6};
// What is shown at once: the visitor's own work, such as a query, is worth many messages.
constexpr std::size_t slice_bytes = 4 * 1024 * 1024;
constexpr std::size_t slice_messages = 1'000;
constexpr int gap_ms = 100;  // between two messages of one slice

std::string cluster_of(rd_kafka_t& client) {
  char* id = rd_kafka_clusterid(&client, broker_wait_ms);
  if (id == nullptr) ask_again("the cluster's id", "no broker answers");
  std::string copy(id);
  rd_kafka_mem_free(&client, id);
  return copy;
}

/// A regular expression as librdkafka reads those of a subscription.
bool matches(const std::string& pattern, const std::string& topic) {
  regex_t compiled{};
  if (::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return false;
  const bool found = ::regexec(&compiled, topic.c_str(), 0, nullptr, 0) == 0;
  ::regfree(&compiled);
  return found;
}

void begin_at(rd_kafka_t& client, const std::string& topic, std::int32_t partition,
              std::int64_t position) {
  const Partitions list = one_partition(topic.c_str(), partition, position);
  const auto error = rd_kafka_assign(&client, list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    ask_again("what " + topic + "/" + std::to_string(partition) + " holds",
              rd_kafka_err2str(error));
}

/// Takes messages up to a position out of a client, slice by slice.
class Stream {
 public:
  /// The client reads that partition alone, and outlives this.
  Stream(rd_kafka_t& client, const std::string& topic, std::int32_t partition, std::int64_t to)
      : client_(client), topic_(topic), partition_(partition), to_(to) {
    if (FetchReminder::is_needed()) reminder_.emplace(client);
  }

  /// The next messages; none when nothing came for a while, or when all were seen.
  Fetched next() {
    if (reminder_) reminder_->wake(one_partition(topic_.c_str(), partition_, RD_KAFKA_OFFSET_END));
    Fetched slice;
    auto deadline = Clock::now() + longest_silence;
    while (!ended_ && Clock::now() < deadline && slice.messages.size() < slice_messages &&
           slice.bytes < slice_bytes) {
      KafkaMessage message(rd_kafka_consumer_poll(&client_, gap_ms));
      if (message) {
        take(std::move(message), slice);
      } else if (!slice.messages.empty()) {
        break;
      }
    }
    slice.close();
    return slice;
  }
  bool ended() const { return ended_; }
  const std::string& why() const { return why_; }

 private:
  void take(KafkaMessage message, Fetched& slice) {
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ended_ = true;
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      why_ = rd_kafka_message_errstr(message.get());  // librdkafka mends most by itself
    } else if (message->offset < to_) {
      ended_ = message->offset == to_ - 1;
      slice.add(std::move(message));
    } else {
      ended_ = true;
    }
  }

  rd_kafka_t& client_;
  std::string topic_;
  std::int32_t partition_;
  std::int64_t to_;
  std::optional<FetchReminder> reminder_;
  bool ended_ = false;
  std::string why_ = "no broker sends anything";
};

}  // namespace

void SecondReader::on_log(const rd_kafka_t* client, int, const char*, const char* line) noexcept {
  static_cast<const SecondReader*>(rd_kafka_opaque(client))->host_.debug(line);
}

Client SecondReader::connect() const {
  ClientSettings conf = client_settings(settings_, client_id_ + "-again");
  rd_kafka_conf_set(conf.get(), "enable.partition.eof", "true", nullptr, 0);
  rd_kafka_conf_set(conf.get(), "log.queue", "false", nullptr, 0);
  rd_kafka_conf_set_opaque(conf.get(), const_cast<SecondReader*>(this));
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);
  std::array<char, 512> why{};
  Client client(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why.data(), why.size()));
  if (!client) {
    throw std::runtime_error(std::string("kafka-source cannot make its client: ") + why.data() +
                             "; correct `properties`");
  }
  static_cast<void>(conf.release());  // the client's now
  rd_kafka_poll_set_consumer(client.get());
  return client;
}

void SecondReader::lanes(VisitExtent visit) const {
  const auto deadline = Clock::now() + asking;
  const Client client = connect();
  const std::string cluster = cluster_of(*client);
  struct Found {
    std::string origin;
    PartitionRange range;
  };
  std::vector<Found> all;  // shown only once they are all known
  for (const Place& place : places(*client)) {
    if (Clock::now() > deadline) ask_again("all partitions", "the brokers are slow");
    all.push_back({cluster + "/" + place.topic + "/" + std::to_string(place.partition),
                   partition_range(*client, place.topic.c_str(), place.partition)});
  }
  for (const auto& [origin, range] : all) {
    if (!visit({.origin = origin, .first = range.oldest, .end = range.next})) return;
  }
}

std::vector<SecondReader::Place> SecondReader::places(rd_kafka_t& client) const {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto error = rd_kafka_metadata(&client, 1, nullptr, &raw, broker_wait_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    ask_again("which topics there are", rd_kafka_err2str(error));
  const Metadata metadata(raw);
  std::vector<Place> all;
  std::set<std::string> missing(settings_.topics.begin(), settings_.topics.end());
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& topic = metadata->topics[i];
    if (!wanted(topic.topic)) continue;
    missing.erase(topic.topic);
    for (int j = 0; j < topic.partition_cnt; ++j)
      all.push_back({.topic = topic.topic, .partition = topic.partitions[j].id});
  }
  std::erase_if(missing, [](const std::string& topic) { return topic.starts_with('^'); });
  if (!missing.empty())
    throw Retry("kafka-source finds no topic " + *missing.begin() + " at " + settings_.brokers +
                "; make the topic, or correct `topics`");
  return all;
}

bool SecondReader::wanted(const std::string& topic) const {
  return std::ranges::any_of(settings_.topics, [&](const std::string& given) {
    return given.starts_with('^') ? matches(given, topic) : given == topic;
  });
}

SecondReader::Place SecondReader::place_of(std::string_view origin) {
  Place place;
  const auto last = origin.rfind('/');
  const auto first =
      last == std::string_view::npos || last == 0 ? last : origin.rfind('/', last - 1);
  const char* end = origin.data() + origin.size();
  if (first == std::string_view::npos || last == first ||
      std::from_chars(origin.data() + last + 1, end, place.partition).ptr != end) {
    throw std::runtime_error("kafka-source has no lane \"" + std::string(origin) +
                             "\"; ask for one of those that it lists");
  }
  place.cluster = origin.substr(0, first);
  place.topic = origin.substr(first + 1, last - first - 1);
  return place;
}

std::int64_t SecondReader::read(std::string_view origin, std::int64_t from, std::int64_t to,
                                VisitMessages visit) const {
  const Place place = place_of(origin);
  const Client client = connect();
  if (const std::string cluster = cluster_of(*client); cluster != place.cluster) {
    throw std::runtime_error("the lane " + std::string(origin) + " is not of the cluster at " +
                             settings_.brokers + ", which is " + cluster + "; correct `brokers`");
  }
  const PartitionRange there = partition_range(*client, place.topic.c_str(), place.partition);
  std::int64_t next = std::max(from, there.oldest);
  if (next >= std::min(to, there.next)) return to;
  begin_at(*client, place.topic, place.partition, next);

  Stream stream(*client, place.topic, place.partition, to);
  for (bool any = false;; any = true) {
    const Fetched slice = stream.next();
    if (!slice.messages.empty()) {
      next = slice.commit_to;
      if (!visit(slice.messages)) return next;
    }
    if (stream.ended()) return to;
    if (!slice.messages.empty()) continue;
    if (any) return next;
    ask_again("what " + std::string(origin) + " holds from " + std::to_string(next) + " on",
              stream.why());
  }
}

}  // namespace weir::kafka_source
