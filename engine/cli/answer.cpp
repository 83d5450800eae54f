#include "engine/cli/answer.hpp"

#include "engine/pipeline/utf8.hpp"

#include <Poco/JSON/Array.h>

namespace weir {

using Poco::JSON::Object;

std::vector<Object::Ptr> objects(const Object& answer, const std::string& name) {
  std::vector<Object::Ptr> found;
  const Poco::JSON::Array::Ptr array = answer.getArray(name);
  for (std::size_t i = 0; array && i < array->size(); ++i) {
    if (Object::Ptr object = array->getObject(static_cast<unsigned>(i))) found.push_back(object);
  }
  return found;
}

bool has(const Object& object, const std::string& name) {
  return object.has(name) && !object.isNull(name);
}

std::string text(const Object& object, const std::string& name) {
  return has(object, name) ? printable(object.get(name).convert<std::string>()) : std::string();
}

std::string message_place(const Object& object) {
  return text(object, "origin") + "@" + text(object, "position");
}

std::string why(const Object& refusal) {
  std::string words = text(refusal, "code");
  if (has(refusal, "reason")) words += (words.empty() ? "" : ": ") + text(refusal, "reason");
  if (has(refusal, "pointer"))
    words += ", at " + (text(refusal, "pointer").empty() ? "the whole" : text(refusal, "pointer"));
  return words;
}

}  // namespace weir
