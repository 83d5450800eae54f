#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::pg_sink {

/// One column's value of one row: a place in RawCells, or NULL.
struct RawCell {
  /// What its characters may hold, so that most are written without being looked at.
  enum class Form : std::uint8_t {
    null,
    bare,   ///< digits, letters, signs, points and colons
    plain,  ///< no control character, no quotation mark, no backslash
    text    ///< anything but NUL
  };
  std::size_t offset = 0;
  std::size_t size_and_form = 0;  ///< in one, because a batch has hundreds of thousands of them

  std::size_t size() const { return size_and_form >> 2; }
  Form form() const { return static_cast<Form>(size_and_form & 3); }
  bool is_null() const { return form() == Form::null; }
};

/// The values of a batch's rows, each once and as it is; written by whoever sends them, in the way
/// that PostgreSQL is to read them.
class RawCells {
 public:
  void clear();
  std::size_t size() const { return text_.size(); }
  void cut(std::size_t size) { text_.resize(size); }
  std::string_view operator[](const RawCell& cell) const {
    return std::string_view(text_).substr(cell.offset, cell.size());
  }

  /// `form` is one that the characters have.
  RawCell add(std::string_view characters, RawCell::Form form) {
    const std::size_t offset = text_.size();
    text_.append(characters);
    return {offset, characters.size() << 2 | static_cast<std::size_t>(form)};
  }
  RawCell bare(std::string_view characters) { return add(characters, RawCell::Form::bare); }
  RawCell bare(std::int64_t number);
  RawCell text(std::string_view characters) { return add(characters, RawCell::Form::text); }

  /// As the element of a PostgreSQL array inside of a quoted SQL literal.
  void append_element(const RawCell& cell, std::string& sql) const;
  /// As a field of COPY's text format.
  void append_field(const RawCell& cell, std::string& rows) const;

 private:
  std::string text_;
};

}  // namespace weir::pg_sink
