#pragma once

#include "engine/runtime/system_scheduler.hpp"
#include "engine/web/server.hpp"

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace weir::web {

/// A runtime that shows what the test sets.
class FakeObserved : public Observed {
 public:
  void set(std::vector<PipelineSnapshot> pipelines) {
    const std::lock_guard lock(mutex_);
    pipelines_ = std::move(pipelines);
  }
  void break_down() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
  }
  std::vector<PipelineSnapshot> pipelines() const override {
    const std::lock_guard lock(mutex_);
    if (broken_) throw std::runtime_error("broken");
    return pipelines_;
  }
  std::optional<TraceAnswer> trace(std::string_view pipeline,
                                   const TraceQuery& query) const override {
    std::unique_lock lock(mutex_);
    for (const auto& known : pipelines_) {
      if (known.name != pipeline) continue;
      const auto traced = traced_;
      lock.unlock();
      return traced ? traced(query) : TraceAnswer{};
    }
    return std::nullopt;
  }
  void answer_traces(std::function<TraceAnswer(const TraceQuery&)> traced) {
    const std::lock_guard lock(mutex_);
    traced_ = std::move(traced);
  }
  LetterPage letters(std::string_view pipeline, const LetterQuery& query) const override {
    std::unique_lock lock(mutex_);
    for (const auto& known : pipelines_) {
      if (known.name != pipeline) continue;
      const auto listed = listed_;
      lock.unlock();
      return listed ? listed(query) : LetterPage{};
    }
    return {.refusal = LetterPage::Refusal::no_pipeline};
  }
  void answer_letters(std::function<LetterPage(const LetterQuery&)> listed) {
    const std::lock_guard lock(mutex_);
    listed_ = std::move(listed);
  }
  ReplayAnswer replay(std::string_view pipeline, const ReplayQuery& query) const override {
    std::unique_lock lock(mutex_);
    for (const auto& known : pipelines_) {
      if (known.name != pipeline) continue;
      const auto replayed = replayed_;
      lock.unlock();
      return replayed ? replayed(query) : ReplayAnswer{};
    }
    return {.refusal = ReplayAnswer::Refusal::no_pipeline};
  }
  void answer_replays(std::function<ReplayAnswer(const ReplayQuery&)> replayed) {
    const std::lock_guard lock(mutex_);
    replayed_ = std::move(replayed);
  }
  TapOpening tap(std::string_view pipeline, std::string_view stage,
                 std::string filter) const override {
    if (pipeline != "orders") return {.refusal = TapOpening::Refusal::no_pipeline};
    if (stage != taps.stage()) return {.refusal = TapOpening::Refusal::no_stage};
    auto tap = taps.open(std::move(filter));
    if (!tap) return {.refusal = TapOpening::Refusal::not_now};
    return {.watching = std::make_unique<Watching>(taps, std::move(tap))};
  }
  History history() const override {
    const std::lock_guard lock(mutex_);
    return history_;
  }
  void set_history(History history) {
    const std::lock_guard lock(mutex_);
    history_ = std::move(history);
  }
  std::string metrics() const override { return "# TYPE weir_test gauge\nweir_test 1\n"; }

  SystemScheduler scheduler;
  mutable StageTaps taps{"two words", scheduler};  ///< of the pipeline `orders`

 private:
  mutable std::mutex mutex_;
  bool broken_ = false;
  std::vector<PipelineSnapshot> pipelines_;
  History history_;
  std::function<TraceAnswer(const TraceQuery&)> traced_;
  std::function<LetterPage(const LetterQuery&)> listed_;
  std::function<ReplayAnswer(const ReplayQuery&)> replayed_;
};

inline PipelineSnapshot snapshot(std::string name, State state, bool ready,
                                 std::string reason = "") {
  PipelineSnapshot pipeline;
  pipeline.name = std::move(name);
  pipeline.state = state;
  pipeline.ready = ready;
  pipeline.reason = std::move(reason);
  return pipeline;
}

/// A stage that answers with a function of the test's.
struct FakeStage {
  std::function<void(const weir_http_request*, weir_http_reply*)> answer;
  static void handle(void* self, const weir_http_request* request, weir_http_reply* reply) {
    static_cast<FakeStage*>(self)->answer(request, reply);
  }
};

inline weir_view view(std::string_view text) { return {text.data(), text.size()}; }
inline std::string text(weir_view view) {
  return view.data ? std::string(view.data, view.size) : "(absent)";
}

inline void send_text(weir_http_reply* reply, std::string_view body) {
  const weir_header type{view("Content-Type"), view("text/plain")};
  reply->send(reply, 200, &type, 1, view(body));
}

/// A folder that is gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-web-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace weir::web
