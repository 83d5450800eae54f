#include "engine/pipeline/schema_scalars.hpp"

#include "engine/pipeline/defaults.hpp"
#include "engine/pipeline/quantity.hpp"
#include "engine/pipeline/schema_words.hpp"
#include "engine/pipeline/suggestion.hpp"
#include "engine/pipeline/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <regex>
#include <string_view>
#include <utility>

namespace weir {
namespace {

using Value = StageSchema::Value;
using Object = StageSchema::Object;

bool is_number(const Node& node) { return node.kind == Kind::integer || node.kind == Kind::real; }

/// Wide enough for 64-bit integers where the platform has it; a real is what its 64 bits say.
long double number(const Node& node) {
  if (node.kind == Kind::integer) return static_cast<long double>(node.integer());
  double value = 0;
  std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
  return value;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count)
    at += std::max<std::size_t>(1, character_at(text, at).size);
  return count;
}

/// One look at a value; gathers what is wrong with it.
class Look {
 public:
  Look(const Node& node, const Object& schema, const std::string& name, std::vector<Fault>& faults)
      : node_(node), schema_(schema), name_(name), faults_(faults) {}

  void choices() {
    if (const auto all = StageSchema::array(schema_->get("enum"))) {
      std::vector<std::string> words, texts;
      for (const Value& choice : *all) {
        const Node allowed = constant(choice, {});
        if (equal_values(node_, allowed)) return;
        words.push_back(constant_word(choice));
        if (allowed.kind == Kind::text) texts.push_back(allowed.text);
      }
      const bool guess = node_.kind == Kind::text && !node_.substituted;
      refuse("bad-value", "must be " + join_or(words),
             guess ? did_you_mean(node_.text, texts) : std::string());
    }
  }

  void fixed() {
    if (!schema_->has("const")) return;
    const Value wanted = schema_->get("const");
    if (!equal_values(node_, constant(wanted, {})))
      refuse("bad-value", "must be " + constant_word(wanted));
  }

  void bounds() {
    if (!is_number(node_)) return;
    const long double value = number(node_);
    bound("minimum", "must be at least ", [&](long double limit) { return value >= limit; });
    bound("maximum", "must be at most ", [&](long double limit) { return value <= limit; });
    bound("exclusiveMinimum", "must be more than ",
          [&](long double limit) { return value > limit; });
    bound("exclusiveMaximum", "must be less than ",
          [&](long double limit) { return value < limit; });
    bound("multipleOf", "must be a multiple of ", [&](long double divisor) {
      return std::fabs(std::remainder(value, divisor)) <= std::numeric_limits<double>::epsilon();
    });
  }

  void length() {
    if (node_.kind != Kind::text) return;
    const auto size = static_cast<long double>(count_characters(node_.text));
    if (size == 0 && schema_->has("minLength") &&
        number(constant(schema_->get("minLength"), {})) > 0) {
      return refuse_short("must not be empty");
    }
    bound("minLength", "must have at least this many characters: ", [&](long double limit) {
      return size >= limit;
    });
    bound("maxLength", "must have at most this many characters: ", [&](long double limit) {
      return size <= limit;
    });
  }

  void pattern() {
    if (node_.kind != Kind::text || !schema_->has("pattern")) return;
    const std::string pattern = schema_->getValue<std::string>("pattern");
    if (!std::regex_search(node_.text, std::regex(pattern)))
      refuse("bad-value", "must match the pattern `" + pattern + "`");
  }

  void format() {
    if (node_.kind != Kind::text || !schema_->has("format")) return;
    const std::string format = schema_->getValue<std::string>("format");
    if (format == "duration" && !parse_duration(node_.text))
      refuse("bad-value", "must be a duration", duration_form);
    if (format == "bytes" && !parse_bytes(node_.text))
      refuse("bad-value", "must be a number of bytes", bytes_form);
  }

 private:
  template <class Test>
  void bound(const char* keyword, const std::string& words, Test test) {
    if (!schema_->has(keyword)) return;
    const Node limit = constant(schema_->get(keyword), {});
    if (!test(number(limit))) refuse("out-of-range", words + limit.text);
  }

  void refuse(std::string code, const std::string& words, std::string_view help = {}) {
    add(std::move(code), name_ + " " + words + ", it is " + describe(node_), help);
  }
  void refuse_short(const std::string& words) { add("bad-value", name_ + " " + words, {}); }

  void add(std::string code, std::string message, std::string_view help) {
    std::string mend = help.empty() ? description_of(schema_) : std::string(help);
    faults_.push_back({node_.place, std::move(code), std::move(message), std::move(mend)});
  }

  const Node& node_;
  const Object& schema_;
  const std::string& name_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_value_keywords(const Node& node, const Object& schema, const std::string& name,
                          std::vector<Fault>& faults) {
  Look look(node, schema, name, faults);
  look.choices();
  look.fixed();
  look.bounds();
  look.length();
  look.pattern();
  look.format();
}

bool equal_values(const Node& a, const Node& b) {
  if (a.kind == Kind::broken || b.kind == Kind::broken) return true;
  if (is_number(a) && is_number(b)) return number(a) == number(b);
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size())
    return false;
  if (a.kind == Kind::text || a.kind == Kind::boolean) return a.text == b.text;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!equal_values(a.items[i], b.items[i])) return false;
  }
  return std::all_of(a.members.begin(), a.members.end(), [&](const Member& member) {
    const Member* other = b.find(member.key);
    return other != nullptr && equal_values(member.value, other->value);
  });
}

}  // namespace weir
