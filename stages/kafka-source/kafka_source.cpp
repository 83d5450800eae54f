#include "kafka_source.hpp"

#include <sys/syslog.h>

#include <array>
#include <stdexcept>

#include "client_settings.hpp"
#include "starting_points.hpp"

namespace weir::kafka_source {
namespace {

constexpr std::chrono::seconds commit_wait{3};
constexpr std::chrono::seconds close_wait{3};
constexpr std::chrono::seconds between_measures{1};
constexpr std::chrono::milliseconds between_reminders{50};
constexpr int cluster_wait_ms = 2'000;
// A member that was stopped for a while hears within a heartbeat that its lanes are another's: it
// must not claim them back before that.
constexpr std::chrono::seconds before_rejoining{4};
// The partitions of one poll, which may take 10 s: what is left comes with the next.
constexpr std::chrono::seconds taking_on{2};

KafkaSource& source_of(void* self) { return *static_cast<KafkaSource*>(self); }

}  // namespace

KafkaSource::KafkaSource(const Context& context)
    : host_(context.host),
      settings_(Settings::from(context.config)),
      client_id_("weir-" + std::string(context.host.pipeline())),
      second_reader_(settings_, client_id_, host_),
      log_(context.host),
      rebalances_(
          host_.counter("weir_kafka_rebalances_total", "Assignments taken on or given up.")),
      errors_(host_.counter("weir_kafka_errors_total",
                            "Errors of the client, most of them transient.")),
      assigned_(host_.gauge("weir_kafka_partitions", "Partitions assigned to this instance.")),
      client_errors_(settings_, log_, errors_) {
  client_settings(settings_, client_id_);  // a wrong property is refused before anything runs
}

void KafkaSource::start() {
  closing_ = false;
  rejoin_at_.reset();
  client_errors_.waiting();
  thrown_ = nullptr;
  ClientSettings conf = client_settings(settings_, client_id_);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_rebalance_cb(conf.get(), &on_rebalance);
  rd_kafka_conf_set_error_cb(conf.get(), &on_error);
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);

  std::array<char, 512> why{};
  client_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why.data(), why.size()));
  if (!client_) {
    throw std::runtime_error(std::string("kafka-source cannot make its client: ") + why.data() +
                             "; correct `properties`");
  }
  static_cast<void>(conf.release());  // the client's now
  rd_kafka_poll_set_consumer(client_.get());
  rd_kafka_set_log_queue(client_.get(), nullptr);
  wake_up_.watch(*Queue(rd_kafka_queue_get_consumer(client_.get())));
  commits_ = std::make_unique<OffsetCommits>(*client_, log_, errors_);
  if (FetchReminder::is_needed()) reminder_ = std::make_unique<FetchReminder>(*client_);

  subscribe();
}

void KafkaSource::subscribe() {
  const Partitions topics(
      rd_kafka_topic_partition_list_new(static_cast<int>(settings_.topics.size())));
  for (const auto& topic : settings_.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const auto error = rd_kafka_subscribe(client_.get(), topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("kafka-source cannot subscribe to " + settings_.topics.front() +
                             " ...: " + rd_kafka_err2str(error) + "; correct `topics`");
  }
}

Poll KafkaSource::poll(Emit& emit, std::chrono::milliseconds wait) {
  const auto deadline = Clock::now() + wait;
  for (;;) {
    wake_up_.clear();
    serve_events();
    rejoin_when_due();
    const Reading reading = read_lanes(emit);
    has_read_ = has_read_ || reading == Reading::some;
    remind();
    commits_->serve();
    measure();
    if (reading != Reading::nothing) break;
    const auto pause = pause_until(deadline);
    if (pause.count() <= 0) break;
    wake_up_.wait(pause);
  }
  client_errors_.complain();
  return Poll::more;
}

void KafkaSource::commit(std::uint64_t lane, std::int64_t position) {
  if (commits_) commits_->want(lane, position);
}

std::chrono::milliseconds KafkaSource::pause_until(Clock::time_point deadline) const {
  const auto now = Clock::now();
  if (now >= deadline) return std::chrono::milliseconds(0);
  if (const auto due = commits_->due(); due && *due < deadline) deadline = std::max(*due, now);
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - now),
                  std::chrono::milliseconds(1));
}

