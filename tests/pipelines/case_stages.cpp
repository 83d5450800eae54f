// The two ends of a pipeline under test: a source that emits what the case lists, and a sink that
// writes down what arrives.
#include "case-sink.schema.hpp"
#include "case-source.schema.hpp"

#include <weir/stage.hpp>

#include <fstream>
#include <map>
#include <mutex>

namespace weir::cases {

/// Emits the case's messages, ends when all are committed.
class CaseSource {
 public:
  static constexpr Info info{.id = "case-source",
                             .summary = "Emits the messages of a test case.",
                             .schema = schemas::case_source};

  explicit CaseSource(const Context& context)
      : batch_(static_cast<std::size_t>(context.config.integer("/batch"))),
        commits_(context.config.text("/commits")) {
    const Config& config = context.config;
    for (std::size_t i = 0; i < config.length("/messages"); ++i) {
      const std::string place = "/messages/" + std::to_string(i);
      lanes_[static_cast<std::uint64_t>(config.integer(place + "/lane"))].messages.push_back(
          {config.find_text(place + "/key"), config.find_text(place + "/value")});
    }
  }

  Poll poll(Emit& emit, std::chrono::milliseconds) {
    bool done = true;
    for (auto& [number, lane] : lanes_) {
      const std::size_t count =
          std::min({emit.room(number), batch_, lane.messages.size() - lane.next});
      if (count > 0) emit_some(emit, number, lane, count);
      done = done && lane.next == lane.messages.size();
    }
    return done ? Poll::end : Poll::more;
  }

  void commit(std::uint64_t lane, std::int64_t to) { commits_ << lane << ' ' << to << std::endl; }

 private:
  struct Listed {
    std::optional<std::string> key, value;
  };
  struct Lane {
    std::vector<Listed> messages;
    std::size_t next = 0;
  };

  void emit_some(Emit& emit, std::uint64_t number, Lane& lane, std::size_t count) {
    const auto bytes = [](const std::optional<std::string>& text) {
      return text ? view(*text) : weir_view{nullptr, 0};
    };
    std::vector<weir_message> messages;
    for (std::size_t i = lane.next; i < lane.next + count; ++i) {
      weir_message message{};
      message.key = bytes(lane.messages[i].key);
      message.value = bytes(lane.messages[i].value);
      message.position = static_cast<std::int64_t>(i);
      messages.push_back(message);
    }
    const auto first = static_cast<std::int64_t>(lane.next);
    auto owner = std::make_unique<int>();
    const std::string origin = "case/" + std::to_string(number);
    if (emit.messages({number, origin, first, first + static_cast<std::int64_t>(count), messages},
                      owner))
      lane.next += count;
  }

  std::size_t batch_;
  std::ofstream commits_;
  std::map<std::uint64_t, Lane> lanes_;
};

/// Writes down what reaches it.
class CaseSink {
 public:
  static constexpr Info info{
      .id = "case-sink", .summary = "Writes down what reaches it.", .schema = schemas::case_sink};

  explicit CaseSink(const Context& context) : file_(context.config.text("/file"), std::ios::app) {}

  class Worker {
   public:
    explicit Worker(CaseSink& sink) : sink_(sink) {}
    void process(const Batch& batch, Edit&) {
      const std::scoped_lock lock(sink_.mutex_);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        sink_.file_ << batch.lane() << ' ' << batch[i].position() << ' '
                    << batch[i].header(WEIR_HEADER_CODE).value_or("-") << ' '
                    << batch[i].header(WEIR_HEADER_POINTER).value_or("-") << ' ' << batch[i].value()
                    << '\n';
      }
      sink_.file_.flush();
    }

   private:
    CaseSink& sink_;
  };

 private:
  std::mutex mutex_;
  std::ofstream file_;
};

}  // namespace weir::cases

WEIR_PLUGIN("case-stages", "1", weir::cases::CaseSource, weir::cases::CaseSink);
