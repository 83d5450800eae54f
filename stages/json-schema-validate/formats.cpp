#include "formats.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace weir::json_schema_validate {
namespace {

struct Named {
  Format format;
  std::string_view name, description;
};

constexpr std::array<Named, 9> formats{{
    {Format::date_time, "date-time", "a date-time (RFC 3339), such as 2021-11-26T06:22:19Z"},
    {Format::date, "date", "a date (RFC 3339), such as 2021-11-26"},
    {Format::time, "time", "a time (RFC 3339), such as 06:22:19Z"},
    {Format::email, "email", "an e-mail address"},
    {Format::hostname, "hostname", "a host name (RFC 1123)"},
    {Format::ipv4, "ipv4", "an IPv4 address, such as 192.0.2.1"},
    {Format::ipv6, "ipv6", "an IPv6 address, such as 2001:db8::1"},
    {Format::uri, "uri", "an absolute URI (RFC 3986)"},
    {Format::uuid, "uuid", "a UUID, such as 123e4567-e89b-12d3-a456-426614174000"},
}};

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Takes text from the front, piece by piece; fails once and for all.
class Scan {
 public:
  explicit Scan(std::string_view rest) : rest_(rest) {}

  int number(std::size_t digits) {
    if (rest_.size() < digits) return fail();
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char c) {
    if (!take(c)) fail();
  }
  void digits() {
    std::size_t count = 0;
    while (count < rest_.size() && digit(rest_[count])) ++count;
    if (count == 0) fail();
    rest_.remove_prefix(count);
  }
  bool finished() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }

 private:
  int fail() {
    good_ = false;
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

bool scan_date(Scan& scan) {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = scan.number(4);
  scan.need('-');
  const int month = scan.number(2);
  scan.need('-');
  const int day = scan.number(2);
  if (!scan.good() || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int last = month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
  return day <= last;
}

bool scan_time(Scan& scan) {
  const int hour = scan.number(2);
  scan.need(':');
  const int minute = scan.number(2);
  scan.need(':');
  const int second = scan.number(2);
  if (scan.take('.')) scan.digits();
  int offset = 0;
  if (!scan.take('Z') && !scan.take('z')) {
    const bool behind = scan.take('-');
    if (!behind) scan.need('+');
    const int hours = scan.number(2);
    scan.need(':');
    const int minutes = scan.number(2);
    if (hours > 23 || minutes > 59) return false;
    offset = (hours * 60 + minutes) * (behind ? 1 : -1);
  }
  if (!scan.good() || hour > 23 || minute > 59 || second > 60) return false;
  // A leap second is the last of a day in UTC; which days had one is not checked.
  constexpr int day = 24 * 60;
  return second < 60 || (hour * 60 + minute + offset + day) % day == day - 1;
}

bool is_date_time(std::string_view text) {
  Scan scan(text);
  if (!scan_date(scan)) return false;
  if (!scan.take('T')) scan.need('t');
  return scan_time(scan) && scan.finished();
}

bool is_date(std::string_view text) {
  Scan scan(text);
  return scan_date(scan) && scan.finished();
}

bool is_time(std::string_view text) {
  Scan scan(text);
  return scan_time(scan) && scan.finished();
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::string_view label = text.substr(0, text.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    if (!std::all_of(label.begin(), label.end(),
                     [](char c) { return letter(c) || digit(c) || c == '-'; }))
      return false;
    if (label.size() == text.size()) return true;
    text.remove_prefix(label.size() + 1);
  }
}

bool is_ipv4(std::string_view text) {
  in_addr address{};
  return inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

/// RFC 5321: dot-separated atoms or a quoted string, then a host name or an address in brackets.
bool is_email(std::string_view text) {
  constexpr std::string_view specials = "!#$%&'*+/=?^_`{|}~-";
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (local.front() == '"') {
    static const RE2 quoted_local(R"("(?:[ !#-\[\]-~]|\\[ -~])*")");
    if (!RE2::FullMatch(piece(local), quoted_local)) return false;
  } else {
    char before = '.';
    for (const char c : local) {
      if (c == '.' ? before == '.'
                   : !letter(c) && !digit(c) && specials.find(c) == std::string_view::npos)
        return false;
      before = c;
    }
    if (before == '.') return false;
  }
  if (!domain.starts_with('[') || !domain.ends_with(']')) return is_hostname(domain);
  const std::string_view literal = domain.substr(1, domain.size() - 2);
  return literal.starts_with("IPv6:") ? is_ipv6(literal.substr(5)) : is_ipv4(literal);
}

bool is_uri(std::string_view text) {
  // Userinfo, host and port of an authority, then the path; or a path alone, which does not start
  // with two slashes.
  static const RE2 uri(
      "[A-Za-z][A-Za-z0-9+.-]*:"
      "(?://(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?"
      "(?:\\[[0-9A-Fa-f:.]+\\]|\\[v[0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+\\]|"
      "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
      "(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*"
      "|/?(?:(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+"
      "(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*)?)"
      "(?:\\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
      "(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?");
  return RE2::FullMatch(piece(text), uri);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !hex(text[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<Format> find_format(std::string_view name) {
  for (const Named& known : formats) {
    if (known.name == name) return known.format;
  }
  return std::nullopt;
}

std::string format_names() {
  std::string names;
  for (const Named& known : formats) names.append(names.empty() ? "" : ", ").append(known.name);
  return names;
}

std::string_view describe(Format format) {
  for (const Named& known : formats) {
    if (known.format == format) return known.description;
  }
  return {};
}

bool has_format(Format format, std::string_view text) {
  switch (format) {
    case Format::date_time:
      return is_date_time(text);
    case Format::date:
      return is_date(text);
    case Format::time:
      return is_time(text);
    case Format::email:
      return is_email(text);
    case Format::hostname:
      return is_hostname(text);
    case Format::ipv4:
      return is_ipv4(text);
    case Format::ipv6:
      return is_ipv6(text);
    case Format::uri:
      return is_uri(text);
    case Format::uuid:
      return is_uuid(text);
  }
  return false;
}

}  // namespace weir::json_schema_validate
