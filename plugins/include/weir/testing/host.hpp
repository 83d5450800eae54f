/// The engine's side of a stage in a test: log, metrics, neighbours, routes, lanes.
#pragma once

#include <weir/stage.hpp>
#include <weir/testing/web.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::testing {

using LabelMap = std::map<std::string, std::string>;

/// A fake stage that the tested one may ask. The members have the signatures of a stage's own find,
/// latest and fill. A member that throws, or is not set, answers `unavailable`.
struct Neighbour {
  std::function<Answer(std::string_view key, const Visit& visit, std::uint64_t& lease)> find{};
  std::function<Answer(std::size_t limit, const Visit& visit)> latest{};
  std::function<void(std::uint64_t lease, const Entry& entry)> fill{};
};

/// Behind a `weir_host`. Log and metrics may be used from any thread; the rest is set up before the
/// stage starts.
class TestHost {
 public:
  TestHost(std::string pipeline, std::string stage)
      : pipeline_(std::move(pipeline)), stage_(std::move(stage)), raw_{{}, this} {
    raw_.table = {sizeof(weir_host), view(pipeline_), view(stage_), &log_line, &extension};
  }
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  const weir_host* raw() const { return &raw_.table; }

  std::vector<std::string> log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  double metric(const std::string& name, const LabelMap& labels) const {
    const std::lock_guard lock(mutex_);
    return series(name, labels).value;
  }
  std::vector<double> observations(const std::string& name, const LabelMap& labels) const {
    const std::lock_guard lock(mutex_);
    return series(name, labels).observed;
  }
  bool has_metric(const std::string& name, const LabelMap& labels) const {
    const std::lock_guard lock(mutex_);
    return series_.contains({name, labels});
  }

  void offer(std::string stage, Neighbour neighbour) {
    neighbours_[std::move(stage)] = std::move(neighbour);
  }
  /// From now on the host does not know this extension, as an older engine would not.
  void withhold(std::string id) { withheld_.insert(std::move(id)); }
  void serve_http(bool serves) { serves_http_ = serves; }
  void forget_routes() { routes_.clear(); }
  const std::vector<Route>& routes() const { return routes_; }

  std::function<weir_status(std::uint64_t lane, std::chrono::milliseconds wait)> on_revoke;
  /// Answers a source's claim; without it, no step keeps positions. May throw.
  std::function<Claim(std::uint64_t lane, std::string_view origin)> on_claim;
  std::vector<std::pair<std::string, std::int64_t>> positions;  ///< what host.positions() shows

 private:
  enum class Kind { counter, gauge, histogram };
  struct Series {
    TestHost* host;
    Kind kind;
    std::string name;
    LabelMap labels;
    double value = 0;
    std::vector<double> observed{};
    bool dropped = false;
  };
  struct Raw {  // the table first: a pointer to it is a pointer to this
    weir_host table;
    TestHost* self;
  };

  static TestHost& of(const weir_host* raw) { return *reinterpret_cast<const Raw*>(raw)->self; }

  void note(std::string_view level, std::string_view line) {
    const std::lock_guard lock(mutex_);
    log_.push_back(std::string(level) + ": " + std::string(line));
  }
  static void log_line(const weir_host* raw, weir_level level, weir_view line) {
    static constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
    of(raw).note(names[std::clamp<weir_level>(level, WEIR_DEBUG, WEIR_ERROR)], text(line));
  }

  // ---- weir.metrics/1

  const Series& series(const std::string& name, const LabelMap& labels) const {
    const auto found = series_.find({name, labels});
    if (found != series_.end()) return *found->second;
    std::string known;
    for (const auto& [id, entry] : series_) {
      known += "\n  " + id.first;
      for (const auto& [label, value] : id.second) known += " " + label + "=" + value;
    }
    throw std::runtime_error("the stage has no series " + name +
                             " with these labels; it has:" + known);
  }

