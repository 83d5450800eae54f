#include "engine/web/request_head.hpp"

#include <algorithm>
#include <string>

namespace weir::web {
namespace {

constexpr auto token_characters = [] {
  std::array<bool, 256> set{};
  for (unsigned char c = '0'; c <= '9'; ++c) set[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) set[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) set[c] = true;
  for (unsigned char c : std::string_view("!#$%&'*+-.^_`|~")) set[c] = true;
  return set;
}();

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_visible_ascii(char c) { return c > ' ' && c < 0x7F; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether a comma-separated list has the word.
bool lists(std::string_view list, std::string_view word) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (same_word(trimmed(list.substr(0, comma)), word)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

/// Takes one line, without its CRLF, from the front of the text; none where no CRLF is left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

}  // namespace

bool same_word(std::string_view one, std::string_view other) {
  return one.size() == other.size() &&
         std::equal(one.begin(), one.end(), other.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return token_characters[static_cast<unsigned char>(c)];
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= ' ' && byte != 0x7F) || byte == '\t';
  });
}

std::optional<Refusal> RequestHead::read(std::string_view bytes) {
  method_ = target_ = host_ = {};
  field_count_ = 0;
  content_length_.reset();
  http_1_0_ = absolute_ = chunked_ = closes_ = false;
  const auto first = take_line(bytes);
  if (!first) return Refusal{400, "the request has no first line; send \"GET /path HTTP/1.1\""};
  if (auto refusal = read_first_line(*first)) return refusal;
  for (auto line = take_line(bytes); line && !line->empty(); line = take_line(bytes))
    if (auto refusal = read_field(*line)) return refusal;
  if (auto refusal = read_framing()) return refusal;
  return read_host();
}

std::optional<std::string_view> RequestHead::field(std::string_view name) const {
  for (const Field& field : fields())
    if (same_word(field.name, name)) return field.value;
  return std::nullopt;
}

std::optional<Refusal> RequestHead::read_first_line(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (space == std::string_view::npos || space == last)
    return Refusal{400,
                   "the first line is not \"METHOD TARGET VERSION\"; send \"GET /path HTTP/1.1\""};
  method_ = line.substr(0, space);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method_))
    return Refusal{400, "the method has characters that no method has; send GET or HEAD"};
  if (version == "HTTP/1.0") {
    http_1_0_ = closes_ = true;
  } else if (version != "HTTP/1.1") {
    const bool other = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
    return other ? Refusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"}
                 : Refusal{400, "the first line does not end with a version; send HTTP/1.1"};
  }
  return read_target(line.substr(space + 1, last - space - 1));
}

std::optional<Refusal> RequestHead::read_target(std::string_view target) {
  if (target.size() > longest_target)
    return Refusal{414, "the request target has " + std::to_string(target.size()) +
                            " bytes; at most " + std::to_string(longest_target) + " are read"};
  if (!std::all_of(target.begin(), target.end(), is_visible_ascii))
    return Refusal{
        400, "the request target has bytes that are not visible ASCII; write them percent-encoded"};
  constexpr std::string_view scheme = "http://";
  if (same_word(target.substr(0, scheme.size()), scheme)) {  // absolute form, as a proxy is asked
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
    absolute_ = true;
    host_ = rest.substr(0, slash);
    target = rest.substr(slash);
    if (target.empty()) target = "/";
  }
  if (!target.starts_with('/'))
    return Refusal{
        400, "the request target does not start with a slash; send a path such as /api/pipelines"};
  if (target.find('#') != std::string_view::npos)
    return Refusal{400,
                   "the request target has a fragment (#…), which stays with the client; leave it "
                   "out, or write %23"};
  target_ = target;
  return std::nullopt;
}

std::optional<Refusal> RequestHead::read_field(std::string_view line) {
  if (field_count_ == most_fields)
    return Refusal{431, "the request has more than " + std::to_string(most_fields) +
                            " header fields; send fewer"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return Refusal{
        400, "a header field is not \"Name: value\" (no space before the colon, no folded lines)"};
  const Field field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
  if (!is_field_value(field.value))
    return Refusal{400, "the value of header field " + std::string(field.name) +
                            " has control characters; leave them out"};
  fields_[field_count_++] = field;
  return std::nullopt;
}

std::optional<Refusal> RequestHead::read_framing() {
  std::optional<std::string_view> coding;
  for (const Field& field : fields()) {
    if (same_word(field.name, "Content-Length")) {
      if (auto refusal = read_content_length(field.value)) return refusal;
    } else if (same_word(field.name, "Transfer-Encoding")) {
      if (coding) return Refusal{400, "Transfer-Encoding stands more than once; send it once"};
      coding = field.value;
    } else if (same_word(field.name, "Connection")) {
      closes_ = closes_ || lists(field.value, "close");
    }
  }
  if (!coding) return std::nullopt;
  if (content_length_)
    return Refusal{400, "Content-Length and Transfer-Encoding stand together; send one of them"};
  if (http_1_0_) return Refusal{400, "Transfer-Encoding is not part of HTTP/1.0; leave it out"};
  if (!same_word(*coding, "chunked"))
    return Refusal{501, "the transfer coding '" + std::string(*coding) +
                            "' is not known here; only chunked is"};
  chunked_ = true;
  return std::nullopt;
}

std::optional<Refusal> RequestHead::read_content_length(std::string_view value) {
  if (content_length_) return Refusal{400, "Content-Length stands more than once; send it once"};
  const bool number =
      !value.empty() && value.size() <= 18 &&
      std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number)
    return Refusal{
        400, "Content-Length is '" + std::string(value) + "'; send a number of bytes, digits only"};
  content_length_ = std::stoull(std::string(value));
  return std::nullopt;
}

std::optional<Refusal> RequestHead::read_host() {
  const auto is_host = [](const Field& field) { return same_word(field.name, "Host"); };
  const auto hosts = fields();
  const auto count = std::count_if(hosts.begin(), hosts.end(), is_host);
  if (count != 1)
    return Refusal{400, count == 0
                            ? "the request has no Host field; send the address that you asked for"
                            : "Host stands more than once; send it once"};
  // A target in absolute form decides over the field (RFC 9112, 3.2.2).
  if (!absolute_) host_ = std::find_if(hosts.begin(), hosts.end(), is_host)->value;
  if (host_.empty())
    return Refusal{400, "the request's host is empty; send the address that you asked for"};
  return std::nullopt;
}

}  // namespace weir::web
