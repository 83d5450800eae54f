#pragma once

#include <boost/json/basic_parser.hpp>
#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::cache_sink {

/// The handler of Boost.JSON's parser that looks for one place, and stops the parser there.
class PlaceFinder {
 public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  using Error = boost::json::error_code;
  using Text = boost::json::string_view;

  /// `pointer` is a JSON Pointer of at least one token.
  explicit PlaceFinder(std::string_view pointer);

  void begin();
  bool found() const { return found_; }
  const std::string& text() const { return text_; }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error& error) { return enter(false, error); }
  bool on_object_end(std::size_t, Error& error) { return leave(error); }
  bool on_array_begin(Error& error) { return enter(true, error); }
  bool on_array_end(std::size_t, Error& error) { return leave(error); }
  bool on_key_part(Text part, std::size_t, Error&);
  bool on_key(Text rest, std::size_t, Error&);
  bool on_string_part(Text part, std::size_t, Error&);
  bool on_string(Text rest, std::size_t, Error& error);
  bool on_number_part(Text part, Error&);
  bool on_int64(std::int64_t, Text rest, Error& error) { return number(rest, error); }
  bool on_uint64(std::uint64_t, Text rest, Error& error) { return number(rest, error); }
  bool on_double(double, Text rest, Error& error) { return number(rest, error); }
  bool on_bool(bool, Error& error) { return no_key(error); }
  bool on_null(Error& error) { return no_key(error); }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  bool selects();
  bool enter(bool array, Error& error);
  bool leave(Error& error);
  bool number(Text rest, Error& error);
  bool no_key(Error& error);
  bool stop(Error& error);

  std::vector<std::string> tokens_;
  std::size_t open_ = 0;     // objects and lists around the place at hand
  std::size_t on_path_ = 0;  // of these, how many the pointer leads through
  bool array_ = false;       // the innermost of those is a list
  std::size_t index_ = 0;    // of its next element
  bool member_selected_ = false;
  bool partial_ = false;  // a part of a string or number has come already
  bool found_ = false;
  std::string text_;  // the place's text; or parts of the one at hand
};

/// Reads the text or number at one place of a document, no further than needed, without building
/// the document. Belongs to one thread.
class KeyReader {
 public:
  /// Throws std::runtime_error when it is not a JSON Pointer to a member or element.
  explicit KeyReader(std::string_view pointer);

  /// Nothing: there is no such place, or neither text nor number stands there. The view is good
  /// until the next call.
  std::optional<std::string_view> read(std::string_view document);

 private:
  boost::json::basic_parser<PlaceFinder> parser_;
};

}  // namespace weir::cache_sink
