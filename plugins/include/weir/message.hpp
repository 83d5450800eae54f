/// What flows: messages, batches, what a step may do to them, how a source hands them over.
#pragma once

#include <weir/abi.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace weir {

/// The environment is at fault (a server is away, a disk is full): the same call again, after a
/// pause.
class Retry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Another instance has claimed this lane: the batch is forgotten, nothing is committed.
class Fenced : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

constexpr weir_view view(std::string_view text) { return {text.data(), text.size()}; }
constexpr std::string_view text(weir_view view) {
  return view.data == nullptr ? std::string_view{} : std::string_view{view.data, view.size};
}

/// One message; borrowed bytes, valid as long as its batch.
class Message {
 public:
  explicit Message(const weir_message& raw) : raw_(&raw) {}

  std::string_view key() const { return text(raw_->key); }
  bool has_key() const { return raw_->key.data != nullptr; }
  std::string_view value() const { return text(raw_->value); }
  bool tombstone() const { return raw_->value.data == nullptr; }
  std::int64_t position() const { return raw_->position; }
  std::int64_t time_us() const { return raw_->time_us; }
  std::span<const weir_header> headers() const { return {raw_->headers, raw_->header_count}; }
  /// The last header of that name, as Kafka's rule is.
  std::optional<std::string_view> header(std::string_view name) const {
    for (std::size_t i = raw_->header_count; i-- > 0;) {
      if (text(raw_->headers[i].name) == name) return text(raw_->headers[i].value);
    }
    return std::nullopt;
  }
  const weir_message& raw() const { return *raw_; }

 private:
  const weir_message* raw_;
};

/// Some messages of one lane, in order. Borrowed until the call returns.
class Batch {
 public:
  explicit Batch(const weir_batch& raw) : raw_(&raw) {}

  std::size_t size() const { return raw_->count; }
  bool empty() const { return raw_->count == 0; }
  Message operator[](std::size_t index) const { return Message(raw_->messages[index]); }
  std::uint64_t lane() const { return raw_->lane; }
  std::string_view origin() const { return text(raw_->origin); }
  std::int64_t first() const { return raw_->first; }
  std::int64_t commit_to() const { return raw_->commit_to; }
  /// Position and mark of the last message that was read, whatever became of it; -1 and 0: none.
  std::int64_t last() const { return WEIR_HAS(raw_, mark) ? raw_->last : -1; }
  std::uint64_t mark() const { return WEIR_HAS(raw_, mark) ? raw_->mark : 0; }
  std::span<const weir_rejected> rejected() const { return {raw_->rejected, raw_->rejected_count}; }
  const weir_batch& raw() const { return *raw_; }

 private:
  const weir_batch* raw_;
};

/// What a step may do to the batch in hand. Untouched messages pass on as they are.
class Edit {
 public:
  explicit Edit(weir_edit& raw) : raw_(&raw) {}

  void drop(std::size_t index) { raw_->drop(raw_, index); }

  /// Declares one message unfit: it leaves by the reject route. `pointer` (RFC 6901) names the
  /// offending place.
  void reject(std::size_t index, std::string_view code, std::string_view reason,
              std::optional<std::string_view> pointer = std::nullopt) {
    raw_->reject(raw_, index, view(code), view(reason),
                 pointer ? view(*pointer) : weir_view{nullptr, 0});
  }

  /// Gives a message another value; the bytes are copied, the rest stays.
  void replace_value(std::size_t index, const Message& old, std::string_view value) {
    weir_message message = old.raw();
    message.value = view(keep(value));
    raw_->replace(raw_, index, &message);
  }

  /// The message's descriptor is copied; its bytes must live as long as the batch: use `keep`.
  void replace(std::size_t index, const weir_message& message) {
    raw_->replace(raw_, index, &message);
  }
  void insert(std::size_t after, const weir_message& message) {
    raw_->insert(raw_, after, &message);
  }

  /// A copy that lives as long as the batch.
  std::string_view keep(std::string_view bytes) {
    if (bytes.empty()) return {"", 0};
    auto* copy = static_cast<char*>(raw_->alloc(raw_, bytes.size()));
    std::memcpy(copy, bytes.data(), bytes.size());
    return {copy, bytes.size()};
  }

  /// Makes the rejects so far durable. A step that commits its own work calls it before that.
  void flush() {
    weir_error error{};
    const weir_status status = raw_->flush(raw_, &error);
    if (status == WEIR_RETRY) throw Retry(error.text);
    if (status != WEIR_OK) throw std::runtime_error(error.text);
  }

 private:
  weir_edit* raw_;
};

/// What a source hands over in one go: messages of one lane, in order.
struct Slice {
  std::uint64_t lane;
  std::string_view origin;
  std::int64_t first;      ///< the commit_to of the slice before it
  std::int64_t commit_to;  ///< where the lane goes on after this slice
  std::span<const weir_message> messages;
};

class Emit {
 public:
  explicit Emit(weir_emit& raw) : raw_(&raw) {}

  /// Messages that the lane may emit now. 0: leave them where they are, and return from poll
  /// without waiting.
  std::size_t room(std::uint64_t lane) { return raw_->room(raw_, lane); }

  /// The descriptors are copied. `owner` keeps the payload bytes; it is deleted, on any thread,
  /// when the last message has settled. False: the engine is stopping, nothing was taken, and
  /// `owner` is still the caller's.
  template <class Owner>
  bool messages(const Slice& slice, std::unique_ptr<Owner>& owner) {
    weir_batch batch{};
    batch.size = sizeof batch;
    batch.messages = slice.messages.data();
    batch.count = slice.messages.size();
    batch.lane = slice.lane;
    batch.origin = view(slice.origin);
    batch.first = slice.first;
    batch.commit_to = slice.commit_to;
    const weir_memory memory{owner.get(), [](void* kept) { delete static_cast<Owner*>(kept); }};
    if (!raw_->messages(raw_, &batch, memory)) return false;
    static_cast<void>(owner.release());
    return true;
  }

 private:
  weir_emit* raw_;
};

/// What poll() says: come again, or nothing more will ever come.
enum class Poll { more, end };

}  // namespace weir
