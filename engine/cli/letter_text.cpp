#include "engine/cli/letter_text.hpp"

#include "engine/cli/answer.hpp"
#include "engine/pipeline/utf8.hpp"

#include <Poco/Base64Decoder.h>
#include <Poco/JSON/Array.h>
#include <Poco/StreamCopier.h>

#include <sstream>
#include <string_view>

namespace weir {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string line(std::string name, const std::string& what) {
  name.resize(10, ' ');
  return name + what + "\n";
}

std::string optional_line(const Object& letter, const std::string& member, const char* name) {
  return has(letter, member) ? line(name, text(letter, member)) : std::string();
}

std::string header_lines(const Object& letter) {
  std::string words;
  const Array::Ptr headers = letter.getArray("headers");
  for (std::size_t i = 0; headers && i < headers->size(); ++i) {
    const Array::Ptr header = headers->getArray(static_cast<unsigned>(i));
    if (!header || header->size() != 2) continue;
    words += line("header", printable(header->getElement<std::string>(0)) + ": " +
                                printable(header->getElement<std::string>(1)));
  }
  return words;
}

/// Its lines stay lines; nothing else moves the terminal's cursor.
std::string printable_lines(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    words += printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

std::string letter_lines(const Object& letter) {
  std::string words = text(letter, "place") + "  " +
                      (has(letter, "written_at") ? text(letter, "written_at") : "at some time") +
                      "  " + message_place(letter);
  if (has(letter, "key")) words += "  key " + text(letter, "key");
  if (has(letter, "replayed_at")) words += "  replayed " + text(letter, "replayed_at");
  words += "\n    ";
  if (has(letter, "stage")) words += text(letter, "stage") + ": ";
  return words + why(letter) + "\n";
}

std::string letter_text(const Object& letter) {
  std::string words =
      line("place", text(letter, "place")) + line("message", message_place(letter)) +
      optional_line(letter, "key", "key") + optional_line(letter, "written_at", "written") +
      optional_line(letter, "replayed_at", "replayed") + optional_line(letter, "stage", "stage") +
      optional_line(letter, "code", "code") + optional_line(letter, "reason", "reason") +
      optional_line(letter, "pointer", "pointer") + header_lines(letter);
  if (!has(letter, "value")) return words + line("value", "none");
  const bool is_text = !has(letter, "value_base64");
  words += line("value", text(letter, "value_bytes") + " bytes" +
                             (is_text ? "" : ", not all of them UTF-8; --value has them all"));
  return words + printable_lines(letter.getValue<std::string>("value"));
}

std::string letter_value(const Object& letter) {
  if (!has(letter, "value_base64"))
    return has(letter, "value") ? letter.getValue<std::string>("value") : std::string();
  std::istringstream encoded(letter.getValue<std::string>("value_base64"));
  Poco::Base64Decoder decoder(encoded);
  std::string bytes;
  Poco::StreamCopier::copyToString(decoder, bytes);
  return bytes;
}

}  // namespace weir
