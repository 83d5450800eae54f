/// What a stage is given: its configuration, and the engine around it.
#pragma once

#include <weir/abi.h>
#include <weir/ext/http.h>
#include <weir/ext/lanes.h>
#include <weir/ext/lookup.h>
#include <weir/ext/metrics.h>
#include <weir/ext/positions.h>
#include <weir/message.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

/// The stage's `with:`, checked and with its defaults filled in. Places are JSON Pointers. Lives as
/// long as the stage.
class Config {
 public:
  explicit Config(const weir_config& raw) : raw_(&raw) {}

  std::string_view json() const { return weir::text(raw_->json); }
  std::size_t length(const std::string& pointer) const {
    return raw_->length(raw_, pointer.c_str());
  }

  std::optional<std::string> find_text(const std::string& pointer) const {
    weir_view out{};
    if (!raw_->text(raw_, pointer.c_str(), &out)) return std::nullopt;
    return std::string(weir::text(out));
  }
  std::optional<std::int64_t> find_integer(const std::string& pointer) const {
    return read<std::int64_t>(raw_->integer, pointer);
  }
  std::optional<double> find_number(const std::string& pointer) const {
    return read<double>(raw_->number, pointer);
  }
  std::optional<bool> find_boolean(const std::string& pointer) const {
    return read<bool>(raw_->boolean, pointer);
  }

  std::string text(const std::string& pointer) const {
    return need(find_text(pointer), pointer, "a text");
  }
  std::int64_t integer(const std::string& pointer) const {
    return need(find_integer(pointer), pointer, "an integer");
  }
  double number(const std::string& pointer) const {
    return need(find_number(pointer), pointer, "a number");
  }
  bool boolean(const std::string& pointer) const {
    return need(find_boolean(pointer), pointer, "true or false");
  }
  /// A member of the schema's format `bytes`.
  std::size_t bytes(const std::string& pointer) const {
    return static_cast<std::size_t>(integer(pointer));
  }
  /// A member of the schema's format `duration`.
  std::chrono::microseconds duration(const std::string& pointer) const {
    return std::chrono::microseconds(integer(pointer));
  }
  std::vector<std::string> texts(const std::string& pointer) const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < length(pointer); ++i)
      all.push_back(text(pointer + "/" + std::to_string(i)));
    return all;
  }
  /// A path, relative ones taken from the pipeline file's folder.
  std::filesystem::path path(const std::string& pointer) const {
    return std::filesystem::path(weir::text(raw_->folder)) / text(pointer);
  }

 private:
  template <class T, class Read>
  std::optional<T> read(Read function, const std::string& pointer) const {
    T out{};
    if (!function(raw_, pointer.c_str(), &out)) return std::nullopt;
    return out;
  }
  template <class T>
  static T need(std::optional<T> value, const std::string& pointer, const char* kind) {
    if (!value)
      throw std::runtime_error("the configuration has no " + pointer + ", or it is not " + kind +
                               "; add it");
    return std::move(*value);
  }
  const weir_config* raw_;
};

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// A series of the engine's metrics; a small handle, copied freely; every member [any]. Does
/// nothing without an engine.
class Metric {
 public:
  Metric() = default;
  Metric(const weir_metrics_1* table, weir_metric* metric) : table_(table), metric_(metric) {}
  void add(double amount = 1) const {
    if (metric_ != nullptr) table_->add(metric_, amount);
  }
  void set(double value) const {
    if (metric_ != nullptr) table_->set(metric_, value);
  }
  void observe(double value) const {
    if (metric_ != nullptr) table_->observe(metric_, value);
  }
  /// Forgets the series; this handle and its copies are not to be used any more.
  void drop() {
    if (metric_ != nullptr) table_->drop(metric_);
    metric_ = nullptr;
  }

 private:
  const weir_metrics_1* table_ = nullptr;
  weir_metric* metric_ = nullptr;
};

/// A document, and where it came from. Borrowed.
struct Entry {
  std::string_view key, document;
  std::string_view origin{};  ///< empty when not known
  std::int64_t position = 0;
  std::int64_t stored_us = 0;  ///< microseconds since the Unix epoch; 0 when not known

  static Entry from(const weir_entry& raw) {
    return {weir::text(raw.key), weir::text(raw.document), weir::text(raw.origin), raw.position,
            raw.stored_us};
  }
  weir_entry raw() const {
    return {view(key), view(document), origin.empty() ? weir_view{nullptr, 0} : view(origin),
            position, stored_us};
  }
};

/// What is kept of a lane that was claimed.
struct Claim {
  std::int64_t next = -1;  ///< where the lane goes on; -1: no position is kept yet
  std::int64_t last = -1;  ///< position of the last message before `next`; -1: not known
  std::uint64_t mark = 0;  ///< that message's

  bool operator==(const Claim&) const = default;
};

