#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::pg_sink {

enum class Kind : std::uint8_t { null, boolean, number, string, object, array };

/// One value of a parsed message. A number is its text, so that no digit is lost.
struct Value {
  Kind kind;
  bool truth = false;
  bool plain = false;       ///< of a string: no control character, no quotation mark, no backslash
  std::uint32_t next = 0;   ///< the value behind this one and all that is inside of it
  std::string_view name{};  ///< of a member
  std::string_view text{};  ///< a string's characters, a number's text
};

/// Why a message cannot be read.
struct Unreadable {
  std::string code, reason;
  std::optional<std::string> pointer{};
};

/// What no message may exceed, so that one cannot take the memory or the time of all others.
struct MessageLimits {
  std::size_t bytes = std::size_t{16} << 20;  ///< of a whole message
  std::size_t depth = 128;                    ///< of nested objects and lists
  std::size_t items = 100'000;                ///< values in all; each may become a row

  bool operator==(const MessageLimits&) const = default;
};

/// A parsed message: its values in document order. Used again for the next one; one thread.
class Document {
 public:
  explicit Document(const MessageLimits& limits = {});
  ~Document();

  /// The values live until the next call. Nothing: the message can be read.
  std::optional<Unreadable> parse(std::string_view message);

  const Value& operator[](std::uint32_t index) const { return values_[index]; }
  static constexpr std::uint32_t root = 0;

  /// The member of that name of an object; nullptr when it has none.
  const Value* member(const Value& object, std::string_view name) const;
  std::uint32_t index(const Value& value) const {
    return static_cast<std::uint32_t>(&value - values_.data());
  }

  /// Writes a value as JSON.
  void write(const Value& value, std::string& out) const;

 private:
  struct Handler;
  struct Parser;
  MessageLimits limits_;
  std::vector<Value> values_;
  std::string text_;  // reserved to the message's size before parsing: views into it stay
  std::unique_ptr<Parser> parser_;
};

/// Writes a JSON string, quotes included.
void write_string(std::string_view characters, std::string& out);

}  // namespace weir::pg_sink
