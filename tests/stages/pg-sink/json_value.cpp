#include "json_value.hpp"

#include <map>
#include <stdexcept>

#include "decimal.hpp"
#include "document.hpp"

namespace {

using namespace weir::pg_sink;

std::string number(std::string_view text) {
  const auto decimal = Decimal::parse(text);
  if (!decimal) return std::string(text);
  return (decimal->negative ? "-0." : "0.") + decimal->digits + "e" +
         std::to_string(decimal->exponent);
}

void write(const Document& document, const Value& value, std::string& out) {
  if (value.kind == Kind::number) {
    out += number(value.text);
  } else if (value.kind == Kind::object) {
    std::map<std::string_view, const Value*> members;
    for (auto i = document.index(value) + 1; i < value.next; i = document[i].next) {
      members[document[i].name] = &document[i];
    }
    out += '{';
    for (const auto& [name, member] : members) {
      write_string(name, out);
      out += ':';
      write(document, *member, out);
      out += ',';
    }
    out += '}';
  } else if (value.kind == Kind::array) {
    out += '[';
    for (auto i = document.index(value) + 1; i < value.next; i = document[i].next) {
      write(document, document[i], out);
      out += ',';
    }
    out += ']';
  } else {
    document.write(value, out);
  }
}

}  // namespace

std::string json_value(std::string_view text) {
  Document document;
  if (const auto unreadable = document.parse(text)) {
    throw std::runtime_error(unreadable->reason + " in " + std::string(text));
  }
  std::string out;
  write(document, document[Document::root], out);
  return out;
}
