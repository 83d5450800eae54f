#pragma once

#include <weir/stage.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>

// The stages that plugins/README.md shows, so that what it shows is compiled and tested.
namespace readme {

/// Rejects messages whose key does not stand in a file.
class KnownKeys {
 public:
  static constexpr weir::Info info{
      .id = "known-keys",
      .summary = "Rejects unknown keys.",
      .schema = R"({"properties": {"path": {"type": "string", "default": "keys.txt"}}})"};

  explicit KnownKeys(const weir::Context& context)
      : path_(context.config.path("/path")),
        unknown_(context.host.counter("weir_unknown_keys_total", "Messages with unknown keys.")) {}

  void start() {
    std::ifstream file(path_);
    if (!file) throw weir::Retry("cannot read " + path_.string() + "; put a key on each line");
    for (std::string key; std::getline(file, key);) keys_.insert(key);
  }

  class Worker {
   public:
    explicit Worker(const KnownKeys& known) : known_(known) {}

    void process(const weir::Batch& batch, weir::Edit& edit) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (known_.keys_.contains(batch[i].key())) continue;
        edit.reject(i, "unknown-key", "the key does not stand in " + known_.path_.string());
        known_.unknown_.add();
      }
    }

   private:
    const KnownKeys& known_;
  };

 private:
  std::filesystem::path path_;
  weir::Metric unknown_;
  std::set<std::string, std::less<>> keys_;  // after start() read only, so workers need no lock
};

/// Counts to ten, once.
class Ten {
 public:
  static constexpr weir::Info info{.id = "ten", .summary = "Counts to ten."};
  explicit Ten(const weir::Context&) {}

  weir::Poll poll(weir::Emit& emit, std::chrono::milliseconds) {
    if (next_ == 10) return weir::Poll::end;
    if (emit.room(0) == 0) return weir::Poll::more;
    auto text = std::make_unique<std::string>(std::to_string(next_ + 1));
    weir_message message{};
    message.value = weir::view(*text);
    message.position = next_;
    const weir::Slice slice{.lane = 0,
                            .origin = "ten",
                            .first = next_,
                            .commit_to = next_ + 1,
                            .messages = {&message, 1}};
    if (emit.messages(slice, text)) ++next_;  // the text is the engine's now, until it has settled
    return weir::Poll::more;
  }

  // A source that can go on where it stood would store the position here.
  void commit(std::uint64_t, std::int64_t) {}

 private:
  std::int64_t next_ = 0;
};

/// Answers GET /hello/{name}.
class Hello {
 public:
  static constexpr weir::Info info{.id = "hello", .summary = "Greets."};
  explicit Hello(const weir::Context& context) : host_(context.host) {}

  void start() { host_.route<&Hello::greet>("/hello/{name}", *this); }
  void greet(const weir::Request& request, weir::Reply& reply) {
    reply.send(200, {{"Content-Type", "text/plain"}}, "Hello " + std::string(request.parameter(0)));
  }

 private:
  weir::Host host_;
};

}  // namespace readme
