#include "breakage.hpp"

#include <array>
#include <optional>
#include <stdexcept>

namespace weir::generate_source {
namespace {

constexpr std::array all{Damage::not_json,       Damage::truncated, Damage::wrong_type,
                         Damage::missing_member, Damage::nul,       Damage::huge_number,
                         Damage::invalid_utf8};

using Suits = bool (*)(std::string_view value);

bool is_text(std::string_view value) { return value.front() == '"'; }
bool is_number(std::string_view value) {
  return value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}
bool is_any(std::string_view) { return true; }

std::optional<std::size_t> pick_member(const Document& document, Random& random, Suits suits) {
  std::vector<std::size_t> fitting;
  for (std::size_t i = 0; i < document.members.size(); ++i) {
    if (suits(document.value_of(document.members[i]))) fitting.push_back(i);
  }
  if (fitting.empty()) return std::nullopt;
  return fitting[random.below(fitting.size())];
}

std::string_view other_type(std::string_view value) {
  if (is_text(value)) return "12345";
  if (is_number(value)) return "\"twelve\"";
  return value.front() == '{' || value.front() == '[' ? "\"flat\"" : "[]";
}

std::string ended_with(std::string_view text, std::string_view addition) {
  return std::string(text.substr(0, text.size() - 1)) + std::string(addition) + "\"";
}

// False: the document has no place for it.
bool apply(Damage damage, Document& document, Random& random) {
  const auto change = [&](Suits suits, auto changed) {
    const auto member = pick_member(document, random, suits);
    if (!member) return false;
    document.replace_value(*member, changed(document.value_of(document.members[*member])));
    return true;
  };
  switch (damage) {
    case Damage::not_json:
      document.text = "this is not JSON " + std::to_string(random.next());
      return true;
    case Damage::truncated:
      if (document.members.empty()) return false;  // what is left of a number may still be one
      document.text.resize(1 + random.below(document.text.size() - 1));
      return true;
    case Damage::wrong_type:
      return change(is_any, [](std::string_view old) { return std::string(other_type(old)); });
    case Damage::missing_member:
      if (const auto member = pick_member(document, random, is_any)) {
        document.remove(*member);
        return true;
      }
      return false;
    case Damage::nul:
      return change(is_text, [](std::string_view old) { return ended_with(old, "\\u0000"); });
    case Damage::huge_number:
      return change(is_number, [&](std::string_view) {
        return std::string(random.chance(0.5) ? "1e400" : "123456789012345678901234567890");
      });
    case Damage::invalid_utf8:
      return change(is_text, [](std::string_view old) { return ended_with(old, "\xff\xc3"); });
  }
  return false;
}

}  // namespace

std::string_view text_of(Damage damage) {
  switch (damage) {
    case Damage::not_json:
      return "not-json";
    case Damage::truncated:
      return "truncated";
    case Damage::wrong_type:
      return "wrong-type";
    case Damage::missing_member:
      return "missing-member";
    case Damage::nul:
      return "nul";
    case Damage::huge_number:
      return "huge-number";
    case Damage::invalid_utf8:
      return "invalid-utf8";
  }
  return {};
}

Breakage::Breakage(double share, const std::vector<std::string>& kinds) : share_(share) {
  for (const auto& kind : kinds) {
    bool known = false;
    for (const Damage damage : all) {
      if (text_of(damage) != kind) continue;
      kinds_.push_back(damage);
      known = true;
    }
    if (!known)
      throw std::runtime_error("generate-source knows no `broken_kinds` called " + kind +
                               "; leave it out");
  }
}

Damage Breakage::damage(Document& document, Random& random) const {
  const Damage drawn = kinds_[random.below(kinds_.size())];
  if (apply(drawn, document, random)) return drawn;
  apply(Damage::not_json, document, random);
  return Damage::not_json;
}

}  // namespace weir::generate_source
