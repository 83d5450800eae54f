#include "expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <stdexcept>

#include "words.hpp"

namespace weir::generate_source {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view decimal_digits = "0123456789";
constexpr std::int64_t longest_text = 1'000'000;
constexpr std::int64_t most_repeats = 100'000;

[[noreturn]] void refuse(std::string_view expression, const std::string& why) {
  throw std::runtime_error("{{" + std::string(expression) + "}} " + why);
}

// Words are parted by blanks; 'quotes' keep blanks in a word.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  bool quoted = false;
  bool open = false;  // the last word is not finished
  for (const char c : text) {
    if (c == '\'') {
      quoted = !quoted;
      if (quoted && !open) words.emplace_back();
      open = true;
    } else if (c == ' ' && !quoted) {
      open = false;
    } else {
      if (!open) words.emplace_back();
      open = true;
      words.back() += c;
    }
  }
  if (quoted) refuse(text, "has an open quote; close it with '");
  return words;
}

std::int64_t integer(std::string_view expression, const std::string& word) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != word.data() + word.size()) {
    refuse(expression, "needs an integer instead of " + word);
  }
  return number;
}

std::string uuid(Random& random) {
  std::string text = random.letters(hex_digits, 36);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text[dash] = '-';
  text[14] = '4';
  text[19] = "89ab"[random.below(4)];
  return text;
}

std::string person(Random& random) {
  const auto first = random.pick(words::first_names());
  return std::string(first) + " " + std::string(random.pick(words::last_names()));
}

std::string street(Random& random) {
  const auto street_name = random.pick(words::streets());
  return std::string(street_name) + " " + std::to_string(random.between(1, 200));
}

std::string email(Random& random) {
  return random.letters("abcdefghijklmnopqrstuvwxyz", 8) + "@example.com";
}

std::string phone(Random& random) { return "+972" + random.letters(decimal_digits, 7); }

// A price less so many percent, cut down to a whole number.
std::int64_t discount(const Value& price, const Value& percent) {
  if (price.kind != Value::Kind::number || percent.kind != Value::Kind::number ||
      price.number.digits != 0 || percent.number.digits != 0) {
    throw std::runtime_error(
        "{{discount}} takes two members whose values are integers; name others");
  }
  std::int64_t part = 0;
  if (__builtin_mul_overflow(price.number.units, 100 - percent.number.units, &part)) {
    throw std::runtime_error("{{discount}} is beyond 64 bits; draw smaller numbers");
  }
  return part / 100;
}

Value text(std::string_view drawn) { return Value::of_text(std::string(drawn)); }
Value number(std::int64_t units, std::int64_t digits = 0) {
  return Value::of_number({.units = units, .digits = static_cast<int>(digits)});
}

}  // namespace

/// One word of the language.
struct Expression::Word {
  enum class Needs { integers, words };
  using Check = void (*)(std::string_view expression, const std::vector<std::int64_t>& numbers);

  std::string_view name;
  Needs needs;
  std::size_t least;  // arguments
  std::size_t most;
  Draw draw;  // null: a sum
  Check check = nullptr;

  /// Null: there is no such word.
  static const Word* find(std::string_view name);
};

namespace {

void check_range(std::string_view expression, const std::vector<std::int64_t>& numbers) {
  if (numbers[0] <= numbers[1]) return;
  refuse(expression, "has its bounds the wrong way round; give the smaller one first");
}

void check_length(std::string_view expression, const std::vector<std::int64_t>& numbers) {
  if (numbers[0] >= 0 && numbers[0] <= longest_text) return;
  refuse(expression, "asks for an impossible length; give 0 to " + std::to_string(longest_text));
}

void check_decimal(std::string_view expression, const std::vector<std::int64_t>& numbers) {
  check_range(expression, numbers);
  constexpr std::int64_t most_digits = 9;
  constexpr std::int64_t bound = 1'000'000'000;  // times 10^9 it still fits 64 bits
  if (numbers[2] < 0 || numbers[2] > most_digits || numbers[0] < -bound || numbers[1] > bound) {
    refuse(expression, "is out of bounds; give bounds up to " + std::to_string(bound) +
                           " and 0 to " + std::to_string(most_digits) + " digits");
  }
}

std::string letters(std::string_view alphabet, std::int64_t count, Random& random) {
  return random.letters(alphabet, static_cast<std::size_t>(count));
}

Value decimal(const std::vector<std::int64_t>& numbers, Random& random) {
  std::int64_t scale = 1;
  for (std::int64_t i = 0; i < numbers[2]; ++i) scale *= 10;
  return number(random.between(numbers[0] * scale, numbers[1] * scale), numbers[2]);
}

std::int64_t unix_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

Value drawn_from(std::span<const std::string_view> all, Draft& draft) {
  return text(draft.random().pick(all));
}

}  // namespace

