/// A stage's `with:` in a test, as the engine would hand it over: defaults of the schema filled in,
/// read by JSON Pointer.
#pragma once

#include <weir/abi.h>
#include <weir/testing/json.hpp>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace weir::testing {

/// "250ms" in microseconds, "4MiB" in bytes, "1024": the texts of the schema formats `duration` and
/// `bytes`.
inline std::optional<std::int64_t> read_quantity(std::string_view text) {
  static constexpr std::pair<std::string_view, std::int64_t> units[] = {{"", 1},
                                                                        {"us", 1},
                                                                        {"ms", 1'000},
                                                                        {"s", 1'000'000},
                                                                        {"m", 60'000'000},
                                                                        {"h", 3'600'000'000},
                                                                        {"B", 1},
                                                                        {"KiB", 1LL << 10},
                                                                        {"MiB", 1LL << 20},
                                                                        {"GiB", 1LL << 30},
                                                                        {"TiB", 1LL << 40}};
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, count);
  if (failure != std::errc{}) return std::nullopt;
  for (const auto& [unit, factor] : units) {
    if (std::string_view(rest, static_cast<std::size_t>(end - rest)) != unit) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / factor) return std::nullopt;
    return count * factor;
  }
  return std::nullopt;
}

namespace detail {

/// Follows a local `$ref`, such as "#/definitions/table".
inline const Json& referred(const Json& root, const Json& schema) {
  const Json* ref = schema.member("$ref");
  if (ref == nullptr || ref->text.empty() || ref->text.front() != '#') return schema;
  const Json* target = root.at(std::string_view(ref->text).substr(1));
  return target == nullptr ? schema : *target;
}

/// The default stands beside a `$ref` or behind it.
inline const Json* default_of(const Json& root, const Json& schema) {
  const Json* beside = schema.member("default");
  return beside != nullptr ? beside : referred(root, schema).member("default");
}

inline void fill_defaults(const Json& root, const Json& unresolved, Json& value);

inline void fill_members(const Json& root, const Json& schema, Json& object) {
  const Json none{};
  const Json* properties = schema.member("properties");
  if (properties == nullptr) properties = &none;
  for (const auto& [name, rule] : properties->members) {
    const Json* standard = default_of(root, rule);
    if (standard != nullptr && object.member(name) == nullptr)
      object.members.emplace_back(name, *standard);
  }
  const Json* others = schema.member("additionalProperties");
  for (auto& [name, member] : object.members) {
    const Json* rule = properties->member(name);
    if (rule == nullptr) rule = others;
    if (rule != nullptr) fill_defaults(root, *rule, member);
  }
}

/// Adds each missing member that has a default; goes into objects and into the items of arrays.
inline void fill_defaults(const Json& root, const Json& unresolved, Json& value) {
  const Json& schema = referred(root, unresolved);
  if (value.kind == Json::Kind::object) fill_members(root, schema, value);
  if (const Json* items = schema.member("items");
      items != nullptr && items->kind == Json::Kind::object) {
    for (Json& item : value.items) fill_defaults(root, *items, item);
  }
  if (const Json* all = schema.member("allOf")) {
    for (const Json& part : all->items) fill_defaults(root, part, value);
  }
}

}  // namespace detail

/// Behind a `weir_config`. Immutable, so [any]; must outlive the stage.
class GivenConfig {
 public:
  GivenConfig(std::string_view schema, std::string_view config, const std::filesystem::path& folder)
      : value_(read_json(config)), folder_(folder.string()), raw_{table(), this} {
    if (value_.kind != Json::Kind::object) {
      throw std::invalid_argument("the configuration `" + std::string(config) +
                                  "` is not a JSON object; write {…}");
    }
    const Json rules = read_json(schema);
    detail::fill_defaults(rules, rules, value_);
    json_ = write_json(value_);
    raw_.table.json = {json_.data(), json_.size()};
    raw_.table.folder = {folder_.data(), folder_.size()};
  }
  GivenConfig(const GivenConfig&) = delete;
  GivenConfig& operator=(const GivenConfig&) = delete;

  const weir_config* raw() const { return &raw_.table; }
  const Json& value() const { return value_; }

 private:
  struct Raw {  // the table first: a pointer to it is a pointer to this
    weir_config table;
    const GivenConfig* self;
  };

  static const Json* find(const weir_config* raw, const char* pointer, Json::Kind kind) {
    const Json* value = reinterpret_cast<const Raw*>(raw)->self->value_.at(pointer);
    return value != nullptr && value->kind == kind ? value : nullptr;
  }

  template <class T>
  static bool read_number(const Json* value, T* out) {
    if (value == nullptr) return false;
    const char* const end = value->text.data() + value->text.size();
    const auto [rest, failure] = std::from_chars(value->text.data(), end, *out);
    return failure == std::errc{} && rest == end;
  }

  static bool text(const weir_config* raw, const char* pointer, weir_view* out) {
    const Json* value = find(raw, pointer, Json::Kind::text);
    if (value == nullptr) return false;
    *out = {value->text.data(), value->text.size()};
    return true;
  }
  static bool integer(const weir_config* raw, const char* pointer, std::int64_t* out) {
    if (const Json* value = find(raw, pointer, Json::Kind::text)) {
      const auto quantity = read_quantity(value->text);
      if (quantity) *out = *quantity;
      return quantity.has_value();
    }
    return read_number(find(raw, pointer, Json::Kind::number), out);
  }
  static bool number(const weir_config* raw, const char* pointer, double* out) {
    return read_number(find(raw, pointer, Json::Kind::number), out);
  }
  static bool boolean(const weir_config* raw, const char* pointer, bool* out) {
    const Json* value = find(raw, pointer, Json::Kind::boolean);
    if (value != nullptr) *out = value->truth;
    return value != nullptr;
  }
  static std::size_t length(const weir_config* raw, const char* pointer) {
    const Json* value = find(raw, pointer, Json::Kind::array);
    return value == nullptr ? 0 : value->items.size();
  }
  static weir_config table() {
    return {sizeof(weir_config), {}, {}, &text, &integer, &number, &boolean, &length};
  }

  Json value_;
  std::string json_;
  std::string folder_;
  Raw raw_;
};

}  // namespace weir::testing
