/// The C++ SDK: a stage is an ordinary class, and this header puts it behind the C contract of
/// weir/abi.h.
///
/// A class is
/// - a step if it has `void process(const Batch&, Edit&)`: then the class itself is the worker, one
///   per shard; or if it has a nested `Worker`, built from `(Stage&)` or `(Stage&, shard)`, that
///   has it: then the class is what the workers share, and its members are called from any thread;
/// - a source if it has `Poll poll(Emit&, milliseconds)` and `void commit(lane, position)`;
/// - a service if it has neither.
/// Every class has `static constexpr weir::Info info` and a constructor from `const weir::Context&`
/// that does no I/O.
///
/// Optional members, found by name: `start()`, `stop()`, `lost(lane, origin)` and `gained(lane,
/// origin, next)` of the stage; `interrupt()` and `settled(const Batch&, bool accepted)` of the
/// worker; `find`, `latest` and `fill` (weir/ext/lookup.h), `claim(lane, origin)` and
/// `positions(visit)` (weir/ext/positions.h), `audit(origin, messages, visit)` (weir/ext/audit.h),
/// `lanes(visit)` and `reread(origin, from, to, visit)` (weir/ext/reread.h), `letters(order, place,
/// visit)` (weir/ext/letters.h), `replay(batch, trial)` and `replayed(origin, positions, times_us)`
/// (weir/ext/replay.h) of the stage.
///
/// Returning is the acknowledgement. Throwing `Retry` asks for the same call again, later. Throwing
/// anything else stops the pipeline, and its text is shown to a human.
#pragma once

#include <weir/abi.h>
#include <weir/ext/audit.h>
#include <weir/ext/lanes.h>
#include <weir/ext/letters.h>
#include <weir/ext/lookup.h>
#include <weir/ext/positions.h>
#include <weir/ext/replay.h>
#include <weir/ext/reread.h>
#include <weir/ext/settled.h>
#include <weir/books.hpp>
#include <weir/host.hpp>
#include <weir/message.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <string_view>

namespace weir {

/// What a plugin says of a stage before any of its code has run.
struct Info {
  const char* id;             ///< the word after `stage:`
  const char* summary;        ///< one line, for people
  const char* schema = "{}";  ///< draft-07 JSON Schema of `with:`
  bool rebuildable = false;   ///< its state can be made again from the steps before it
  bool pure = false;          ///< a step that does nothing but edit its batch
};

template <class T>
concept ProcessesBatches = requires(T& worker, const Batch& batch, Edit& edit) {
  worker.process(batch, edit);
};

template <class S>
concept SharesStateWithWorkers = requires {
  typename S::Worker;
};

template <class S>
concept StepStage = ProcessesBatches<S> || SharesStateWithWorkers<S>;

template <class S>
concept SourceStage = requires(S& source, Emit& emit, std::chrono::milliseconds wait,
                               std::uint64_t lane, std::int64_t to) {
  { source.poll(emit, wait) } -> std::same_as<Poll>;
  source.commit(lane, to);
};

template <class S>
concept OffersLookup = requires(S& stage, std::string_view key, Visit visit, std::uint64_t& lease,
                                std::size_t limit) {
  { stage.find(key, visit, lease) } -> std::same_as<Answer>;
  { stage.latest(limit, visit) } -> std::same_as<Answer>;
};

template <class S>
concept KeepsPositions = requires(S& stage, std::uint64_t lane, std::string_view origin,
                                  VisitPosition visit) {
  { stage.claim(lane, origin) } -> std::same_as<Claim>;
  stage.positions(visit);
};

template <class S>
concept HearsOfLostLanes = requires(S& stage, std::uint64_t lane, std::string_view origin) {
  stage.lost(lane, origin);
};

template <class S>
concept HearsOfGainedLanes = requires(S& stage, std::uint64_t lane, std::string_view origin,
                                      std::int64_t next) {
  stage.gained(lane, origin, next);
};

/// What only an object that outlives its workers can have.
template <class S>
concept HasStageMembers = OffersLookup<S> || KeepsPositions<S> || AuditsMessages<S> ||
    ListsLetters<S> || TakesReplays<S> || HearsOfLostLanes<S> || HearsOfGainedLanes<S> ||
    requires(S& stage) {
  stage.start();
} || requires(S& stage) {
  stage.stop();
};

template <class S>
concept StageClass = std::constructible_from<S, const Context&> && requires {
  { S::info } -> std::convertible_to<Info>;
} && !(StepStage<S> && SourceStage<S>);

namespace detail {

inline void tell(weir_error* error, std::string_view why) noexcept {
  if (error == nullptr) return;
  std::size_t size = std::min(why.size(), sizeof error->text - 1);
  while (size > 0 && size < why.size() && (why[size] & 0xC0) == 0x80)
    --size;  // never half a UTF-8 character
  std::memcpy(error->text, why.data(), size);
  error->text[size] = '\0';
}

/// The one exception barrier: nothing that a stage throws crosses into the engine.
template <class F>
weir_status guarded(weir_error* error, F&& call) noexcept {
  try {
    if constexpr (std::same_as<decltype(call()), weir_status>) {
      return call();
    } else {
      call();
      return WEIR_OK;
    }
  } catch (const Retry& e) {
    tell(error, e.what());
    return WEIR_RETRY;
  } catch (const Fenced& e) {
    tell(error, e.what());
    return WEIR_FENCED;
  } catch (const std::exception& e) {
    tell(error, e.what());
  } catch (...) {
    tell(error, "the stage threw something that is not a std::exception");
  }
  return WEIR_FAILED;
}

template <class S>
struct WorkerOf {
  using type = S;
};
template <SharesStateWithWorkers S>
struct WorkerOf<S> {
  using type = typename S::Worker;
};

/// The C table of one stage class.
template <StageClass S>
struct Table {
  using Worker = typename WorkerOf<S>::type;

