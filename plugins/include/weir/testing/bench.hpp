/// The test bench: runs one stage in a unit test, without an engine, through the same C table that
/// the engine calls.
///
///     weir::testing::Bench<Uppercase> bench(R"({"longest": "4"})");
///     const auto result = bench.process({"four", "five!"});
///     EXPECT_EQ(result.passed.at(0).value, "FOUR");
///
/// It keeps the engine's rules: defaults come from the stage's schema, edits count only when
/// process() returned, a batch that was refused comes again at the same positions, memory from
/// keep() lives as long as its batch.
#pragma once

#include <weir/stage.hpp>
#include <weir/testing/config.hpp>
#include <weir/testing/edit.hpp>
#include <weir/testing/emit.hpp>
#include <weir/testing/host.hpp>
#include <weir/testing/web.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::testing {

/// An entry that a lookup showed; a copy.
struct StoredEntry {
  std::string key, document, origin;
  std::int64_t position = 0;
  std::int64_t stored_us = 0;

  bool operator==(const StoredEntry&) const = default;
};

/// What a stage's own lookup answered.
struct LookedUp : StoredEntry {  // the one entry's members, beside the answer
  Answer answer = Answer::unavailable;
  std::uint64_t lease = 0;
  std::string why{};
};
struct Newest {
  Answer answer = Answer::unavailable;
  std::string why{};
  std::vector<StoredEntry> entries{};
};

/// Runs any stage type, a plugin in C as well. For a class of the SDK use Bench<Class>.
/// The constructor creates the stage and throws what it was refused with; the destructor closes,
/// stops and destroys it.
class StageBench {
 public:
  explicit StageBench(const weir_stage_type& type, std::string_view config = "{}",
                      std::filesystem::path its_folder = ".")
      : folder(std::move(its_folder)),
        type_(type),
        host_("test", type.id),
        config_(type.schema, config, folder) {
    host_.on_revoke = [this](std::uint64_t lost_lane, std::chrono::milliseconds) {
      return settle_lane(lost_lane);
    };
    weir_error error{};
    stage_ = type_.create(host_.raw(), config_.raw(), &error);
    if (stage_ == nullptr) throw std::runtime_error(error.text);
  }
  ~StageBench() {
    stop();
    type_.destroy(stage_);
  }
  StageBench(const StageBench&) = delete;
  StageBench& operator=(const StageBench&) = delete;

  const std::filesystem::path folder;  ///< what relative paths of the configuration start from
  std::uint64_t lane = 0;              ///< of the next batch
  std::string origin = "test/orders/0";
  /// Of the next batch's first message; moves on after each batch that was not refused.
  std::int64_t next_position = 0;
  /// Position and code of what steps before have rejected, shown with the next batches.
  std::vector<std::pair<std::int64_t, std::string>> rejected_before{};
  /// What edit.flush() answers; without it, WEIR_OK.
  std::function<weir_status(std::string& why)> on_flush{};

  /// Throws Retry or std::runtime_error when the stage refuses. May be called again after a
  /// refusal.
  void start() {
    if (type_.start != nullptr)
      demand([&](weir_error* error) { return type_.start(stage_, error); });
    started_ = true;
  }
  /// Frees what a source has emitted, closes the workers, then stops the stage: the engine's order.
  void stop() {
    emit_.release_all();
    host_.forget_routes();
    for (auto& [shard, open] : workers_) type_.close(open.worker);
    workers_.clear();
    if (std::exchange(started_, false) && type_.stop != nullptr) type_.stop(stage_);
  }

  // ---- a step

  /// Starts the stage before, if a test did not. Throws as start() does.
  void open(std::uint32_t shard = 0) {
    const std::lock_guard lock(mutex_);
    if (type_.open == nullptr)
      throw std::logic_error(std::string(type_.id) + " is not a step; it has no worker");
    if (!started_) start();
    if (workers_.contains(shard)) return;
    void* worker = nullptr;
    demand([&](weir_error* error) { return type_.open(stage_, shard, &worker, error); });
    workers_[shard].worker = worker;
  }

  Result process(std::vector<Input> inputs) { return process(0, std::move(inputs)); }

  /// Several shards may be processed at once, by one thread each, once they are open.
  Result process(std::uint32_t shard, std::vector<Input> inputs) {
    open(shard);
    auto& [worker, batch] = prepare(shard, std::move(inputs));
    weir_error error{};
    const weir_status status = type_.process(worker, &batch->raw(), &batch->edit(), &error);
    Result result = batch->result(status, error);
    if (!result.ok()) take_back(batch->raw());
    return result;
  }

  /// Tells the step how its shard's last batch ended (weir.settled/1).
  void settle(std::uint32_t shard, bool accepted) {
    const auto* table = offered<weir_settled_1>(WEIR_SETTLED_1);
    const Shard& at = workers_.at(shard);
    table->settled(at.worker, &at.batch->raw(), accepted);
  }
  void settle(bool accepted = true) { settle(0, accepted); }

