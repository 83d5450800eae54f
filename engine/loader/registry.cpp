#include "engine/loader/registry.hpp"

#include "engine/observe/log.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>

namespace weir {
namespace fs = std::filesystem;
namespace {

/// The tables of v1 as first released: a shorter one cannot be called.
bool complete(const weir_stage_type& type) { return WEIR_HAS(&type, extension); }

bool id_is_well_formed(std::string_view id) {
  return !id.empty() && id.front() >= 'a' && id.front() <= 'z' &&
         std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

/// The role that a type's functions make, or why they make none.
Role role_of(const weir_stage_type& type) {
  if (type.create == nullptr || type.destroy == nullptr) {
    throw std::runtime_error("it has no create() or no destroy(); every stage needs both");
  }
  const bool source = type.poll != nullptr || type.commit != nullptr;
  const bool step = type.open != nullptr || type.close != nullptr || type.process != nullptr;
  if (source && step)
    throw std::runtime_error("it is a source and a step at once; make two stages of it");
  if (source && (type.poll == nullptr || type.commit == nullptr)) {
    throw std::runtime_error("a source needs poll() and commit(); one is missing");
  }
  if (step && (type.open == nullptr || type.close == nullptr || type.process == nullptr)) {
    throw std::runtime_error("a step needs open(), close() and process(); one is missing");
  }
  return source ? Role::source : step ? Role::step : Role::service;
}

}  // namespace

Registry::Registry(const std::vector<fs::path>& folders) {
  // Gone at the end of this call: what is mapped needs no name, and a killed process leaves
  // nothing.
  const PrivateFolder copies;
  for (const auto& folder : folders) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".so") files.push_back(entry.path());
    }
    if (error)
      left_out_.push_back({folder, "the folder cannot be read: " + error.message() +
                                       "; name another by --plugins"});
    std::ranges::sort(files);
    for (const auto& file : files) load(file, copies);
  }
}

Registry::Registry(const weir_plugin& plugin) { add(plugin, "this program"); }

void Registry::load(const fs::path& file, const PrivateFolder& copies) try {
  const Library& library = libraries_.emplace_back(file, copies);
  add(library.plugin(), library.file());
} catch (const std::exception& e) {
  left_out_.push_back({file, e.what()});
}

void Registry::add(const weir_plugin& plugin, const fs::path& file) {
  if (!WEIR_HAS(&plugin, stages) || plugin.name == nullptr || plugin.version == nullptr ||
      plugin.stages == nullptr) {
    throw std::runtime_error(
        file.string() +
        " describes itself incompletely (name, version or stages); build it with WEIR_PLUGIN");
  }
  for (const auto* const* type = plugin.stages; *type != nullptr; ++type) add(plugin, file, **type);
}

void Registry::add(const weir_plugin& plugin, const fs::path& file,
                   const weir_stage_type& type) try {
  if (!complete(type)) {
    throw std::runtime_error("its table is too short (" + std::to_string(type.size) +
                             " bytes); build it against this kit");
  }
  if (type.id == nullptr || type.summary == nullptr || type.schema == nullptr) {
    throw std::runtime_error("it has no id, summary or schema; every stage needs them");
  }
  if (!id_is_well_formed(type.id)) {
    throw std::runtime_error("its id is not lower-case letters, digits and hyphens; rename it");
  }
  const auto [known, added] = known_.try_emplace(type.id, Known{{}, &type});
  if (!added)
    throw std::runtime_error("it is offered by " + known->second.info.library +
                             " already; remove one of the two");
  try {
    known->second.info = {.id = type.id,
                          .summary = type.summary,
                          .schema = type.schema,
                          .role = role_of(type),
                          .rebuildable = (type.traits & WEIR_REBUILDABLE) != 0,
                          .plugin = std::string(plugin.name) + " " + plugin.version,
                          .library = file.string()};
  } catch (...) {
    known_.erase(known);
    throw;
  }
} catch (const std::exception& e) {
  left_out_.push_back(
      {file,
       "the stage " +
           std::string(WEIR_HAS(&type, id) && type.id != nullptr ? escaped(type.id) : "(no id)") +
           " is left out: " + e.what()});
}

const StageInfo* Registry::find(std::string_view id) const {
  const auto known = known_.find(id);
  return known == known_.end() ? nullptr : &known->second.info;
}

std::vector<const StageInfo*> Registry::all() const {
  std::vector<const StageInfo*> infos;
  for (const auto& [id, known] : known_) infos.push_back(&known.info);
  return infos;
}

const weir_stage_type* Registry::type(std::string_view id) const {
  const auto known = known_.find(id);
  return known == known_.end() ? nullptr : known->second.type;
}

}  // namespace weir