/// Borrowed; calls back whoever wants to see positions. False: no more are wanted.
class VisitPosition {
 public:
  VisitPosition(weir_visit_position function, void* context)
      : function_(function), context_(context) {}
  bool operator()(std::string_view origin, std::int64_t next) const {
    return function_(context_, view(origin), next);
  }

 private:
  weir_visit_position function_;
  void* context_;
};

enum class Answer { found, absent, unavailable };

/// Borrowed; calls back whoever looks something up. False: no more entries are wanted.
class Visit {
 public:
  Visit(weir_visit function, void* context) : function_(function), context_(context) {}
  bool operator()(const Entry& entry) const {
    const weir_entry raw = entry.raw();
    return function_(context_, &raw);
  }

 private:
  weir_visit function_;
  void* context_;
};

struct Found {
  Answer answer = Answer::unavailable;
  std::uint64_t lease =
      0;              ///< what `fill` takes after an absent answer; 0: the stage takes no fills
  std::string why{};  ///< of unavailable
};

/// Borrowed until the handler returns.
class Request {
 public:
  explicit Request(const weir_http_request& raw) : raw_(&raw) {}
  std::string_view path() const { return text(raw_->path); }
  std::string_view query() const { return text(raw_->query); }
  std::span<const weir_view> parameters() const {
    return {raw_->parameters, raw_->parameter_count};
  }
  std::string_view parameter(std::size_t index) const { return text(raw_->parameters[index]); }
  std::string_view header(std::string_view name) const {
    return text(raw_->header(raw_, view(name)));
  }

 private:
  const weir_http_request* raw_;
};

class Reply {
 public:
  explicit Reply(weir_http_reply& raw) : raw_(&raw) {}
  /// Once. The body is borrowed until it returns.
  void send(std::uint32_t status, Labels headers, std::string_view body) {
    std::vector<weir_header> raw;
    raw.reserve(headers.size());
    for (const auto& [name, value] : headers) raw.push_back({view(name), view(value)});
    raw_->send(raw_, status, raw.data(), raw.size(), view(body));
    sent_ = true;
  }
  bool sent() const { return sent_; }

 private:
  weir_http_reply* raw_;
  bool sent_ = false;
};

/// The engine, as a stage sees it. A small handle, copied freely, valid until the stage is
/// destroyed.
class Host {
 public:
  explicit Host(const weir_host& raw) : raw_(&raw) {}

  std::string_view pipeline() const { return text(raw_->pipeline); }
  std::string_view stage() const { return text(raw_->stage); }

  // What an operator does about it: error = act, warn = look, info = the pipeline's life, debug =
  // nothing.
  void debug(std::string_view line) const { raw_->log(raw_, WEIR_DEBUG, view(line)); }
  void info(std::string_view line) const { raw_->log(raw_, WEIR_INFO, view(line)); }
  void warn(std::string_view line) const { raw_->log(raw_, WEIR_WARN, view(line)); }
  void error(std::string_view line) const { raw_->log(raw_, WEIR_ERROR, view(line)); }