  struct Stage {
    Context context;
    std::unique_ptr<S> object;  // a class without shared state: built early to check its config,
                                // then shard 0's worker
  };

  static S& self(void* stage) { return *static_cast<Stage*>(stage)->object; }

  static void* create(const weir_host* host, const weir_config* config,
                      weir_error* error) noexcept {
    void* made = nullptr;
    guarded(error, [&] {
      auto stage = std::make_unique<Stage>(Stage{Context{Host(*host), Config(*config)}, nullptr});
      stage->object = std::make_unique<S>(static_cast<const Context&>(stage->context));
      made = stage.release();
    });
    return made;
  }
  static void destroy(void* stage) noexcept { delete static_cast<Stage*>(stage); }

  static weir_status start([[maybe_unused]] void* stage, weir_error* error) noexcept {
    return guarded(error, [&] {
      if constexpr (requires(S & s) { s.start(); }) self(stage).start();
    });
  }
  static void stop([[maybe_unused]] void* stage) noexcept {
    guarded(nullptr, [&] {
      if constexpr (requires(S & s) { s.stop(); }) self(stage).stop();
    });
  }

  static weir_status poll(void* stage, weir_emit* raw, std::uint32_t wait_ms,
                          weir_error* error) noexcept {
    return guarded(error, [&]() -> weir_status {
      Emit emit(*raw);
      return self(stage).poll(emit, std::chrono::milliseconds(wait_ms)) == Poll::end ? WEIR_END
                                                                                     : WEIR_OK;
    });
  }
  static weir_status commit(void* stage, std::uint64_t lane, std::int64_t to,
                            weir_error* error) noexcept {
    return guarded(error, [&] { self(stage).commit(lane, to); });
  }

  static weir_status open(void* stage, std::uint32_t shard, void** worker,
                          weir_error* error) noexcept {
    return guarded(error, [&] {
      if constexpr (!SharesStateWithWorkers<S>) {
        auto& own = *static_cast<Stage*>(stage);
        if (!own.object) own.object = std::make_unique<S>(static_cast<const Context&>(own.context));
        *worker = own.object.release();
      } else if constexpr (std::constructible_from<Worker, S&, std::uint32_t>) {
        *worker = new Worker(self(stage), shard);
      } else {
        *worker = new Worker(self(stage));
      }
    });
  }
  static void close(void* worker) noexcept { delete static_cast<Worker*>(worker); }
  static void interrupt([[maybe_unused]] void* worker) noexcept {
    guarded(nullptr, [&] {
      if constexpr (requires(Worker & w) { w.interrupt(); })
        static_cast<Worker*>(worker)->interrupt();
    });
  }
  static weir_status process(void* worker, const weir_batch* batch, weir_edit* raw,
                             weir_error* error) noexcept {
    return guarded(error, [&] {
      Edit edit(*raw);
      static_cast<Worker*>(worker)->process(Batch(*batch), edit);
    });
  }