  void interrupt(std::uint32_t shard = 0) {
    void* worker = nullptr;
    {
      const std::lock_guard lock(mutex_);
      worker = workers_.at(shard).worker;
    }
    if (type_.interrupt != nullptr) type_.interrupt(worker);
  }

  /// Tells the stage that a lane has gone (weir.lanes/1).
  void lost(std::uint64_t lost_lane, std::string_view its_origin) {
    offered<weir_lanes_1>(WEIR_LANES_1)->lost(stage_, lost_lane, view(its_origin));
  }
  /// Tells the step that a lane has come (weir.lanes/1).
  void gained(std::uint64_t its_lane, std::string_view its_origin, std::int64_t next = -1) {
    offered<weir_lanes_1>(WEIR_LANES_1)->gained(stage_, its_lane, view(its_origin), next);
  }

  /// Claims a lane of a step that keeps positions (weir.positions/1). Throws as start() does.
  Claim claim(std::uint64_t its_lane, std::string_view its_origin) {
    if (!started_) start();
    weir_claim claimed{-1, -1, 0};
    demand([&](weir_error* error) {
      return offered<weir_positions_1>(WEIR_POSITIONS_1)
          ->claim(stage_, its_lane, view(its_origin), &claimed, error);
    });
    return {claimed.next, claimed.last, claimed.mark};
  }
  std::vector<std::pair<std::string, std::int64_t>> positions() {
    std::vector<std::pair<std::string, std::int64_t>> all;
    const auto note = [](void* context, weir_view its_origin, std::int64_t next) {
      static_cast<decltype(&all)>(context)->emplace_back(text(its_origin), next);
      return true;
    };
    demand([&](weir_error* error) {
      return offered<weir_positions_1>(WEIR_POSITIONS_1)->each(stage_, note, &all, error);
    });
    return all;
  }

  // ---- a source

  Emitted poll(std::chrono::milliseconds wait = std::chrono::milliseconds(0)) {
    if (type_.poll == nullptr)
      throw std::logic_error(std::string(type_.id) + " is not a source; it has no poll");
    if (!started_) start();
    weir_error error{};
    const weir_status status =
        type_.poll(stage_, &emit_.raw(), static_cast<std::uint32_t>(wait.count()), &error);
    return emit_.taken(status, error);
  }
  void commit(std::uint64_t of_lane, std::int64_t to) {
    demand([&](weir_error* error) { return type_.commit(stage_, of_lane, to, error); });
    committed_[of_lane] = to;
  }
  /// How many messages the lane may still emit; unlimited until it is set.
  void set_room(std::uint64_t of_lane, std::size_t messages) { emit_.set_room(of_lane, messages); }
  /// From now on emit.messages() says that the engine is stopping.
  void set_stopping(bool stopping) { emit_.stopping = stopping; }
  /// Frees the payloads of everything emitted so far, as the engine does once it has settled.
  void release_all() { emit_.release_all(); }
  /// The lanes that the source gave up (weir.lanes/1). What they had emitted was committed first,
  /// as if all had settled.
  const std::vector<std::uint64_t>& revoked() const { return revoked_; }
  /// Answers the source's claims from now on; without it, no step keeps positions.
  void on_claim(std::function<Claim(std::uint64_t, std::string_view)> answer) {
    host_.on_claim = std::move(answer);
  }
  /// What host.positions() shows the stage.
  void keep_positions(std::vector<std::pair<std::string, std::int64_t>> positions) {
    host_.positions = std::move(positions);
  }
  /// What revoke() answers, instead.
  void on_revoke(std::function<weir_status(std::uint64_t, std::chrono::milliseconds)> answer) {
    host_.on_revoke = std::move(answer);
  }

  // ---- extensions

  LookedUp find(std::string_view key) {
    LookedUp found;
    Newest seen;
    weir_error error{};
    const auto* table = offered<weir_lookup_1>(WEIR_LOOKUP_1);
    found.answer =
        static_cast<Answer>(table->find(stage_, view(key), &note, &seen, &found.lease, &error));
    found.why = error.text;
    if (seen.entries.size() != (found.answer == Answer::found ? 1U : 0U)) {
      throw std::logic_error("find showed " + std::to_string(seen.entries.size()) +
                             " entries; one when found, else none");
    }
    if (!seen.entries.empty()) static_cast<StoredEntry&>(found) = seen.entries.front();
    return found;
  }
  Newest latest(std::size_t limit) {
    Newest seen;
    weir_error error{};
    seen.answer = static_cast<Answer>(
        offered<weir_lookup_1>(WEIR_LOOKUP_1)->latest(stage_, limit, &note, &seen, &error));
    seen.why = error.text;
    return seen;
  }
  void fill(std::uint64_t lease, const Entry& entry) {
    const weir_entry raw = entry.raw();
    const auto* table = offered<weir_lookup_1>(WEIR_LOOKUP_1);
    if (table->fill != nullptr) table->fill(stage_, lease, &raw);
  }