  Metric counter(std::string_view name, std::string_view help, Labels labels = {}) const {
    return series(name, help, labels,
                  [](const auto* table, auto... rest) { return table->counter(rest...); });
  }
  Metric gauge(std::string_view name, std::string_view help, Labels labels = {}) const {
    return series(name, help, labels,
                  [](const auto* table, auto... rest) { return table->gauge(rest...); });
  }
  Metric histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                   Labels labels = {}) const {
    return series(name, help, labels, [bounds](const auto* table, auto... rest) {
      return table->histogram(rest..., bounds.data(), bounds.size());
    });
  }

  /// See weir_lanes_host_1. False: time was up before everything of the lane had settled.
  bool revoke(std::uint64_t lane, std::chrono::milliseconds wait) const {
    const auto* lanes = need<weir_lanes_host_1>(WEIR_LANES_1);
    return lanes->revoke(raw_, lane, static_cast<std::uint32_t>(wait.count())) == WEIR_OK;
  }

  /// See weir_positions_host_1; inside poll() only. Nothing where no step of the pipeline keeps
  /// positions. Throws Retry while the lane cannot be claimed.
  std::optional<Claim> claim(std::uint64_t lane, std::string_view origin) const {
    const auto* positions = static_cast<const weir_positions_host_1*>(extension(WEIR_POSITIONS_1));
    if (positions == nullptr) return std::nullopt;  // an older engine
    bool kept = false;
    weir_claim claim{-1, -1, 0};
    weir_error error{};
    demand(positions->claim(raw_, lane, view(origin), &kept, &claim, &error), error);
    if (!kept) return std::nullopt;
    return Claim{claim.next, claim.last, claim.mark};
  }

  /// The position of each lane that is kept; none where no step of the pipeline keeps positions.
  std::vector<std::pair<std::string, std::int64_t>> positions() const {
    std::vector<std::pair<std::string, std::int64_t>> all;
    const auto* positions = static_cast<const weir_positions_host_1*>(extension(WEIR_POSITIONS_1));
    if (positions == nullptr) return all;
    weir_error error{};
    const auto note = [](void* context, weir_view origin, std::int64_t next) {
      static_cast<decltype(&all)>(context)->emplace_back(weir::text(origin), next);
      return true;
    };
    demand(positions->each(raw_, note, &all, &error), error);
    return all;
  }

  /// The mark of a message that was read again.
  std::uint64_t mark(const weir_message& message) const {
    return need<weir_positions_host_1>(WEIR_POSITIONS_1)->mark(&message);
  }

  /// Asks another stage of the pipeline; `visit(const Entry&)` runs at most once.
  template <std::invocable<const Entry&> F>
  Found find(std::string_view stage, std::string_view key, F&& visit) const {
    Found found;
    weir_error error{};
    Calls<F> calls{visit};
    const auto* lookup = need<weir_lookup_host_1>(WEIR_LOOKUP_1);
    found.answer = static_cast<Answer>(
        lookup->find(raw_, view(stage), view(key), &Calls<F>::visit, &calls, &found.lease, &error));
    calls.rethrow();
    found.why = error.text;
    return found;
  }

  /// `visit(const Entry&)` runs for each of the newest entries; it may return bool, false for "no
  /// more".
  template <std::invocable<const Entry&> F>
  Found latest(std::string_view stage, std::size_t limit, F&& visit) const {
    Found found;
    weir_error error{};
    Calls<F> calls{visit};
    const auto* lookup = need<weir_lookup_host_1>(WEIR_LOOKUP_1);
    found.answer = static_cast<Answer>(
        lookup->latest(raw_, view(stage), limit, &Calls<F>::visit, &calls, &error));
    calls.rethrow();
    found.why = error.text;
    return found;
  }

  void fill(std::string_view stage, std::uint64_t lease, const Entry& entry) const {
    const weir_entry raw = entry.raw();
    need<weir_lookup_host_1>(WEIR_LOOKUP_1)->fill(raw_, view(stage), lease, &raw);
  }

  /// `host.route<&HttpQuery::get>("/order/{id}", *this)`; the member takes (const Request&,
  /// Reply&). Call it in start().
  template <auto Member, class T>
  void route(std::string_view pattern, T& self) const {
    weir_error error{};
    const auto handler = [](void* object, const weir_http_request* request,
                            weir_http_reply* raw) noexcept {
      Reply reply(*raw);
      try {
        (static_cast<T*>(object)->*Member)(Request(*request), reply);
      } catch (...) {
        if (!reply.sent()) {
          reply.send(500, {{"Content-Type", "application/problem+json"}},
                     R"({"title":"The stage failed to answer","status":500})");
        }
      }
    };
    const weir_status status =
        need<weir_http_1>(WEIR_HTTP_1)->route(raw_, view(pattern), handler, &self, &error);
    if (status != WEIR_OK) throw std::runtime_error(error.text);
  }

  const void* extension(const char* id) const { return raw_->extension(raw_, id); }

 private:
  template <class F>
  struct Calls {  // no exception may pass through the engine: it waits here
    std::remove_reference_t<F>& function;
    std::exception_ptr thrown{};

    static bool visit(void* context, const weir_entry* raw) noexcept {
      auto& self = *static_cast<Calls*>(context);
      try {
        if constexpr (std::same_as<std::invoke_result_t<F&, const Entry&>, bool>) {
          return self.function(Entry::from(*raw));
        } else {
          self.function(Entry::from(*raw));
          return true;
        }
      } catch (...) {
        self.thrown = std::current_exception();
        return false;
      }
    }
    void rethrow() const {
      if (thrown) std::rethrow_exception(thrown);
    }
  };

  static void demand(weir_status status, const weir_error& error) {
    if (status == WEIR_RETRY) throw Retry(error.text);
    if (status != WEIR_OK) throw std::runtime_error(error.text);
  }

  template <class Table>
  const Table* need(const char* id) const {
    const void* table = extension(id);
    if (table == nullptr)
      throw std::runtime_error(std::string("this engine does not offer ") + id +
                               "; use a newer one");
    return static_cast<const Table*>(table);
  }

  template <class Make>
  Metric series(std::string_view name, std::string_view help, Labels labels, Make make) const {
    const auto* table = static_cast<const weir_metrics_1*>(extension(WEIR_METRICS_1));
    if (table == nullptr) return {};
    std::vector<weir_header> raw;
    raw.reserve(labels.size());
    for (const auto& [label, value] : labels) raw.push_back({view(label), view(value)});
    return {table, make(table, raw_, view(name), view(help),
                        static_cast<const weir_header*>(raw.data()), raw.size())};
  }

  const weir_host* raw_;
};

/// What a stage is built from. Copy its members to keep them; they live as long as the stage.
struct Context {
  Host host;
  Config config;
};

}  // namespace weir
