#pragma once

#include <boost/json/error.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value_stack.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "limits.hpp"
#include "refusal.hpp"

namespace weir::json_schema_validate {

/// The handler of Boost.JSON's parser: builds the value, and stops at the first thing that may not
/// pass. It sees each number's text and each member, which the finished value no longer shows.
class Fence {
 public:
  // Boost's own limits are not used: a refusal of ours names the limit and how to change it.
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  using Error = boost::json::error_code;
  using Text = boost::json::string_view;

  explicit Fence(const Limits& limits) : limits_(limits) {}

  /// Values are made in `memory`. With `watch_names` it looks for the member that stands twice,
  /// which costs time.
  void begin(std::string_view document, boost::json::storage_ptr memory, bool watch_names);
  boost::json::value release() { return values_.release(); }
  std::size_t members() const { return members_; }
  const std::optional<Refusal>& refusal() const { return refusal_; }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error& error) { return enter(true, error); }
  bool on_object_end(std::size_t count, Error&);
  bool on_array_begin(Error& error) { return enter(false, error); }
  bool on_array_end(std::size_t count, Error&);
  bool on_key_part(Text part, std::size_t, Error& error);
  bool on_key(Text rest, std::size_t total, Error& error);
  bool on_string_part(Text part, std::size_t total, Error& error);
  bool on_string(Text rest, std::size_t total, Error& error);
  bool on_number_part(Text part, Error&);
  bool on_int64(std::int64_t value, Text rest, Error& error);
  bool on_uint64(std::uint64_t, Text rest, Error& error);
  bool on_double(double, Text rest, Error& error);
  /// The parser itself gives up on an exponent that no integer holds, and tells nobody.
  void on_exponent_overflow();
  bool on_bool(bool value, Error& error);
  bool on_null(Error& error);
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  struct Level {  // one open object or list
    bool object = false;
    std::size_t index = 0;    // of the next element
    std::string_view name{};  // of the member at hand; in the document, or in `unescaped`
    std::string unescaped{};
    std::set<std::string, std::less<>> names{};  // only when names are watched
  };

  bool enter(bool object, Error& error);
  bool next_value(Error& error);
  bool check_text(Text part, std::size_t total, Error& error);
  bool refuse(Error& error, std::string code, std::string reason);
  bool refuse_number(Error& error, std::string_view text, std::string_view why);
  std::string_view number_text(Text rest);
  std::string place() const;

  Limits limits_;
  boost::json::value_stack values_;
  std::string_view document_{};
  std::deque<Level> levels_{};  // the first `depth_` are open; the others keep their memory
  std::size_t depth_ = 0;
  std::size_t items_ = 0;
  std::size_t members_ = 0;
  bool watch_names_ = false;
  bool in_text_ = false;  // a part of a string or name has come already
  std::string name_{};    // the parts of a name with escapes
  std::string number_{};  // the parts of a number
  std::optional<Refusal> refusal_{};
};

}  // namespace weir::json_schema_validate