  static void settled(void* worker, const weir_batch* batch, bool accepted) noexcept {
    guarded(nullptr, [&] { static_cast<Worker*>(worker)->settled(Batch(*batch), accepted); });
  }
  static void lost(void* stage, std::uint64_t lane, weir_view origin) noexcept {
    guarded(nullptr, [&] { self(stage).lost(lane, text(origin)); });
  }
  static void gained(void* stage, std::uint64_t lane, weir_view origin,
                     std::int64_t next) noexcept {
    guarded(nullptr, [&] { self(stage).gained(lane, text(origin), next); });
  }

  static weir_status claim(void* stage, std::uint64_t lane, weir_view origin, weir_claim* out,
                           weir_error* error) noexcept {
    return guarded(error, [&] {
      const Claim claim = self(stage).claim(lane, text(origin));
      *out = {claim.next, claim.last, claim.mark};
    });
  }
  static weir_status positions(void* stage, weir_visit_position visit, void* context,
                               weir_error* error) noexcept {
    return guarded(error, [&] { self(stage).positions(VisitPosition(visit, context)); });
  }

  static weir_status lanes(void* stage, weir_visit_extent visit, void* context,
                           weir_error* error) noexcept {
    return guarded(error, [&] { self(stage).lanes(VisitExtent(visit, context)); });
  }
  static weir_status reread(void* stage, weir_view origin, std::int64_t from, std::int64_t to,
                            weir_visit_messages visit, void* context, std::int64_t* reached,
                            weir_error* error) noexcept {
    *reached = from;
    return guarded(error, [&] {
      *reached = self(stage).reread(text(origin), from, to, VisitMessages(visit, context));
    });
  }
  static weir_status audit(void* stage, weir_view origin, const weir_message* messages,
                           std::size_t count, weir_visit_account visit, void* context,
                           weir_error* error) noexcept {
    return guarded(error, [&] {
      self(stage).audit(text(origin), std::span(messages, count), VisitAccount(visit, context));
    });
  }
  static weir_status letters(void* stage, weir_order order, std::uint64_t* place,
                             weir_visit_letter visit, void* context, weir_error* error) noexcept {
    return guarded(error, [&] {
      *place = self(stage).letters(static_cast<Order>(order), *place, VisitLetter(visit, context));
    });
  }
  static weir_status replay(void* stage, const weir_batch* batch, bool trial,
                            weir_visit_replayed visit, void* context, weir_error* error) noexcept {
    return guarded(error, [&] {
      const Replayed made = self(stage).replay(Batch(*batch), trial);
      const auto if_any = [](std::string_view text) {
        return text.empty() ? weir_view{nullptr, 0} : view(text);
      };
      const weir_replayed raw{static_cast<weir_replay_outcome>(made.outcome), if_any(made.code),
                              if_any(made.reason),
                              made.pointer ? view(*made.pointer) : weir_view{nullptr, 0}};
      visit(context, &raw);
    });
  }
  static weir_status replayed(void* stage, weir_view origin, const std::int64_t* positions,
                              std::size_t count, std::int64_t* times_us,
                              weir_error* error) noexcept {
    return guarded(error, [&] {
      self(stage).replayed(text(origin), std::span(positions, count), std::span(times_us, count));
    });
  }

  template <class F>
  static weir_answer answered(weir_error* error, F&& call) noexcept {
    Answer answer = Answer::unavailable;
    guarded(error, [&] { answer = call(); });
    return static_cast<weir_answer>(answer);
  }
  static weir_answer find(void* stage, weir_view key, weir_visit function, void* context,
                          std::uint64_t* lease, weir_error* error) noexcept {
    *lease = 0;
    return answered(error,
                    [&] { return self(stage).find(text(key), Visit(function, context), *lease); });
  }
  static weir_answer latest(void* stage, std::size_t limit, weir_visit function, void* context,
                            weir_error* error) noexcept {
    return answered(error, [&] { return self(stage).latest(limit, Visit(function, context)); });
  }
  static void fill(void* stage, std::uint64_t lease, const weir_entry* entry) noexcept {
    guarded(nullptr, [&] {
      if constexpr (requires(S & s, const Entry& e) { s.fill(lease, e); })
        self(stage).fill(lease, Entry::from(*entry));
    });
  }

