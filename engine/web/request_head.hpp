#pragma once

#include "engine/web/limits.hpp"
#include "engine/web/refusal.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weir::web {

/// One header field, borrowed from the bytes of the head.
struct Field {
  std::string_view name, value;
};

/// A request's first line and header fields, read strictly by RFC 9112. Its views are borrowed from
/// the bytes that it was read from. One thread.
class RequestHead {
 public:
  /// Reads a whole head, with its empty line. What is not exactly right is refused, never guessed
  /// at: each leniency here is a difference to some proxy in front, and such differences smuggle
  /// requests.
  std::optional<Refusal> read(std::string_view bytes);

  std::string_view method() const { return method_; }
  std::string_view target() const { return target_; }  ///< origin form: starts with a slash
  std::string_view host() const { return host_; }      ///< as sent, with its port
  std::span<const Field> fields() const { return {fields_.data(), field_count_}; }
  std::optional<std::string_view> field(std::string_view name) const;  ///< the first of that name

  /// Absent also where the body comes in chunks.
  std::optional<std::uint64_t> content_length() const { return content_length_; }
  bool has_body() const { return chunked_ || content_length_.value_or(0) > 0; }
  bool takes_chunks() const { return !http_1_0_; }
  bool closes() const { return closes_; }  ///< the client wants no further request here

 private:
  std::optional<Refusal> read_first_line(std::string_view line);
  std::optional<Refusal> read_target(std::string_view target);
  std::optional<Refusal> read_field(std::string_view line);
  std::optional<Refusal> read_framing();
  std::optional<Refusal> read_content_length(std::string_view value);
  std::optional<Refusal> read_host();

  std::string_view method_, target_, host_;
  std::array<Field, most_fields> fields_;
  std::size_t field_count_ = 0;
  std::optional<std::uint64_t> content_length_;
  bool http_1_0_ = false, absolute_ = false, chunked_ = false, closes_ = false;
};

/// Equal but for the case of ASCII letters.
bool same_word(std::string_view one, std::string_view other);

/// A name of a method or header field: RFC 9110 calls it a token.
bool is_token(std::string_view text);

/// What may stand in a header field's value: no control characters but the tab.
bool is_field_value(std::string_view text);

}  // namespace weir::web
