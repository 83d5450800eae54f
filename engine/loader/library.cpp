#include "engine/loader/library.hpp"

#include <dlfcn.h>
#include <stdlib.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace weir {
namespace fs = std::filesystem;
namespace {

// A name for a content, not a defence.
std::string fingerprint(const std::string& content) {
  return std::to_string(std::hash<std::string>{}(content)) + "-" + std::to_string(content.size());
}

std::string read_all(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw std::runtime_error("cannot read the plugin " + file.string() +
                             "; check its path and permissions");
  std::ostringstream content;  // megabytes: character by character took half of a start's time
  content << in.rdbuf();
  return std::move(content).str();
}

fs::path private_copy(const fs::path& file, const PrivateFolder& copies) {
  const std::string content = read_all(file);
  const fs::path copy = copies.path() / (file.stem().string() + "-" + fingerprint(content) + ".so");
  if (fs::exists(copy)) return copy;
  std::ofstream out(copy, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out)
    throw std::runtime_error("cannot copy the plugin " + file.string() + " to " +
                             copies.path().string() + "; make room there, or set TMPDIR");
  return copy;
}

std::string loader_error() {
  const char* text = ::dlerror();
  return text == nullptr ? "unknown reason" : text;
}

}  // namespace

PrivateFolder::PrivateFolder() {
  std::string name = (fs::temp_directory_path() / "weir-plugins-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(
        errno, std::generic_category(),
        "cannot make a private folder " + name + "; set TMPDIR to a folder that can be written");
  }
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Library::Library(const fs::path& file, const PrivateFolder& copies) : file_(file) {
  const fs::path copy = private_copy(file, copies);
  void* handle = ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw std::runtime_error(
        "cannot load the plugin " + file.string() + ": " + loader_error() +
        "; build it for this machine, and install the libraries that it needs");
  }
  plugin_ = static_cast<const weir_plugin*>(::dlsym(handle, "weir_plugin_v1"));
  if (plugin_ == nullptr) {
    throw std::runtime_error(file.string() +
                             " is not a Weir plugin: it exports no weir_plugin_v1; build it with "
                             "weir_add_plugin() and WEIR_PLUGIN");
  }
}

}  // namespace weir
