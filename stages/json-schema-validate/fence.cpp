#include "fence.hpp"

#include <functional>
#include <utility>

#include "numbers.hpp"
#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

std::string_view standard(boost::json::string_view text) { return {text.data(), text.size()}; }

bool lies_in(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

void Fence::begin(std::string_view document, boost::json::storage_ptr memory, bool watch_names) {
  values_.reset(std::move(memory));
  document_ = document;
  depth_ = items_ = members_ = 0;
  watch_names_ = watch_names;
  in_text_ = false;
  name_.clear();
  number_.clear();
  refusal_.reset();
}

bool Fence::enter(bool object, Error& error) {
  if (!next_value(error)) return false;
  if (depth_ == limits_.depth) {
    return refuse(error, "too-deep",
                  "objects and lists are nested deeper than " + std::to_string(limits_.depth) +
                      " levels (limits.depth); send flatter messages or raise the limit");
  }
  if (levels_.size() == depth_) levels_.emplace_back();
  Level& level = levels_[depth_++];
  level.object = object;
  level.index = 0;
  level.name = {};
  level.names.clear();
  return true;
}

bool Fence::on_object_end(std::size_t count, Error&) {
  --depth_;
  values_.push_object(count);
  return true;
}

bool Fence::on_array_end(std::size_t count, Error&) {
  --depth_;
  values_.push_array(count);
  return true;
}

bool Fence::next_value(Error& error) {
  if (depth_ > 0) ++levels_[depth_ - 1].index;
  if (++items_ > limits_.items) {
    return refuse(error, "too-many-items",
                  "the message holds more than " + std::to_string(limits_.items) +
                      " values (limits.items); send smaller messages or raise the limit");
  }
  return true;
}

bool Fence::on_key_part(Text part, std::size_t total, Error& error) {
  if (!std::exchange(in_text_, true)) name_.clear();
  levels_[depth_ - 1].name = {};  // a refusal of the name itself is one of the object
  if (!check_text(part, total, error)) return false;
  name_.append(part.data(), part.size());
  values_.push_chars(part);
  return true;
}

bool Fence::on_key(Text rest, std::size_t total, Error& error) {
  Level& level = levels_[depth_ - 1];
  level.name = {};
  if (!check_text(rest, total, error)) return false;
  // Many in one object are what a hash table can be slowed down with.
  if (level.index == limits_.members) {
    return refuse(error, "too-many-members",
                  "an object has more than " + std::to_string(limits_.members) +
                      " members (limits.members); send smaller ones or raise the limit");
  }
  ++members_;
  const bool in_parts = std::exchange(in_text_, false);
  if (!in_parts && lies_in(standard(rest), document_)) {
    level.name = standard(rest);
  } else {
    level.unescaped = in_parts ? name_ : std::string();
    level.unescaped.append(rest.data(), rest.size());
    level.name = level.unescaped;
  }
  values_.push_key(rest);
  if (watch_names_ && !level.names.emplace(level.name).second) {
    return refuse(
        error, "duplicate-member",
        "the member " + in_quotes(level.name) +
            " stands twice in one object, and readers differ on which one counts; send it once");
  }
  return true;
}

bool Fence::on_string_part(Text part, std::size_t total, Error& error) {
  if (!std::exchange(in_text_, true) && !next_value(error)) return false;
  if (!check_text(part, total, error)) return false;
  values_.push_chars(part);
  return true;
}

bool Fence::on_string(Text rest, std::size_t total, Error& error) {
  if (!std::exchange(in_text_, false) && !next_value(error)) return false;
  if (!check_text(rest, total, error)) return false;
  values_.push_string(rest);
  return true;
}

bool Fence::check_text(Text part, std::size_t total, Error& error) {
  if (total > limits_.string) {
    return refuse(error, "too-long",
                  "a string or member name is longer than " + std::to_string(limits_.string) +
                      " bytes (limits.string); send shorter ones or raise the limit");
  }
  if (part.find('\0') != Text::npos) {
    return refuse(
        error, "nul",
        "a string or member name holds the character U+0000, which databases cannot keep; "
        "leave it out");
  }
  return true;
}

bool Fence::on_number_part(Text part, Error&) {
  number_.append(part.data(), part.size());
  return true;
}

std::string_view Fence::number_text(Text rest) {
  if (number_.empty()) return standard(rest);
  number_.append(rest.data(), rest.size());
  return number_;
}

bool Fence::on_int64(std::int64_t value, Text, Error& error) {
  number_.clear();
  if (!next_value(error)) return false;
  values_.push_int64(value);
  return true;
}

bool Fence::on_uint64(std::uint64_t, Text rest, Error& error) {
  if (!next_value(error)) return false;
  return refuse_number(error, number_text(rest), "is beyond 64-bit integers");
}

bool Fence::on_double(double, Text rest, Error& error) {
  if (!next_value(error)) return false;
  const std::string_view text = number_text(rest);
  const auto number = read_decimal(text);
  if (!number) {
    const bool integer = text.find_first_of(".eE") == std::string_view::npos;
    return refuse_number(
        error, text,
        integer ? "is beyond 64-bit integers" : "is beyond 64-bit floating point numbers");
  }
  if (const auto* whole = std::get_if<std::int64_t>(&*number)) {
    values_.push_int64(*whole);
  } else {
    values_.push_double(std::get<double>(*number));
  }
  number_.clear();
  return true;
}

void Fence::on_exponent_overflow() {
  Error error;
  if (next_value(error))
    refuse_number(error, "with so large an exponent", "is beyond 64-bit floating point numbers");
}

bool Fence::on_bool(bool value, Error& error) {
  if (!next_value(error)) return false;
  values_.push_bool(value);
  return true;
}

bool Fence::on_null(Error& error) {
  if (!next_value(error)) return false;
  values_.push_null();
  return true;
}

bool Fence::refuse_number(Error& error, std::string_view text, std::string_view why) {
  return refuse(error, "number-range",
                "the number " + std::string(text.substr(0, 40)) + (text.size() > 40 ? "… " : " ") +
                    std::string(why) + " and would be changed on its way; send it as a string");
}

bool Fence::refuse(Error& error, std::string code, std::string reason) {
  refusal_ = Refusal{std::move(code), std::move(reason), bounded_pointer(place())};
  error = boost::json::error::exception;  // any: the refusal says more
  return false;
}

std::string Fence::place() const {
  std::string pointer;
  for (std::size_t i = 0; i < depth_; ++i) {
    const Level& level = levels_[i];
    if (level.object) {
      if (level.name.data() == nullptr) break;  // before its first member
      append_token(pointer, level.name);
    } else if (level.index > 0) {
      append_token(pointer, std::to_string(level.index - 1));
    }
  }
  return pointer;
}

}  // namespace weir::json_schema_validate
