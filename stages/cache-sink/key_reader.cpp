#include "key_reader.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <stdexcept>
#include <utility>

namespace weir::cache_sink {
namespace {

std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      out += token[i];
    }
  }
  return out;
}

boost::json::parse_options deep() {
  boost::json::parse_options options;
  options.max_depth = 512;  // more than any step before would let pass
  return options;
}

}  // namespace

PlaceFinder::PlaceFinder(std::string_view pointer) {
  if (!pointer.starts_with('/')) {
    throw std::runtime_error("`key` must be a JSON Pointer such as /order_uid; it is `" +
                             std::string(pointer) + "`");
  }
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    tokens_.push_back(unescaped(pointer.substr(at + 1, end - at - 1)));
    at = end;
  }
}

void PlaceFinder::begin() {
  open_ = on_path_ = index_ = 0;
  array_ = member_selected_ = partial_ = found_ = false;
  text_.clear();
}

/// Whether the value that begins now is the one that the pointer leads to, or through.
bool PlaceFinder::selects() {
  if (open_ == 0) return true;
  if (open_ != on_path_) return false;
  if (array_) return std::to_string(index_++) == tokens_[open_ - 1];
  return std::exchange(member_selected_, false);
}

bool PlaceFinder::enter(bool array, Error& error) {
  if (selects()) {
    if (open_ == tokens_.size()) return stop(error);  // an object or list is no key
    on_path_ = open_ + 1;
    array_ = array;
    index_ = 0;
  }
  ++open_;
  return true;
}

bool PlaceFinder::leave(Error& error) {
  --open_;
  return on_path_ > open_ ? stop(error)
                          : true;  // the pointer led in here, and the place was not there
}

bool PlaceFinder::on_key_part(Text part, std::size_t, Error&) {
  if (open_ != on_path_) return true;
  if (!std::exchange(partial_, true)) text_.clear();
  text_.append(part.data(), part.size());
  return true;
}

bool PlaceFinder::on_key(Text rest, std::size_t, Error&) {
  if (open_ != on_path_) return true;
  const std::string& token = tokens_[open_ - 1];
  if (!std::exchange(partial_, false)) {
    member_selected_ = rest == token;
  } else {
    text_.append(rest.data(), rest.size());
    member_selected_ = text_ == token;
  }
  return true;
}

bool PlaceFinder::on_string_part(Text part, std::size_t, Error&) {
  if (!std::exchange(partial_, true)) {
    text_.clear();
    found_ = selects() && open_ == tokens_.size();
  }
  if (found_) text_.append(part.data(), part.size());
  return true;
}

bool PlaceFinder::on_string(Text rest, std::size_t, Error& error) {
  if (!std::exchange(partial_, false)) {
    text_.clear();
    const bool selected = selects();
    found_ = selected && open_ == tokens_.size();
    if (selected && !found_)
      return stop(error);  // the pointer leads through it, but it holds nothing
  }
  if (!found_) return true;
  text_.append(rest.data(), rest.size());
  return stop(error);
}

bool PlaceFinder::on_number_part(Text part, Error&) {
  if (!std::exchange(partial_, true)) text_.clear();
  text_.append(part.data(), part.size());
  return true;
}

bool PlaceFinder::number(Text rest, Error& error) {
  if (!std::exchange(partial_, false)) text_.clear();
  if (!selects()) return true;
  text_.append(rest.data(), rest.size());
  found_ = open_ == tokens_.size();
  return stop(error);
}

bool PlaceFinder::no_key(Error& error) { return selects() ? stop(error) : true; }

bool PlaceFinder::stop(Error& error) {
  error = boost::json::make_error_code(
      boost::json::error::exception);  // any: found() says how it ended
  return false;
}

KeyReader::KeyReader(std::string_view pointer) : parser_(deep(), pointer) {}

std::optional<std::string_view> KeyReader::read(std::string_view document) {
  PlaceFinder& finder = parser_.handler();
  finder.begin();
  parser_.reset();
  boost::json::error_code error;
  parser_.write_some(false, document.data(), document.size(), error);
  if (!finder.found()) return std::nullopt;
  return finder.text();
}

}  // namespace weir::cache_sink