void KafkaSource::serve_events() {
  while (const KafkaMessage event{rd_kafka_consumer_poll(client_.get(), 0)}) {
    if (event->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::logic_error("kafka-source found a message in the consumer's own queue, position " +
                             std::to_string(event->offset) +
                             "; this is a fault of the stage, report it");
    }
    client_errors_.on_client(*client_, event->err, rd_kafka_message_errstr(event.get()));
  }
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  answer_rebalance();
}

void KafkaSource::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t what,
                               rd_kafka_topic_partition_list_t* partitions, void* self) noexcept {
  auto& source = source_of(self);
  if (source.closing_) {
    rd_kafka_assign(source.client_.get(), nullptr);
    return;
  }
  const bool assigned = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  source.rebalance_ =
      Rebalance{assigned, Partitions(rd_kafka_topic_partition_list_copy(partitions))};
}

void KafkaSource::on_error(rd_kafka_t*, int error, const char* reason, void* self) noexcept {
  auto& source = source_of(self);
  try {
    source.client_errors_.on_client(*source.client_, static_cast<rd_kafka_resp_err_t>(error),
                                    reason);
  } catch (...) {
    source.thrown_ = std::current_exception();
  }
}

void KafkaSource::on_log(const rd_kafka_t* client, int level, const char* kind,
                         const char* line) noexcept {
  auto& log = source_of(rd_kafka_opaque(client)).log_;
  // What fails in a connection comes as an error as well.
  if (level >= LOG_DEBUG || std::string_view(kind) == "FAIL") return log.debug(line);
  if (level <= LOG_WARNING) return log.warn(kind, line);
  log.info(kind, line);
}

void KafkaSource::answer_rebalance() {
  if (!rebalance_) return;
  if (rebalance_->assigned) {
    take_on(*rebalance_);  // throws Retry: the same again with the next poll
  } else {
    give_up();
  }
  rebalance_.reset();
  rebalances_.add();
  assigned_.set(static_cast<double>(lanes_.size()));
}

void KafkaSource::take_on(Rebalance& assignment) {
  auto& partitions = *assignment.partitions;
  const std::string cluster_id = cluster();
  const auto deadline = Clock::now() + taking_on;
  for (int& done = assignment.taken_on; done < partitions.cnt; ++done) {
    if (Clock::now() > deadline) {
      throw Retry("kafka-source has taken on " + std::to_string(done) + " of " +
                  std::to_string(partitions.cnt) +
                  " partitions and goes on; brokers or the stage "
                  "that keeps positions are slow");
    }
    take_on_one(partitions.elems[done], cluster_id);
  }
  answer(&partitions);
  client_errors_.joined();
  next_measure_ = {};
  host_.info("group \"" + settings_.group + "\" gives this instance " +
             std::to_string(lanes_.size()) + " partitions");
}

void KafkaSource::take_on_one(rd_kafka_topic_partition_t& partition, const std::string& cluster) {
  const std::uint64_t number = next_lane_++;
  std::string origin = cluster + "/" + partition.topic + "/" + std::to_string(partition.partition);
  const auto claim = host_.claim(number, origin);
  const Start start = StartingPoints(*client_, settings_).of(partition, claim);
  partition.offset = start.check ? start.check->position : start.position;
  commits_->add(number, partition.topic, partition.partition);
  lanes_.push_back(std::make_unique<Lane>(*client_, number,
                                          Lane::Place{partition.topic, partition.partition},
                                          std::move(origin), start, host_, wake_up_));
  // A start that nobody has written down yet would be another one after a restart; and Kafka's
  // tools show where the group is.
  commits_->want(number, start.position);
}

/// Nothing of it is read or committed any more. Should the group still count it as ours, joining
/// again brings it back, with a new claim.
void KafkaSource::lost(std::uint64_t lane, std::string_view) {
  if (commits_) commits_->remove(lane);
  std::erase_if(lanes_, [lane](const auto& known) { return known->number() == lane; });
  assigned_.set(static_cast<double>(lanes_.size()));
  if (!rejoin_at_) rejoin_at_ = Clock::now() + before_rejoining;
}

void KafkaSource::rejoin_when_due() {
  if (!rejoin_at_ || rebalance_ || Clock::now() < *rejoin_at_) return;
  rejoin_at_.reset();
  host_.info("joins group \"" + settings_.group + "\" again, to claim its partitions anew");
  subscribe();
}