const Expression::Word* Expression::Word::find(std::string_view name) {
  using enum Needs;
  using Args = const Arguments&;
  constexpr std::size_t any = 1000;
  // clang-format off
  static constexpr std::array all{
      Word{"uuid", words, 0, 0, [](Args, Draft& draft) { return text(uuid(draft.random())); }},
      Word{"hex", integers, 1, 1,
           [](Args args, Draft& draft) { return text(letters(hex_digits, args.numbers[0], draft.random())); },
           check_length},
      Word{"digits", integers, 1, 1,
           [](Args args, Draft& draft) { return text(letters(decimal_digits, args.numbers[0], draft.random())); },
           check_length},
      Word{"int", integers, 2, 2,
           [](Args args, Draft& draft) { return number(draft.random().between(args.numbers[0], args.numbers[1])); },
           check_range},
      Word{"decimal", integers, 3, 3,
           [](Args args, Draft& draft) { return decimal(args.numbers, draft.random()); },
           check_decimal},
      Word{"bool", words, 0, 0,
           [](Args, Draft& draft) { return Value::of_literal(draft.random().chance(0.5) ? "true" : "false"); }},
      Word{"pick", words, 1, any,
           [](Args args, Draft& draft) { return text(args.words[draft.random().below(args.words.size())]); }},
      Word{"name", words, 0, 0, [](Args, Draft& draft) { return text(person(draft.random())); }},
      Word{"email", words, 0, 0, [](Args, Draft& draft) { return text(email(draft.random())); }},
      Word{"phone", words, 0, 0, [](Args, Draft& draft) { return text(phone(draft.random())); }},
      Word{"street", words, 0, 0, [](Args, Draft& draft) { return text(street(draft.random())); }},
      Word{"city", words, 0, 0, [](Args, Draft& draft) { return drawn_from(words::cities(), draft); }},
      Word{"region", words, 0, 0, [](Args, Draft& draft) { return drawn_from(words::regions(), draft); }},
      Word{"product", words, 0, 0, [](Args, Draft& draft) { return drawn_from(words::products(), draft); }},
      Word{"brand", words, 0, 0, [](Args, Draft& draft) { return drawn_from(words::brands(), draft); }},
      Word{"timestamp", words, 0, 0, [](Args, Draft& draft) { return text(to_rfc3339(draft.now())); }},
      Word{"unix", words, 0, 0, [](Args, Draft& draft) { return number(unix_seconds(draft.now())); }},
      Word{"seq", words, 0, 0,
           [](Args, Draft& draft) { return number(static_cast<std::int64_t>(draft.sequence())); }},
      Word{"same", words, 1, 1, [](Args args, Draft& draft) { return draft.latest(args.words[0]); }},
      Word{"discount", words, 2, 2,
           [](Args args, Draft& draft) {
             return number(discount(draft.latest(args.words[0]), draft.latest(args.words[1])));
           }},
      Word{"sum", words, 1, any, nullptr},
  };
  // clang-format on
  const auto found = std::ranges::find(all, name, &Word::name);
  return found == all.end() ? nullptr : &*found;
}

Expression Expression::parse(std::string_view source) {
  Expression expression;
  auto& [given, numbers] = expression.arguments_;
  given = split(source);
  if (given.empty()) refuse(source, "is empty; name what to draw, such as {{uuid}}");
  const Word* word = Word::find(given.front());
  if (word == nullptr) {
    refuse(source, "is not known; the words are in the README of generate-source");
  }
  given.erase(given.begin());
  if (given.size() < word->least || given.size() > word->most) {
    refuse(source,
           "has " + std::to_string(given.size()) + " arguments; see the README of generate-source");
  }
  if (word->needs == Word::Needs::integers) {
    for (const auto& argument : given) numbers.push_back(integer(source, argument));
  }
  if (word->check != nullptr) word->check(source, numbers);
  expression.draw_ = word->draw;
  expression.sum_ = word->draw == nullptr;
  return expression;
}

std::optional<Repetition> parse_repetition(std::string_view text_of_element) {
  if (!text_of_element.starts_with("{{repeat") || !text_of_element.ends_with("}}"))
    return std::nullopt;
  const std::string_view source = text_of_element.substr(2, text_of_element.size() - 4);
  const auto given = split(source);
  if (given.size() != 3 || given[0] != "repeat")
    refuse(source, "needs two numbers, such as {{repeat 1 4}}");
  const std::int64_t least = integer(source, given[1]);
  const std::int64_t most = integer(source, given[2]);
  check_range(source, {least, most});
  if (least < 0 || most > most_repeats) {
    refuse(source, "is out of bounds; give 0 to " + std::to_string(most_repeats));
  }
  return Repetition{static_cast<std::size_t>(least), static_cast<std::size_t>(most)};
}

}  // namespace weir::generate_source
