#include "engine/cli/cli.hpp"
#include "engine/loader/registry.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace weir {
namespace {

using Poco::JSON::Object;

const char* word(Role role) {
  switch (role) {
    case Role::source:
      return "source";
    case Role::step:
      return "step";
    case Role::service:
      return "service";
  }
  return "?";
}

std::string json(const Poco::Dynamic::Var& value) {
  std::ostringstream out;
  Poco::JSON::Stringifier::stringify(value, out);
  return out.str();
}

std::string type_of(const Object& member) {
  if (member.has("enum")) {
    std::string all;
    const auto values = member.getArray("enum");
    for (std::size_t i = 0; i < values->size(); ++i)
      all += (i == 0 ? "" : " | ") + values->get(static_cast<unsigned>(i)).toString();
    return all;
  }
  if (member.has("format")) return member.getValue<std::string>("format");
  if (!member.has("type")) return "any";
  const auto type = member.get("type");
  if (!type.isString()) return json(type);
  if (type == "array" && member.isObject("items"))
    return "list of " + type_of(*member.getObject("items"));
  return type.toString();
}

void print_members(const Object& schema, const std::string& indent) {
  if (!schema.isObject("properties")) return;
  const auto properties = schema.getObject("properties");
  const auto required = schema.isArray("required") ? schema.getArray("required") : nullptr;
  for (const auto& name : properties->getNames()) {
    if (!properties->isObject(name)) continue;
    const auto member = properties->getObject(name);
    const bool needed = required && std::any_of(required->begin(), required->end(),
                                                [&](const auto& each) { return each == name; });
    std::cout << indent << name << "  (" << type_of(*member) << (needed ? ", required" : "")
              << (member->has("default") ? ", default " + json(member->get("default")) : "")
              << ")\n";
    if (member->has("description"))
      std::cout << indent << "    " << member->getValue<std::string>("description") << '\n';
    print_members(*member, indent + "    ");
    if (member->isObject("items")) print_members(*member->getObject("items"), indent + "    ");
  }
}

void print_left_out(const Registry& registry) {
  for (const auto& left_out : registry.left_out()) std::cerr << "warning: " << left_out.why << '\n';
}

}  // namespace

int list_stages(const std::vector<std::filesystem::path>& plugin_folders) {
  const Registry registry(plugin_folders);
  std::size_t width = 5;
  for (const auto* info : registry.all()) width = std::max(width, info->id.size());
  for (const auto* info : registry.all()) {
    std::cout << std::left << std::setw(static_cast<int>(width) + 2) << info->id << std::setw(9)
              << word(info->role) << info->summary << "  [" << info->plugin << "]\n";
  }
  print_left_out(registry);
  return exit_well;
}

int describe_stage(const std::string& id,
                   const std::vector<std::filesystem::path>& plugin_folders) {
  const Registry registry(plugin_folders);
  const StageInfo* info = registry.find(id);
  if (info == nullptr) {
    std::cerr << "error: there is no stage type " << id
              << "; `weir stages` lists those that were found\n";
    print_left_out(registry);
    return exit_usage;
  }
  std::cout << info->id << ": " << info->summary << "\n  a " << word(info->role)
            << " of the plugin " << info->plugin << ", " << info->library << "\n\n";
  const auto schema = Poco::JSON::Parser(new Poco::JSON::ParseHandler(true))
                          .parse(info->schema)
                          .extract<Object::Ptr>();
  if (!schema->isObject("properties")) {
    std::cout << "It takes no configuration.\n";
    return exit_well;
  }
  std::cout << "with:\n";
  print_members(*schema, "  ");
  return exit_well;
}

}  // namespace weir
