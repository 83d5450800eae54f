#include "engine/web/events.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/stream.hpp"

#include <utility>

namespace weir::web {
namespace {

constexpr long most_listeners = 256;

class EventStream : public Stream {
 public:
  EventStream(Events& events, std::shared_ptr<int> listener)
      : events_(events), listener_(std::move(listener)) {}

  bool write(std::string& text) override {
    if (sent_ == nullptr) text += "retry: 2000\n\n";
    const auto latest = events_.latest();
    if (latest != sent_) text += *latest;
    sent_ = latest;
    return true;
  }

 private:
  Events& events_;
  std::shared_ptr<int> listener_;
  std::shared_ptr<const std::string> sent_;
};

}  // namespace

Reply Events::reply() {
  auto listener = listeners_;
  if (listeners_.use_count() >= most_listeners + 2)
    return problem(503, "as many listen to the events as can be served; ask /api/pipelines");
  Reply reply = text_reply("text/event-stream", {});
  reply.stream = std::make_shared<EventStream>(*this, std::move(listener));
  return reply;
}

std::shared_ptr<const std::string> Events::latest() {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (latest_ == nullptr || now - made_ >= period) {
    std::string text = "event: pipelines\nid: " + std::to_string(++number_) + "\ndata: ";
    text.append(pipelines_json(observed_.pipelines())).append("\n\n");
    latest_ = std::make_shared<const std::string>(std::move(text));
    made_ = now;
  }
  return latest_;
}

}  // namespace weir::web
