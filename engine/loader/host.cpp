#include "engine/loader/host.hpp"

#include "engine/loader/mark.hpp"
#include "engine/loader/text.hpp"

#include <weir/ext/lanes.h>
#include <weir/ext/metrics.h>

#include <exception>
#include <string>
#include <utility>

namespace weir {
namespace {

Level level_of(weir_level level) {
  switch (level) {
    case WEIR_DEBUG:
      return Level::debug;
    case WEIR_INFO:
      return Level::info;
    case WEIR_WARN:
      return Level::warn;
    default:
      return Level::error;  // a plugin may send any number
  }
}

void log_line(const weir_host* raw, weir_level level, weir_view line) {
  const Host& host = Host::of(raw);
  host.log().line(level_of(level), host.who(), text(line));
}

// ---- weir.metrics/1: a weir_metric is a Series
// -------------------------------------------------------------------------

template <class Make>
weir_metric* series(const weir_host* raw, weir_view name, const weir_header* labels,
                    std::size_t count, Make make) noexcept {
  const Host& host = Host::of(raw);
  try {
    MetricLabels all{{"pipeline", host.pipeline()}, {"stage", host.stage()}};
    for (std::size_t i = 0; i < count; ++i)
      all.insert_or_assign(std::string(text(labels[i].name)), std::string(text(labels[i].value)));
    Series& made = make(host, std::string(text(name)), all);
    return reinterpret_cast<weir_metric*>(&made);
  } catch (const std::exception& e) {
    host.log().error(host.who(), std::string("a metric was refused: ") + e.what());
    return nullptr;
  }
}

Series& series_of(weir_metric* metric) { return *reinterpret_cast<Series*>(metric); }

constexpr weir_metrics_1 metrics_table{
    .size = sizeof(weir_metrics_1),
    .counter =
        [](const weir_host* raw, weir_view name, weir_view help, const weir_header* labels,
           std::size_t count) {
          return series(
              raw, name, labels, count,
              [&](const Host& host, const std::string& named, const MetricLabels& all) -> Series& {
                return host.metrics().counter(named, std::string(text(help)), all, &host);
              });
        },
    .gauge =
        [](const weir_host* raw, weir_view name, weir_view help, const weir_header* labels,
           std::size_t count) {
          return series(
              raw, name, labels, count,
              [&](const Host& host, const std::string& named, const MetricLabels& all) -> Series& {
                return host.metrics().gauge(named, std::string(text(help)), all, &host);
              });
        },
    .histogram =
        [](const weir_host* raw, weir_view name, weir_view help, const weir_header* labels,
           std::size_t count, const double* bounds, std::size_t bound_count) {
          return series(
              raw, name, labels, count,
              [&](const Host& host, const std::string& named, const MetricLabels& all) -> Series& {
                return host.metrics().histogram(named, std::string(text(help)), all,
                                                {bounds, bounds + bound_count}, &host);
              });
        },
    .add =
        [](weir_metric* metric, double amount) {
          if (metric != nullptr) series_of(metric).add(amount);
        },
    .set =
        [](weir_metric* metric, double value) {
          if (metric != nullptr) series_of(metric).set(value);
        },
    .observe =
        [](weir_metric* metric, double value) {
          if (metric != nullptr) series_of(metric).observe(value);
        },
    .drop =
        [](weir_metric* metric) {
          if (metric != nullptr) series_of(metric).drop();
        },
};

// ---- weir.lanes/1, weir.positions/1, weir.lookup/1, weir.http/1
// --------------------------------------------------------------------------

constexpr weir_lanes_host_1 lanes_table{
    .size = sizeof(weir_lanes_host_1),
    .revoke =
        [](const weir_host* raw, std::uint64_t lane, std::uint32_t wait_ms) {
          return Host::of(raw).surroundings().revoke(lane, std::chrono::milliseconds(wait_ms));
        },
};

constexpr weir_positions_host_1 positions_table{
    .size = sizeof(weir_positions_host_1),
    .claim =
        [](const weir_host* raw, std::uint64_t lane, weir_view origin, bool* kept,
           weir_claim* claim, weir_error* error) {
          *kept = false;
          *claim = {.next = -1, .last = -1, .mark = 0};
          return Host::of(raw).surroundings().claim(lane, text(origin), *kept, *claim, error);
        },
    .each =
        [](const weir_host* raw, weir_visit_position visit, void* context, weir_error* error) {
          return Host::of(raw).surroundings().positions(visit, context, error);
        },
    .mark = [](const weir_message* message) { return mark_of(*message); },
};

/// Calls the asked stage's lookup, or says that there is none.
template <class Call>
weir_answer ask(const weir_host* raw, weir_view stage, weir_error* error, Call call) {
  const auto found = Host::of(raw).surroundings().lookup(text(stage));
  if (found.table == nullptr) {
    tell(error, "the pipeline has no stage `" + std::string(text(stage)) +
                    "` that can be asked; name one that stores or caches");
    return WEIR_UNAVAILABLE;
  }
  return call(found);
}

constexpr weir_lookup_host_1 lookup_table{
    .size = sizeof(weir_lookup_host_1),
    .find =
        [](const weir_host* raw, weir_view stage, weir_view key, weir_visit visit, void* context,
           std::uint64_t* lease, weir_error* error) {
          *lease = 0;
          return ask(raw, stage, error, [&](const Surroundings::Lookup& found) {
            return found.table->find(found.stage, key, visit, context, lease, error);
          });
        },
    .latest =
        [](const weir_host* raw, weir_view stage, std::size_t limit, weir_visit visit,
           void* context, weir_error* error) {
          return ask(raw, stage, error, [&](const Surroundings::Lookup& found) {
            return found.table->latest(found.stage, limit, visit, context, error);
          });
        },
    .fill =
        [](const weir_host* raw, weir_view stage, std::uint64_t lease, const weir_entry* entry) {
          const auto found = Host::of(raw).surroundings().lookup(text(stage));
          if (found.table != nullptr && found.table->fill != nullptr)
            found.table->fill(found.stage, lease, entry);
        },
};

constexpr weir_http_1 http_table{
    .size = sizeof(weir_http_1),
    .route =
        [](const weir_host* raw, weir_view pattern, weir_http_handler handler, void* self,
           weir_error* error) {
          Host& host = Host::of(raw);
          const std::string why = host.surroundings().route(&host, text(pattern), handler, self);
          if (why.empty()) return weir_status{WEIR_OK};
          tell(error, why);
          return weir_status{WEIR_FAILED};
        },
};

const void* extension(const weir_host*, const char* id) {
  const std::string_view wanted(id);
  if (wanted == WEIR_METRICS_1) return &metrics_table;
  if (wanted == WEIR_LANES_1) return &lanes_table;
  if (wanted == WEIR_POSITIONS_1) return &positions_table;
  if (wanted == WEIR_LOOKUP_1) return &lookup_table;
  if (wanted == WEIR_HTTP_1) return &http_table;
  return nullptr;
}

}  // namespace

Host::Host(std::string pipeline, std::string stage, const Log& log, Metrics& metrics,
           Surroundings& surroundings)
    : pipeline_(std::move(pipeline)),
      stage_(std::move(stage)),
      who_(pipeline_ + "/" + stage_),
      log_(log),
      metrics_(metrics),
      surroundings_(surroundings),
      raw_{{.size = sizeof(weir_host),
            .pipeline = view(pipeline_),
            .stage = view(stage_),
            .log = &log_line,
            .extension = &extension},
           this} {}

Host& Host::of(const weir_host* raw) { return *reinterpret_cast<const Raw*>(raw)->self; }

}  // namespace weir
