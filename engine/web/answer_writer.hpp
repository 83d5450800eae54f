#pragma once

#include "engine/web/counts.hpp"
#include "engine/web/reply.hpp"
#include "engine/web/wire.hpp"

#include <ctime>
#include <span>
#include <string>
#include <string_view>

namespace weir::web {

/// Writes answers to one connection: status line, the fields that every answer has, the answer's
/// own, the body. Reuses its memory, so that an answer costs no allocation. One thread.
class AnswerWriter {
 public:
  AnswerWriter(Wire& wire, Counts::Tally& tally) : wire_(wire), tally_(tally) {}

  /// What the next answer is for: HEAD leaves the body out, `closes` tells the client that it is
  /// the last.
  void begin(bool head_only, bool closes);

  /// False: the connection is lost.
  bool send(const Reply& reply);

  /// The head of an answer whose body has no known end: the connection's end is that of the body,
  /// or that of its chunks.
  bool open(const Reply& reply, bool chunked);

  /// The same for bytes that are only lent: what the socket does not take at once is copied, and
  /// sent by flush().
  bool send_lent(int status, std::span<const Field> fields, std::string_view body);
  bool flush() { return wire_.flush(); }

 private:
  enum class Framing { length, chunks, none };
  void compose(int status, std::span<const Field> fields, Framing framing, std::size_t body_bytes);
  void add_date();

  Wire& wire_;
  Counts::Tally& tally_;
  bool head_only_ = false, closes_ = false;
  std::string head_;
  std::time_t date_second_ = -1;
  char date_[64] = {};  ///< the Date field of that second
  std::size_t date_size_ = 0;
};

/// Fields that the engine writes itself, and nobody else may.
bool is_engine_field(std::string_view name);

/// Whether an answer of this status has a body at all (RFC 9110, 6.4.1).
bool may_have_body(int status);

}  // namespace weir::web
