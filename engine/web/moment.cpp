#include "engine/web/moment.hpp"

#include <cstdio>

namespace weir::web {

std::string rfc3339(std::chrono::sys_time<std::chrono::microseconds> at) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  char text[64];
  const int size = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {text, static_cast<std::size_t>(size)};
}

namespace {

/// Reads from the front of a text; once something was not there, nothing is.
class Front {
 public:
  explicit Front(std::string_view text) : text_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }
  /// One of these characters, which is given back; '\0' where none of them is there.
  char take(std::string_view choice) {
    if (text_.empty() || choice.find(text_.front()) == std::string_view::npos) return '\0';
    const char taken = text_.front();
    text_.remove_prefix(1);
    return taken;
  }
  void expect(std::string_view choice) { good_ = take(choice) != '\0' && good_; }
  bool at_digit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
  bool good() const { return good_; }
  bool ended() const { return good_ && text_.empty(); }

 private:
  int digit() {
    if (!at_digit()) {
      good_ = false;
      return 0;
    }
    const int value = text_.front() - '0';
    text_.remove_prefix(1);
    return value;
  }

  std::string_view text_;
  bool good_ = true;
};

std::chrono::microseconds read_fraction(Front& front) {
  if (front.take(".") == '\0') return std::chrono::microseconds(0);
  int fraction = front.number(1), digits = 1;
  for (; front.at_digit(); ++digits) {
    const int digit = front.number(1);
    if (digits < 6) fraction = fraction * 10 + digit;
  }
  for (; digits < 6; ++digits) fraction *= 10;
  return std::chrono::microseconds(fraction);
}

/// How far the zone is ahead of UTC.
std::optional<std::chrono::minutes> read_zone(Front& front) {
  if (front.take("Zz") != '\0') return std::chrono::minutes(0);
  const char sign = front.take("+-");
  if (sign == '\0') return std::nullopt;
  const int hours = front.number(2);
  front.expect(":");
  const int minutes = front.number(2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return std::chrono::minutes((sign == '-' ? -1 : 1) * (hours * 60 + minutes));
}

}  // namespace

std::optional<std::chrono::sys_time<std::chrono::microseconds>> read_rfc3339(
    std::string_view text) {
  using namespace std::chrono;
  Front front(text);
  const year year_read(front.number(4));
  front.expect("-");
  const month month_read(static_cast<unsigned>(front.number(2)));
  front.expect("-");
  const year_month_day date(year_read, month_read, day(static_cast<unsigned>(front.number(2))));
  front.expect("Tt ");
  const int hour = front.number(2);
  front.expect(":");
  const int minute = front.number(2);
  front.expect(":");
  const int second = front.number(2);
  const auto fraction = read_fraction(front);
  const auto zone = read_zone(front);
  // A leap second is the first one of the next minute: the clock that letters are written by has
  // none.
  if (!front.ended() || !zone || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - *zone;
}

}  // namespace weir::web
