#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

namespace weir::dead_letter_log {

/// Reads lines that append_letter() has written, or that another tool has written anew from them.
/// Used again for the next line; one thread.
class LetterReader {
 public:
  /// False: the line is not a letter. What is read lives until the next call, and as long as the
  /// line.
  bool read(std::string_view line);
  /// All but its place.
  const weir_letter& letter() const { return letter_; }

 private:
  bool read_member(std::string_view name);
  bool read_text(std::string_view name, std::string_view wanted, weir_view& out, bool& known);
  bool read_headers();
  bool read_header();
  bool read_bytes(bool base64, weir_view& out);
  bool read_string(std::string_view& out);
  bool read_escape();
  bool read_code_unit(std::uint32_t& unit);
  bool read_integer(std::int64_t& out);
  bool read_time(std::int64_t& us);
  bool skip_value();
  bool skip_container(char close);
  template <class Each>
  bool read_object(Each each);
  template <class Each>
  bool read_list(char close, Each each);

  void skip_space();
  bool take(char expected);
  bool take(std::string_view word);

  std::string_view rest_;
  std::string bytes_;  // reserved to the line's size, so that views into it stay
  std::vector<weir_header> headers_;
  weir_letter letter_{};
  int depth_ = 0;
};

}  // namespace weir::dead_letter_log