void KafkaSource::give_up() {
  // What another member may own already is neither waited for nor committed.
  const bool lost = rd_kafka_assignment_lost(client_.get()) != 0;
  const auto deadline = Clock::now() + settings_.drain;
  for (const auto& lane : lanes_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const auto wait =
        lost ? std::chrono::milliseconds(0) : std::max(left, std::chrono::milliseconds(0));
    if (!host_.revoke(lane->number(), wait) && !lost) {
      host_.warn(lane->origin() +
                 " is given up before everything read of it has settled; what is left "
                 "is delivered again to its next owner");
    }
  }
  if (!lost && !commits_->flush(commit_wait)) {
    host_.warn(
        "the last positions could not be committed before the partitions were given up; some "
        "messages are delivered again to their next owners");
  }
  for (const auto& lane : lanes_) commits_->remove(lane->number());
  rejoin_at_.reset();  // the group is about to assign its partitions anew anyway
  if (!lanes_.empty()) {
    host_.info("group \"" + settings_.group + "\" takes back " + std::to_string(lanes_.size()) +
               " partitions" + (lost ? "; the membership was lost" : ""));
  }
  lanes_.clear();
  client_errors_.waiting();
  answer(nullptr);
}

void KafkaSource::answer(const rd_kafka_topic_partition_list_t* partitions) {
  const auto error = rd_kafka_assign(client_.get(), partitions);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR__FATAL) return;
  throw std::runtime_error(std::string("kafka-source cannot set its assignment: ") +
                           rd_kafka_err2str(error) + "; start the pipeline again");
}

std::string KafkaSource::cluster() const {
  char* id = rd_kafka_clusterid(client_.get(), cluster_wait_ms);
  if (id == nullptr) {
    throw Retry(
        "kafka-source cannot learn the cluster's id; it asks again, see whether the brokers are "
        "well");
  }
  std::string copy(id);
  rd_kafka_mem_free(client_.get(), id);
  return copy;
}

Reading KafkaSource::read_lanes(Emit& emit) {
  Reading all = Reading::nothing;
  const std::size_t count = lanes_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Reading one = lanes_[(first_lane_ + i) % count]->read(emit, client_errors_);
    if (one == Reading::some || all == Reading::nothing) all = one;
  }
  if (count > 0) first_lane_ = (first_lane_ + 1) % count;
  return all;
}

/// While messages flow, and their brokers have more.
void KafkaSource::remind() {
  const auto now = Clock::now();
  if (!reminder_ || !has_read_ || now < next_reminder_) return;
  has_read_ = false;
  next_reminder_ = now + between_reminders;
  Partitions unread(rd_kafka_topic_partition_list_new(static_cast<int>(lanes_.size())));
  for (const auto& lane : lanes_) lane->add_if_unread(*unread);
  if (unread->cnt > 0) reminder_->wake(std::move(unread));
}

void KafkaSource::measure() {
  const auto now = Clock::now();
  if (now < next_measure_) return;
  next_measure_ = now + between_measures;
  for (const auto& lane : lanes_) lane->measure(commits_->wanted(lane->number()));
}

void KafkaSource::stop() {
  if (!client_) return;
  if (!lanes_.empty() && !commits_->flush(commit_wait)) {
    host_.warn(
        "the last positions could not be committed before the stop; some messages are delivered "
        "again after the next start");
  }
  reminder_.reset();
  lanes_.clear();
  rebalance_.reset();
  close();
  commits_.reset();
  client_.reset();
  assigned_.set(0);
}

// Leaves the group, so that its other members go on at once. librdkafka's own
// rd_kafka_consumer_close() may wait for a broker that is away as long as the session lasts; this
// one has a deadline.
void KafkaSource::close() {
  closing_ = true;
  const Queue events(rd_kafka_queue_new(client_.get()));
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_.get(), events.get())) {
    rd_kafka_error_destroy(error);
    return;
  }
  const auto deadline = Clock::now() + close_wait;
  while (rd_kafka_consumer_closed(client_.get()) == 0 && Clock::now() < deadline) {
    rd_kafka_queue_poll_callback(events.get(), 50);
  }
}

}  // namespace weir::kafka_source