  /// A stage that the tested one may ask through host.find, latest and fill.
  void offer(std::string stage, Neighbour neighbour) {
    host_.offer(std::move(stage), std::move(neighbour));
  }
  /// From now on the host does not offer this extension, as an older engine would not.
  void withhold(std::string extension) { host_.withhold(std::move(extension)); }
  /// As if the pipeline had no `http:`.
  void without_http() { host_.serve_http(false); }

  HttpAnswer get(std::string_view target, const HeaderList& headers = {}) {
    return request("GET", target, headers);
  }
  HttpAnswer request(std::string_view method, std::string_view target,
                     const HeaderList& headers = {}) {
    return testing::request(host_.routes(), method, target, headers);
  }
  const std::vector<Route>& routes() const { return host_.routes(); }

  /// A counter's or gauge's value. Throws with the list of series when there is none.
  double metric(const std::string& name, const LabelMap& labels = {}) const {
    return host_.metric(name, labels);
  }
  bool has_metric(const std::string& name, const LabelMap& labels = {}) const {
    return host_.has_metric(name, labels);
  }
  /// What a histogram observed.
  std::vector<double> observations(const std::string& name, const LabelMap& labels = {}) const {
    return host_.observations(name, labels);
  }
  /// The lines so far, each with its level: "warn: the server is away".
  std::vector<std::string> log() const { return host_.log(); }
  /// The configuration with its defaults.
  const Json& config() const { return config_.value(); }

  void* stage() const { return stage_; }

  /// The table of an extension that the stage must offer.
  template <class Extension>
  const Extension* offered(const char* id) const {
    const void* table = type_.extension == nullptr ? nullptr : type_.extension(stage_, id);
    if (table == nullptr) throw std::logic_error(std::string(type_.id) + " does not offer " + id);
    return static_cast<const Extension*>(table);
  }

 private:
  struct Shard {
    void* worker = nullptr;
    std::unique_ptr<detail::TestBatch> batch{};
  };

  template <class Call>
  static void demand(Call call) {
    weir_error error{};
    const weir_status status = call(&error);
    if (status == WEIR_RETRY) throw Retry(error.text);
    if (status == WEIR_FENCED) throw Fenced(error.text);
    if (status != WEIR_OK) throw std::runtime_error(error.text);
  }

  static bool note(void* context, const weir_entry* raw) {
    const Entry entry = Entry::from(*raw);
    static_cast<Newest*>(context)->entries.push_back(
        {std::string(entry.key), std::string(entry.document), std::string(entry.origin),
         entry.position, entry.stored_us});
    return true;
  }

  Shard& prepare(std::uint32_t shard, std::vector<Input> inputs) {
    const std::lock_guard lock(mutex_);
    Shard& at = workers_.at(shard);
    const auto before = reached_.find(lane);
    const bool goes_on = before != reached_.end() && before->second <= next_position;
    const Place place{lane, origin, goes_on ? before->second : next_position, next_position};
    at.batch = std::make_unique<detail::TestBatch>(std::move(inputs), place, rejected_before);
    at.batch->on_flush = on_flush;
    reached_[lane] = next_position = at.batch->raw().commit_to;
    return at;
  }

  /// A refused batch comes again at its old positions, unless another shard has gone on meanwhile.
  void take_back(const weir_batch& batch) {
    const std::lock_guard lock(mutex_);
    if (next_position != batch.commit_to || reached_[batch.lane] != batch.commit_to) return;
    reached_[batch.lane] = batch.first;
    next_position = batch.count == 0 ? batch.commit_to : batch.messages[0].position;
  }

  weir_status settle_lane(std::uint64_t lost_lane) {
    revoked_.push_back(lost_lane);
    const auto to = emit_.reached(lost_lane);
    emit_.forget(lost_lane);
    const auto done = committed_.find(lost_lane);
    if (!to || (done != committed_.end() && done->second >= *to)) return WEIR_OK;
    weir_error error{};
    committed_[lost_lane] = *to;
    return type_.commit(stage_, lost_lane, *to, &error);
  }

  const weir_stage_type& type_;
  TestHost host_;
  GivenConfig config_;
  void* stage_ = nullptr;
  bool started_ = false;
  detail::TestEmit emit_;
  std::map<std::uint64_t, std::int64_t> committed_;  // lane -> where
  std::vector<std::uint64_t> revoked_;
  std::mutex
      mutex_;  // guards workers_, reached_ and the members that say where the next batch stands
  std::map<std::uint32_t, Shard> workers_;
  std::map<std::uint64_t, std::int64_t> reached_;  // lane -> the commit_to of the batch before
};

/// The bench of one stage class.
template <StageClass S>
class Bench : public StageBench {
 public:
  explicit Bench(std::string_view config = "{}", std::filesystem::path its_folder = ".")
      : StageBench(weir::detail::stage_type<S>, config, std::move(its_folder)) {}

  /// The stage itself, for what its table does not show. Not for a class that is its own worker:
  /// there is one per shard.
  S& object() requires(SharesStateWithWorkers<S> || !StepStage<S>) {
    return weir::detail::Table<S>::self(stage());
  }
};

}  // namespace weir::testing
