#include "engine/loader/config_view.hpp"

#include "engine/pipeline/quantity.hpp"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

namespace weir {
namespace {

struct List {
  std::size_t length;
};
struct Other {};  // a map or null: there, but nothing to read

using Value = std::variant<Other, std::string, std::int64_t, double, bool, List>;

/// All values by their JSON Pointers (RFC 6901: each place has exactly one), so that a lookup
/// allocates nothing.
using Values = std::map<std::string, Value, std::less<>>;

std::string escaped(const std::string& key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

Value scalar(const Poco::Dynamic::Var& value) {
  if (value.isEmpty()) return Other{};
  if (value.isString()) return value.extract<std::string>();
  if (value.isBoolean()) return value.convert<bool>();
  if (!value.isInteger()) return value.convert<double>();
  try {
    return value.convert<std::int64_t>();
  } catch (const Poco::RangeException&) {
    return value
        .convert<double>();  // beyond 63 bits: a number, but no integer that could be handed out
  }
}

void collect(const Poco::Dynamic::Var& value, const std::string& pointer, Values& out) {
  if (value.type() == typeid(Poco::JSON::Object::Ptr)) {
    out.emplace(pointer, Other{});
    for (const auto& [key, member] : *value.extract<Poco::JSON::Object::Ptr>()) {
      collect(member, pointer + "/" + escaped(key), out);
    }
  } else if (value.type() == typeid(Poco::JSON::Array::Ptr)) {
    const auto array = value.extract<Poco::JSON::Array::Ptr>();
    out.emplace(pointer, List{array->size()});
    std::size_t index = 0;
    for (const auto& item : *array) collect(item, pointer + "/" + std::to_string(index++), out);
  } else {
    out.emplace(pointer, scalar(value));
  }
}

Values parse(const std::string& json) {
  try {
    const Poco::Dynamic::Var root = Poco::JSON::Parser().parse(json);
    if (root.type() != typeid(Poco::JSON::Object::Ptr)) {
      throw std::invalid_argument("the configuration of a stage is not a JSON object");
    }
    Values values;
    collect(root, "", values);
    return values;
  } catch (const Poco::Exception& failure) {
    throw std::invalid_argument("the configuration of a stage is not JSON: " +
                                failure.displayText());
  }
}

weir_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

/// The ABI's table first: a stage hands its address back, and that is this object's.
struct ConfigView::Document : weir_config {
  std::string text_json, text_folder;
  Values values;

  template <class T>
  static const T* find(const weir_config* config, const char* pointer) noexcept {
    const auto& values = static_cast<const Document*>(config)->values;
    const auto found = pointer == nullptr ? values.end() : values.find(std::string_view(pointer));
    return found == values.end() ? nullptr : std::get_if<T>(&found->second);
  }

  static bool read_text(const weir_config* config, const char* pointer, weir_view* out) noexcept {
    const auto* text = find<std::string>(config, pointer);
    if (text != nullptr) *out = view(*text);
    return text != nullptr;
  }

  static bool read_integer(const weir_config* config, const char* pointer,
                           std::int64_t* out) noexcept {
    if (const auto* integer = find<std::int64_t>(config, pointer)) {
      *out = *integer;
      return true;
    }
    const auto* text = find<std::string>(config, pointer);
    if (text == nullptr) return false;
    // No text is both: a duration has a unit of time, a number of bytes one of size or none.
    if (const auto duration = parse_duration(*text)) {
      *out = duration->count();
      return true;
    }
    if (const auto bytes = parse_bytes(*text)) {
      *out = *bytes;
      return true;
    }
    return false;
  }

  static bool read_number(const weir_config* config, const char* pointer, double* out) noexcept {
    if (const auto* number = find<double>(config, pointer)) {
      *out = *number;
      return true;
    }
    const auto* integer = find<std::int64_t>(config, pointer);
    if (integer != nullptr) *out = static_cast<double>(*integer);
    return integer != nullptr;
  }

  static bool read_boolean(const weir_config* config, const char* pointer, bool* out) noexcept {
    const auto* boolean = find<bool>(config, pointer);
    if (boolean != nullptr) *out = *boolean;
    return boolean != nullptr;
  }

  static std::size_t read_length(const weir_config* config, const char* pointer) noexcept {
    const auto* list = find<List>(config, pointer);
    return list == nullptr ? 0 : list->length;
  }
};

ConfigView::ConfigView(std::string json, const std::filesystem::path& folder)
    : document_(std::make_unique<Document>()) {
  document_->values = parse(json);
  document_->text_json = std::move(json);
  document_->text_folder = folder.string();
  document_->size = sizeof(weir_config);
  document_->weir_config::json = view(document_->text_json);
  document_->weir_config::folder = view(document_->text_folder);
  document_->text = &Document::read_text;
  document_->integer = &Document::read_integer;
  document_->number = &Document::read_number;
  document_->boolean = &Document::read_boolean;
  document_->length = &Document::read_length;
}

ConfigView::~ConfigView() = default;

const weir_config* ConfigView::raw() const { return document_.get(); }

}  // namespace weir
