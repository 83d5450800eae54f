#include "engine/loader/stage.hpp"

#include "engine/loader/text.hpp"

#include <stdexcept>
#include <utility>

namespace weir {
Stage::Stage(const weir_stage_type& type, std::unique_ptr<Host> host,
             std::unique_ptr<ConfigView> config)
    : type_(type), host_(std::move(host)), config_(std::move(config)) {
  weir_error error;
  error.text[0] = '\0';
  self_ = type_.create(host_->raw(), config_->raw(), &error);
  if (self_ == nullptr) {
    const auto why = text(error);
    throw std::runtime_error(why.empty() ? "the stage refused its configuration and gave no reason"
                                         : std::string(why));
  }
}

Stage::~Stage() {
  stop();
  type_.destroy(self_);
}

Verdict Stage::start() {
  if (type_.start == nullptr) return {};
  Verdict verdict = judged([&](weir_error* error) { return type_.start(self_, error); });
  started_ = verdict.status == WEIR_OK;
  return verdict;
}

void Stage::stop() {
  if (started_ && type_.stop != nullptr) type_.stop(self_);
  started_ = false;
}

Verdict Stage::poll(weir_emit& emit, std::uint32_t wait_ms) {
  return judged([&](weir_error* error) { return type_.poll(self_, &emit, wait_ms, error); });
}

Verdict Stage::commit(std::uint64_t lane, std::int64_t commit_to) {
  return judged([&](weir_error* error) { return type_.commit(self_, lane, commit_to, error); });
}

Verdict Stage::open(std::uint32_t shard, std::unique_ptr<Worker>& worker) {
  void* made = nullptr;
  Verdict verdict =
      judged([&](weir_error* error) { return type_.open(self_, shard, &made, error); });
  if (verdict.status == WEIR_OK) worker = std::make_unique<Worker>(*this, made);
  return verdict;
}

Verdict Worker::process(const weir_batch& batch, weir_edit& edit) {
  return judged(
      [&](weir_error* error) { return stage_.type().process(self_, &batch, &edit, error); });
}

}  // namespace weir