  static bool is_metric_name(std::string_view name) {
    const auto letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    };
    return !name.empty() && letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  }

  weir_metric* make(Kind kind, weir_view raw_name, const weir_header* labels, std::size_t count) {
    const std::string name(text(raw_name));
    LabelMap all;
    for (std::size_t i = 0; i < count; ++i)
      all[std::string(text(labels[i].name))] = text(labels[i].value);
    std::unique_lock lock(mutex_);
    const bool other = std::ranges::any_of(series_, [&](const auto& entry) {
      return entry.first.first == name && entry.second->kind != kind;
    });
    if (other || !is_metric_name(name)) {
      lock.unlock();
      note("error", "a metric was refused: " + name);
      return nullptr;
    }
    auto& made = series_[{name, all}];
    if (!made) made = std::make_shared<Series>(Series{this, kind, name, all});
    ever_.push_back(made);
    return reinterpret_cast<weir_metric*>(made.get());
  }

  template <class Change>
  static void change(weir_metric* metric, Change apply) {
    if (metric == nullptr) return;
    auto& series = *reinterpret_cast<Series*>(metric);
    if (series.dropped)
      return series.host->note("error", "a dropped metric was used: " + series.name);
    const std::lock_guard lock(series.host->mutex_);
    apply(series);
  }

  static const weir_metrics_1* metrics_table() {
    static constexpr weir_metrics_1 table{
        sizeof(weir_metrics_1),
        [](const weir_host* raw, weir_view name, weir_view, const weir_header* labels,
           std::size_t count) { return of(raw).make(Kind::counter, name, labels, count); },
        [](const weir_host* raw, weir_view name, weir_view, const weir_header* labels,
           std::size_t count) { return of(raw).make(Kind::gauge, name, labels, count); },
        [](const weir_host* raw, weir_view name, weir_view, const weir_header* labels,
           std::size_t count, const double*,
           std::size_t) { return of(raw).make(Kind::histogram, name, labels, count); },
        [](weir_metric* metric, double amount) {
          change(metric, [=](Series& s) { s.value += amount; });
        },
        [](weir_metric* metric, double value) {
          change(metric, [=](Series& s) { s.value = value; });
        },
        [](weir_metric* metric, double value) {
          change(metric, [=](Series& s) { s.observed.push_back(value); });
        },
        [](weir_metric* metric) {
          change(metric, [](Series& s) {
            s.dropped = true;
            s.host->series_.erase({s.name, s.labels});
          });
        }};
    return &table;
  }

  // ---- weir.lookup/1

  /// Calls one member of a neighbour; what it throws becomes `unavailable`, as behind a real
  /// stage's barrier.
  template <class Member, class... Arguments>
  static weir_answer ask(const weir_host* raw, weir_view stage, Member member, weir_error* error,
                         Arguments&&... arguments) {
    Answer answer = Answer::unavailable;
    weir::detail::guarded(error, [&] {
      const auto& all = of(raw).neighbours_;
      const auto found = all.find(std::string(text(stage)));
      if (found == all.end() || !(found->second.*member)) {
        throw std::runtime_error("the pipeline has no stage `" + std::string(text(stage)) +
                                 "` that can be asked");
      }
      answer = (found->second.*member)(std::forward<Arguments>(arguments)...);
    });
    return static_cast<weir_answer>(answer);
  }

  static const weir_lookup_host_1* lookup_table() {
    static constexpr weir_lookup_host_1 table{
        sizeof(weir_lookup_host_1),
        [](const weir_host* raw, weir_view stage, weir_view key, weir_visit visit, void* context,
           std::uint64_t* lease, weir_error* error) {
          *lease = 0;
          return ask(raw, stage, &Neighbour::find, error, text(key), Visit(visit, context), *lease);
        },
        [](const weir_host* raw, weir_view stage, std::size_t limit, weir_visit visit,
           void* context, weir_error* error) {
          return ask(raw, stage, &Neighbour::latest, error, limit, Visit(visit, context));
        },
        [](const weir_host* raw, weir_view stage, std::uint64_t lease, const weir_entry* entry) {
          const auto found = of(raw).neighbours_.find(std::string(text(stage)));
          if (found == of(raw).neighbours_.end() || !found->second.fill) return;
          found->second.fill(lease, Entry::from(*entry));
        }};
    return &table;
  }

  // ---- weir.positions/1

  static weir_status claim(const weir_host* raw, std::uint64_t lane, weir_view origin, bool* kept,
                           weir_claim* out, weir_error* error) {
    return weir::detail::guarded(error, [&] {
      *kept = static_cast<bool>(of(raw).on_claim);
      if (!*kept) return;
      const Claim claim = of(raw).on_claim(lane, text(origin));
      *out = {claim.next, claim.last, claim.mark};
    });
  }
  static weir_status each(const weir_host* raw, weir_visit_position visit, void* context,
                          weir_error*) {
    for (const auto& [origin, next] : of(raw).positions) {
      if (!visit(context, view(origin), next)) break;
    }
    return WEIR_OK;
  }
  static std::uint64_t mark(const weir_message* message) {
    return std::hash<std::string_view>{}(text(message->value));
  }

  // ---- weir.http/1 and weir.lanes/1

  static weir_status route(const weir_host* raw, weir_view pattern, weir_http_handler handler,
                           void* self, weir_error* error) {
    return weir::detail::guarded(error, [&] {
      TestHost& host = of(raw);
      if (!host.serves_http_) throw std::runtime_error("the pipeline has no `http:`; add one");
      const std::string wanted(text(pattern));
      if (std::ranges::any_of(host.routes_,
                              [&](const Route& other) { return other.pattern == wanted; })) {
        throw std::runtime_error("the route " + wanted + " is taken; choose another");
      }
      host.routes_.push_back({wanted, handler, self});
    });
  }
  static weir_status revoke(const weir_host* raw, std::uint64_t lane, std::uint32_t wait_ms) {
    TestHost& host = of(raw);
    return host.on_revoke ? host.on_revoke(lane, std::chrono::milliseconds(wait_ms))
                          : weir_status{WEIR_OK};
  }

  static const void* extension(const weir_host* raw, const char* id) {
    static constexpr weir_http_1 http{sizeof(weir_http_1), &route};
    static constexpr weir_lanes_host_1 lanes{sizeof(weir_lanes_host_1), &revoke};
    static constexpr weir_positions_host_1 positions_table{sizeof(weir_positions_host_1), &claim,
                                                           &each, &mark};
    const std::string_view wanted(id);
    if (of(raw).withheld_.contains(std::string(wanted))) return nullptr;
    if (wanted == WEIR_METRICS_1) return metrics_table();
    if (wanted == WEIR_LOOKUP_1) return lookup_table();
    if (wanted == WEIR_HTTP_1) return &http;
    if (wanted == WEIR_LANES_1) return &lanes;
    if (wanted == WEIR_POSITIONS_1) return &positions_table;
    return nullptr;
  }

  std::string pipeline_;
  std::string stage_;
  Raw raw_;
  mutable std::mutex mutex_;  // guards log_, series_ and ever_
  std::vector<std::string> log_;
  std::map<std::pair<std::string, LabelMap>, std::shared_ptr<Series>> series_;
  std::vector<std::shared_ptr<Series>>
      ever_;  // dropped ones too, so that a use after drop is seen and not a crash
  std::map<std::string, Neighbour> neighbours_;
  std::set<std::string> withheld_;
  bool serves_http_ = true;
  std::vector<Route> routes_;
};

}  // namespace weir::testing
