#include "rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <utility>
#include <valijson/adapters/std_string_adapter.hpp>

#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

using valijson::adapters::Adapter;

constexpr std::size_t bytes_a_step = 100;  // a text's bytes are looked at much faster than values

std::uint8_t kind_of(const Adapter& value) {
  if (value.isString()) return kind_string;
  if (value.isInteger()) return kind_integer;
  if (value.isObject()) return kind_object;
  if (value.isArray()) return kind_array;
  if (value.isDouble()) return kind_fraction;
  if (value.isBool()) return kind_boolean;
  return kind_null;
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), written.ptr};
}

/// Fails; the reason is only put together when somebody wants to read it.
template <class... Pieces>
bool fail(Rules::Complaint* complaint, const Pieces&... pieces) {
  if (complaint != nullptr) {
    complaint->reason.clear();
    (complaint->reason.append(pieces), ...);
  }
  return false;
}

bool within(std::uint64_t size, const std::optional<std::uint64_t>& least,
            const std::optional<std::uint64_t>& most, std::string_view what,
            Rules::Complaint* complaint) {
  if (least && size < *least) {
    return fail(complaint, "must have at least ", std::to_string(*least), what, "; it has ",
                std::to_string(size));
  }
  if (most && size > *most) {
    return fail(complaint, "must have at most ", std::to_string(*most), what, "; it has ",
                std::to_string(size));
  }
  return true;
}

}  // namespace

std::uint64_t characters(std::string_view text) {
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string canonical(std::string_view text) {
  return ('"' + std::to_string(text.size()) + ':').append(text);
}

std::string canonical(std::int64_t number) { return std::to_string(number); }

std::string canonical(double number) { return number_text(number); }

std::string canonical(const Adapter& value) {
  switch (kind_of(value)) {
    case kind_null:
      return "null";
    case kind_boolean:
      return value.getBool() ? "true" : "false";
    case kind_integer:
      return canonical(value.getInteger());
    case kind_fraction:
      return canonical(value.getDouble());
    case kind_string:
      return canonical(value.getString());
    case kind_array: {
      std::string out = "[";
      value.applyToArray([&](const Adapter& element) {
        out += canonical(element) + ',';
        return true;
      });
      return out + ']';
    }
    default: {
      std::map<std::string, std::string> members;
      value.applyToObject([&](const std::string& name, const Adapter& member) {
        members[name] = canonical(member);
        return true;
      });
      std::string out = "{";
      for (const auto& [name, member] : members)
        out += std::to_string(name.size()) + ':' + name + '=' + member + ',';
      return out + '}';
    }
  }
}

std::string describe(const Adapter& value) {
  switch (kind_of(value)) {
    case kind_null:
      return "null";
    case kind_boolean:
      return value.getBool() ? "true" : "false";
    case kind_integer:
      return std::to_string(value.getInteger());
    case kind_fraction:
      return number_text(value.getDouble());
    case kind_string:
      return "the string " + in_quotes(value.getString());
    case kind_array:
      return "a list";
    default:
      return "an object";
  }
}

bool Rules::accept(const Adapter& value, Complaint* complaint, Steps& steps) const {
  steps.take(1);
  const std::uint8_t kind = kind_of(value);
  if ((kinds & kind) == 0)
    return fail(complaint, "must be ", kinds_text, "; it is ", describe(value));
  if (!allowed_text.empty()) {
    const std::string form = canonical(value);
    steps.take(form.size() / bytes_a_step);
    if (!std::binary_search(allowed.begin(), allowed.end(), form))
      return fail(complaint, "must be ", allowed_text, "; it is ", describe(value));
  }
  switch (kind) {
    case kind_integer:
    case kind_fraction:
      return accept_number(value, complaint);
    case kind_string:
      return accept_string(value, complaint, steps);
    case kind_array:
      return accept_array(value, complaint, steps);
    case kind_object:
      return accept_object(value, complaint, steps);
    default:
      return true;
  }
}

bool Rules::accept_number(const Adapter& value, Complaint* complaint) const {
  const bool whole = value.isInteger();
  const auto number = whole ? static_cast<long double>(value.getInteger())
                            : static_cast<long double>(value.getDouble());
  if (minimum && number < minimum->value) {
    return fail(complaint, "must be at least ", minimum->text, "; it is ", describe(value));
  }
  if (maximum && number > maximum->value) {
    return fail(complaint, "must be at most ", maximum->text, "; it is ", describe(value));
  }
  if (exclusive_minimum && number <= exclusive_minimum->value) {
    return fail(complaint, "must be more than ", exclusive_minimum->text, "; it is ",
                describe(value));
  }
  if (exclusive_maximum && number >= exclusive_maximum->value) {
    return fail(complaint, "must be less than ", exclusive_maximum->text, "; it is ",
                describe(value));
  }
  if (!multiple_of) return true;
  const Decimal decimal =
      whole ? Decimal::from(value.getInteger()) : Decimal::from(value.getDouble());
  return is_multiple(decimal, *multiple_of) ||
         fail(complaint, "must be a multiple of ", multiple_text, "; it is ", describe(value));
}

bool Rules::accept_string(const Adapter& value, Complaint* complaint, Steps& steps) const {
  if (!min_length && !max_length && !pattern && !format) return true;
  const std::string text = value.getString();
  steps.take(text.size() / bytes_a_step);
  if ((min_length || max_length) &&
      !within(characters(text), min_length, max_length, " characters", complaint))
    return false;
  if (pattern && !RE2::PartialMatch(text, *pattern)) {
    return fail(complaint, "must match the pattern ", pattern->pattern(), "; it is ",
                describe(value));
  }
  return !format || has_format(*format, text) ||
         fail(complaint, "must be ", describe(*format), "; it is ", describe(value));
}

bool Rules::accept_array(const Adapter& value, Complaint* complaint, Steps& steps) const {
  if (!within(value.getArraySize(), min_items, max_items, " elements", complaint)) return false;
  if (!unique_items) return true;
  std::map<std::string, std::size_t> seen;
  std::size_t index = 0;
  std::size_t twin = 0;
  const bool unique = value.applyToArray([&](const Adapter& element) {
    std::string form = canonical(element);
    steps.take(1 + form.size() / bytes_a_step);
    const auto [first, fresh] = seen.emplace(std::move(form), index);
    if (fresh) return ++index, true;
    twin = first->second;
    return false;
  });
  return unique || fail(complaint, "must not hold equal elements; elements ", std::to_string(twin),
                        " and ", std::to_string(index), " are equal");
}

bool Rules::accept_object(const Adapter& value, Complaint* complaint, Steps& steps) const {
  if (!within(value.getObjectSize(), min_properties, max_properties, " members", complaint))
    return false;
  if (members.empty() && names == nullptr) return true;
  return value.applyToObject([&](const std::string& name, const Adapter& member) {
    steps.take(1);
    const bool name_fits =
        names == nullptr ||
        names->accept(valijson::adapters::StdStringAdapter(name), complaint, steps);
    const auto rules = members.find(name);
    if (name_fits && (rules == members.end() || rules->second->accept(member, complaint, steps)))
      return true;
    if (complaint != nullptr) {
      if (!name_fits)
        complaint->reason.insert(0, "has a name that propertyNames does not allow: it ");
      complaint->members.push_back(name);
    }
    return false;
  });
}

}  // namespace weir::json_schema_validate
