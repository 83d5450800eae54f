#include "document_reader.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <string>

#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10;  // bytes; a 1 KB order takes about 5

boost::json::parse_options strict(std::size_t depth) {
  boost::json::parse_options options;
  options.max_depth = depth + 1;  // the fence stops earlier, with a better text
  return options;
}

std::size_t count_members(const boost::json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) count += count_members(element);
  }
  return count;
}

std::string where(std::string_view bytes, std::size_t at) {
  const std::string_view before = bytes.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "byte " + std::to_string(at) + " (line " + std::to_string(line) + ", column " +
         std::to_string(at - start + 1) + ")";
}

/// Boost calls a leading surrogate that nothing follows a syntax error like any other.
bool ends_in_leading_surrogate(std::string_view text) {
  if (text.ends_with('\\')) text.remove_suffix(1);
  if (text.size() < 6) return false;
  const std::string_view escape = text.substr(text.size() - 6);
  constexpr std::string_view leading = "89abAB";
  if (!escape.starts_with("\\u") || (escape[2] != 'd' && escape[2] != 'D') ||
      leading.find(escape[3]) == leading.npos)
    return false;
  text.remove_suffix(5);  // now it ends with the escape's backslash, or with an escaped one
  const std::size_t before = text.find_last_not_of('\\') + 1;
  return (text.size() - before) % 2 == 1;
}

Refusal not_json(std::string_view bytes, std::size_t at, boost::json::error_code error) {
  if (error == boost::json::error::illegal_leading_surrogate ||
      error == boost::json::error::illegal_trailing_surrogate ||
      ends_in_leading_surrogate(bytes.substr(0, at))) {
    return {"lone-surrogate",
            "half of a surrogate pair (\\ud800 to \\udfff) stands alone before " +
                where(bytes, at) + "; it is no character: send both halves, or neither",
            std::nullopt};
  }
  const std::size_t invalid = find_invalid_utf8(bytes);
  if (invalid != std::string_view::npos) {
    return {"not-utf8",
            "the value is not UTF-8 at " + where(bytes, invalid) + "; send JSON in UTF-8",
            std::nullopt};
  }
  std::string what = "something stands at " + where(bytes, at) + " that JSON does not allow there";
  if (at >= bytes.size()) {
    what = "it ends too early, at " + where(bytes, at);
  } else if (!error) {
    what = "something follows the document at " + where(bytes, at);
  } else if (bytes[at] > ' ' && bytes[at] < 0x7F) {
    what = std::string("the character '") + bytes[at] + "' at " + where(bytes, at) +
           " does not belong there";
  }
  return {"not-json", "the value is not JSON: " + what, std::nullopt};
}

std::optional<Refusal> refuse_whole(std::string_view bytes, const Limits& limits) {
  if (bytes.size() > limits.bytes) {
    return Refusal{"too-large",
                   "the message has " + std::to_string(bytes.size()) + " bytes, more than " +
                       std::to_string(limits.bytes) +
                       " (limits.bytes); send smaller messages or raise the limit",
                   std::nullopt};
  }
  if (bytes.empty())
    return Refusal{"not-json", "the value is empty; send a JSON document", std::nullopt};
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    return Refusal{
        "not-json",
        "the value starts with a byte order mark, which JSON does not allow; send it without",
        std::nullopt};
  }
  return std::nullopt;
}

}  // namespace

DocumentReader::DocumentReader(const Limits& limits)
    : limits_(limits), block_(block_size), parser_(strict(limits.depth), limits) {}

std::optional<Refusal> DocumentReader::read(std::string_view bytes) {
  document_.reset();
  if (auto refusal = refuse_whole(bytes, limits_)) return refusal;
  Fence& fence = parser_.handler();
  fence.begin(bytes, {}, false);  // lets go of what an earlier, refused document left in the memory
  // Not `release`: that keeps the size of the next block, which doubles with each that was needed.
  memory_.emplace(block_.data(), block_.size());
  fence.begin(bytes, &*memory_, false);
  if (auto refusal = parse(bytes)) return refusal;
  document_.emplace(fence.release());
  // A finished value keeps only one of two members with one name, so fewer members than were read
  // tell of duplicates.
  if (count_members(*document_) != fence.members()) return find_duplicate(bytes);
  return std::nullopt;
}

std::optional<Refusal> DocumentReader::parse(std::string_view bytes) {
  parser_.reset();
  boost::json::error_code error;
  const std::size_t end = parser_.write_some(false, bytes.data(), bytes.size(), error);
  if (error == boost::json::error::exponent_overflow) parser_.handler().on_exponent_overflow();
  if (parser_.handler().refusal()) return parser_.handler().refusal();
  if (error || end < bytes.size()) return not_json(bytes, end, error);
  return std::nullopt;
}

Refusal DocumentReader::find_duplicate(std::string_view bytes) {
  document_.reset();
  parser_.handler().begin(bytes, &*memory_, true);
  return parse(bytes).value_or(
      Refusal{"duplicate-member", "a member stands twice in one object; send it once", {}});
}

}  // namespace weir::json_schema_validate
