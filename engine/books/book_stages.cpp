#include "engine/books/book_stages.hpp"

#include "engine/loader/config_view.hpp"
#include "engine/loader/text.hpp"

#include <exception>
#include <filesystem>
#include <utility>

namespace weir {
namespace {

/// No exception may pass through a plugin: it waits here.
template <class F>
class Shielded {
 public:
  explicit Shielded(F function) : function_(std::move(function)) {}

  /// `otherwise` is the answer once something was thrown: no more, thank you.
  template <class... Arguments>
  bool operator()(Arguments&&... arguments) noexcept {
    if (thrown_) return false;
    try {
      return function_(std::forward<Arguments>(arguments)...);
    } catch (...) {
      thrown_ = std::current_exception();
      return false;
    }
  }
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  F function_;
  std::exception_ptr thrown_{};
};

std::optional<std::string> copy_of(weir_view view) {
  if (view.data == nullptr) return std::nullopt;
  return std::string(text(view));
}

}  // namespace

BookStages::BookStages(const PipelineSpec& spec, const Registry& registry, const Log& log,
                       Metrics& metrics) {
  if (!spec.source)
    throw NoBooks("the pipeline `" + spec.name + "` has no source: there is nothing to verify");
  source_ = build(*spec.source, spec, registry, log, metrics);
  find_source(spec);
  for (const StageSpec& stage : spec.steps) {
    auto built = build(stage, spec, registry, log, metrics);
    audit_ = built->extension<weir_audit_1>(WEIR_AUDIT_1);
    positions_ = built->extension<weir_positions_1>(WEIR_POSITIONS_1);
    if (audit_ == nullptr || positions_ == nullptr) continue;
    step_ = std::move(built);
    break;
  }
  if (!step_) {
    throw NoBooks("no step of the pipeline `" + spec.name +
                  "` keeps positions and says what became of messages (" WEIR_POSITIONS_1
                  ", " WEIR_AUDIT_1 "); `weir stages` lists the stage types that there are");
  }
  for (const StageSpec& stage : spec.rejects) {
    auto built = build(stage, spec, registry, log, metrics);
    letters_ = built->extension<weir_letters_1>(WEIR_LETTERS_1);
    if (letters_ == nullptr) continue;
    letter_stage_ = std::move(built);
    return;
  }
  if (!spec.rejects.empty()) {
    throw NoBooks("no stage of the reject route of the pipeline `" + spec.name +
                  "` lists its letters (" WEIR_LETTERS_1
                  "); `weir stages` lists the stage types that there are");
  }
}

void BookStages::find_source(const PipelineSpec& spec) {
  reread_ = source_->extension<weir_reread_1>(WEIR_REREAD_1);
  if (reread_ != nullptr) return;
  throw NoBooks("the source `" + source_->name() + "` of the pipeline `" + spec.name +
                "` cannot read its messages again (" WEIR_REREAD_1
                "): what was sent is not known, and nothing can be verified");
}

std::unique_ptr<Stage> BookStages::build(const StageSpec& stage, const PipelineSpec& spec,
                                         const Registry& registry, const Log& log,
                                         Metrics& metrics) try {
  const weir_stage_type* type = registry.type(stage.type);
  if (type == nullptr) {
    throw std::runtime_error("no plugin offers the stage type " + stage.type +
                             "; see `weir stages`");
  }
  return std::make_unique<Stage>(
      *type,
      std::make_unique<Host>(spec.name, stage.name, log, metrics,
                             static_cast<Surroundings&>(*this)),
      std::make_unique<ConfigView>(stage.config,
                                   std::filesystem::absolute(spec.file).parent_path()));
} catch (const std::exception& e) {
  throw std::runtime_error("the stage `" + stage.name + "` cannot be built: " + e.what());
}

weir_status BookStages::claim(std::uint64_t, std::string_view, bool&, weir_claim&,
                              weir_error* error) {
  tell(error, "the pipeline is verified, not run; no lane is claimed");
  return WEIR_FAILED;
}

Verdict BookStages::lanes(std::vector<Extent>& lanes) {
  lanes.clear();
  Shielded note([&](const weir_extent& extent) {
    lanes.push_back({std::string(text(extent.origin)), extent.first, extent.end});
    return true;
  });
  const auto visit = [](void* context, const weir_extent* extent) {
    return (*static_cast<decltype(note)*>(context))(*extent);
  };
  Verdict verdict = judged(
      [&](weir_error* error) { return reread_->lanes(source_->self(), visit, &note, error); });
  note.rethrow();
  return verdict;
}

Verdict BookStages::positions(std::map<std::string, std::int64_t>& positions) {
  positions.clear();
  Shielded note([&](weir_view origin, std::int64_t next) {
    positions.insert_or_assign(std::string(text(origin)), next);
    return true;
  });
  const auto visit = [](void* context, weir_view origin, std::int64_t next) {
    return (*static_cast<decltype(note)*>(context))(origin, next);
  };
  Verdict verdict = judged(
      [&](weir_error* error) { return positions_->each(step_->self(), visit, &note, error); });
  note.rethrow();
  return verdict;
}

Verdict BookStages::read(const std::string& origin, std::int64_t from, std::int64_t to,
                         const std::function<bool(std::span<const weir_message>)>& visit,
                         std::int64_t& reached) {
  Shielded show([&](std::span<const weir_message> messages) { return visit(messages); });
  const auto called = [](void* context, const weir_message* messages, std::size_t count) {
    return (*static_cast<decltype(show)*>(context))(std::span(messages, count));
  };
  reached = from;
  Verdict verdict = judged([&](weir_error* error) {
    return reread_->read(source_->self(), view(origin), from, to, called, &show, &reached, error);
  });
  show.rethrow();
  return verdict;
}

Verdict BookStages::audit(const std::string& origin, std::span<const weir_message> messages,
                          std::vector<Account>& accounts) {
  accounts.clear();
  Shielded note([&](std::size_t index, const weir_account& account) {
    if (index == accounts.size())
      accounts.push_back({account.fate, copy_of(account.code), std::string(text(account.why))});
    return true;
  });
  const auto visit = [](void* context, std::size_t index, const weir_account* account) {
    (*static_cast<decltype(note)*>(context))(index, *account);
  };
  Verdict verdict = judged([&](weir_error* error) {
    return audit_->audit(step_->self(), view(origin), messages.data(), messages.size(), visit,
                         &note, error);
  });
  note.rethrow();
  if (verdict.status == WEIR_OK && accounts.size() != messages.size()) {
    return {WEIR_FAILED, "it accounts for " + std::to_string(accounts.size()) + " of " +
                             std::to_string(messages.size()) +
                             " messages, or not in their order; mend the plugin"};
  }
  return verdict;
}

Verdict BookStages::letters(std::uint64_t& place,
                            const std::function<void(const weir_letter&)>& visit) {
  Shielded note([&](const weir_letter& letter) {
    visit(letter);
    return true;
  });
  const auto called = [](void* context, const weir_letter* letter) {
    return (*static_cast<decltype(note)*>(context))(*letter);
  };
  Verdict verdict = judged([&](weir_error* error) {
    return letters_->list(letter_stage_->self(), WEIR_OLDEST_FIRST, &place, called, &note, error);
  });
  note.rethrow();
  return verdict;
}

}  // namespace weir
