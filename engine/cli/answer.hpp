#pragma once

#include <Poco/JSON/Object.h>
#include <string>
#include <vector>

/// Parts of what a service answers, fit to be printed.
namespace weir {

/// Those of a list; none where there is no such list.
std::vector<Poco::JSON::Object::Ptr> objects(const Poco::JSON::Object& answer,
                                             const std::string& name);

bool has(const Poco::JSON::Object& object, const std::string& name);

/// Empty where it is absent.
std::string text(const Poco::JSON::Object& object, const std::string& name);

/// ORIGIN@POSITION
std::string message_place(const Poco::JSON::Object& object);

/// `code: reason, at /pointer`
std::string why(const Poco::JSON::Object& refusal);

}  // namespace weir