  static constexpr weir_lanes_1 lanes_table() {
    weir_lanes_1 table{sizeof(weir_lanes_1), nullptr, nullptr};
    if constexpr (HearsOfLostLanes<S>) table.lost = &lost;
    if constexpr (HearsOfGainedLanes<S>) table.gained = &gained;
    return table;
  }

  static const void* extension(void*, const char* id) noexcept {
    const std::string_view wanted(id);
    if constexpr (OffersLookup<S>) {
      static constexpr weir_lookup_1 lookup{sizeof(weir_lookup_1), &find, &latest, &fill};
      if (wanted == WEIR_LOOKUP_1) return &lookup;
    }
    if constexpr (requires(Worker & w, const Batch& b) { w.settled(b, true); }) {
      static constexpr weir_settled_1 settles{sizeof(weir_settled_1), &settled};
      if (wanted == WEIR_SETTLED_1) return &settles;
    }
    if constexpr (HearsOfLostLanes<S> || HearsOfGainedLanes<S>) {
      static constexpr weir_lanes_1 lanes = lanes_table();
      if (wanted == WEIR_LANES_1) return &lanes;
    }
    if constexpr (KeepsPositions<S>) {
      static constexpr weir_positions_1 keeps{sizeof(weir_positions_1), &claim, &positions};
      if (wanted == WEIR_POSITIONS_1) return &keeps;
    }
    if constexpr (ReadsAgain<S>) {
      static constexpr weir_reread_1 reads{sizeof(weir_reread_1), &lanes, &reread};
      if (wanted == WEIR_REREAD_1) return &reads;
    }
    if constexpr (AuditsMessages<S>) {
      static constexpr weir_audit_1 audits{sizeof(weir_audit_1), &audit};
      if (wanted == WEIR_AUDIT_1) return &audits;
    }
    if constexpr (ListsLetters<S>) {
      static constexpr weir_letters_1 lists{sizeof(weir_letters_1), &letters};
      if (wanted == WEIR_LETTERS_1) return &lists;
    }
    if constexpr (TakesReplays<S>) {
      static constexpr weir_replay_1 replays{sizeof(weir_replay_1), &replay, &replayed};
      if (wanted == WEIR_REPLAY_1) return &replays;
    }
    return nullptr;
  }

  static consteval weir_stage_type make() {
    weir_stage_type type{};
    type.size = sizeof(weir_stage_type);
    if (S::info.rebuildable) type.traits |= WEIR_REBUILDABLE;
    if (S::info.pure) type.traits |= WEIR_PURE;
    type.id = S::info.id;
    type.summary = S::info.summary;
    type.schema = S::info.schema;
    type.create = &create;
    type.destroy = &destroy;
    type.start = &start;
    type.stop = &stop;
    if constexpr (SourceStage<S>) {
      type.poll = &poll;
      type.commit = &commit;
    }
    if constexpr (StepStage<S>) {
      static_assert(SharesStateWithWorkers<S> || !HasStageMembers<S>,
                    "start, stop, lost, gained, find, latest, fill, claim, positions, audit, "
                    "letters and replay belong "
                    "to a stage that its workers share: move process() to a nested class Worker");
      static_assert(ProcessesBatches<Worker>,
                    "the nested Worker needs void process(const weir::Batch&, weir::Edit&)");
      type.open = &open;
      type.close = &close;
      type.interrupt = &interrupt;
      type.process = &process;
    }
    type.extension = &extension;
    return type;
  }
};

template <StageClass S>
inline constexpr weir_stage_type stage_type = Table<S>::make();

template <StageClass... S>
inline constexpr const weir_stage_type* stage_types[] = {&stage_type<S>..., nullptr};

}  // namespace detail
}  // namespace weir

/// Exports the stage classes of a plugin: once a plugin, at namespace scope.
#define WEIR_PLUGIN(plugin_name, plugin_version, ...)       \
  extern "C" constinit const weir_plugin weir_plugin_v1 = { \
      sizeof(weir_plugin), plugin_name, plugin_version, ::weir::detail::stage_types<__VA_ARGS__>}
