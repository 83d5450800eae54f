#include "client_errors.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace weir::kafka_source {
namespace {

struct Advice {
  rd_kafka_resp_err_t error;
  const char* advice;
};

// They may heal without the pipeline: somebody starts a broker, makes a topic, grants a right.
constexpr std::array obstacles{
    Advice{RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "start a broker, or correct `brokers`"},
    Advice{RD_KAFKA_RESP_ERR__RESOLVE, "correct `brokers`"},
    Advice{RD_KAFKA_RESP_ERR__AUTHENTICATION, "correct the user and password under `properties`"},
    Advice{RD_KAFKA_RESP_ERR__SSL, "correct the certificates under `properties`"},
    Advice{RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
           "correct the user and password under `properties`"},
    Advice{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "make the topic, or correct `topics`"},
    Advice{RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, "make the topic, or correct `topics`"},
    Advice{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, "make the topic, or correct `topics`"},
    Advice{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "grant READ on the topic to this user"},
    Advice{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, "grant READ on the group to this user"},
    Advice{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "grant this user access to the cluster"},
    Advice{RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL,
           "the group's other members assign partitions otherwise than by range: choose another "
           "`group`"},
    Advice{RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED, "the group is full: stop another member"},
};

constexpr std::array dead_ends{
    Advice{RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
           "another consumer runs with the same `instance` in this group: give each its own"},
    Advice{RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT,
           "the brokers allow no such `session.timeout.ms`: correct it under `properties`"},
    Advice{RD_KAFKA_RESP_ERR_INVALID_GROUP_ID, "correct `group`"},
    Advice{RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, "these brokers are too old for this client"},
};

template <std::size_t N>
const char* find(const std::array<Advice, N>& all, rd_kafka_resp_err_t error) {
  const auto found = std::ranges::find(all, error, &Advice::error);
  return found == all.end() ? nullptr : found->advice;
}

}  // namespace

void ClientErrors::on_client(rd_kafka_t& client, rd_kafka_resp_err_t error,
                             std::string_view reason) {
  errors_.add();
  std::string text(reason);
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> why{};
    error = rd_kafka_fatal_error(&client, why.data(), why.size());
    text = why.data();
    const char* advice = find(dead_ends, error);
    throw std::runtime_error("kafka-source's client has failed: " + text + "; " +
                             (advice != nullptr ? advice : "start the pipeline again"));
  }
  if (const char* advice = find(dead_ends, error)) {
    throw std::runtime_error("kafka-source cannot join group \"" + settings_.group + "\": " + text +
                             "; " + advice);
  }
  if (error == RD_KAFKA_RESP_ERR__TRANSPORT) unreachable_why_ = text;
  if (const char* advice = find(obstacles, error)) {
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
      text = "no broker of " + settings_.brokers + " can be reached";
      if (!unreachable_why_.empty()) text += " (" + unreachable_why_ + ")";
    }
    text = text + "; " + advice;
    obstacle_ = text;
  }
  if (waiting_) {
    log_.debug(text);  // the engine tells why the source waits
  } else {
    log_.warn(rd_kafka_err2name(error), text);
  }
}

void ClientErrors::on_partition(rd_kafka_resp_err_t error, std::string_view reason,
                                const std::string& origin, std::int64_t position, bool kept) {
  errors_.add();
  const std::string text(reason);
  if (error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
      error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    throw std::runtime_error(
        origin + " has no message at position " + std::to_string(position) + " any more (" + text +
        "): messages were deleted before they were read, or the topic was made anew. Nothing is "
        "skipped silently: " +
        (kept ? std::string(advice_for_kept_position)
              : "set the offset of group \"" + settings_.group +
                    "\" with Kafka's tools, or choose another `group` and its `start`"));
  }
  const char* advice = find(obstacles, error);
  log_.warn(rd_kafka_err2name(error), origin + ": " + text + (advice != nullptr ? "; " : "") +
                                          (advice != nullptr ? advice : ""));
}

void ClientErrors::joined() {
  waiting_ = false;
  obstacle_.clear();
}

void ClientErrors::waiting() {
  waiting_ = true;
  since_ = std::chrono::steady_clock::now();
}

void ClientErrors::complain() const {
  constexpr std::chrono::seconds grace{5};
  if (!waiting_ || obstacle_.empty()) return;
  if (std::chrono::steady_clock::now() - since_ < grace) return;
  throw Retry("kafka-source waits for its partitions: " + obstacle_);
}

}  // namespace weir::kafka_source
