#include "engine/cli/cli.hpp"
#include "engine/cli/read_files.hpp"
#include "engine/loader/registry.hpp"
#include "engine/runtime/supervisor.hpp"

#include <iostream>

namespace weir {
namespace {

/// Stands in for the web server: a check builds the stages, and binds no address.
class NoServer : public Routes {
 public:
  std::string add(const void*, std::string_view, weir_http_handler, void*) override { return {}; }
  void remove(const void*) override {}
};

}  // namespace

int check(const std::vector<std::filesystem::path>& files,
          const std::vector<std::filesystem::path>& plugin_folders) {
  const Registry registry(plugin_folders);
  for (const auto& left_out : registry.left_out()) std::cerr << "warning: " << left_out.why << '\n';
  auto specs = read_files(files, registry);
  if (!specs) return exit_usage;

  const Log log(Level::warn, Log::to_stderr());
  Metrics metrics;
  bool good = true;
  for (const auto& spec : *specs) try {  // one by one, so that each says what it has to say
      const Pipeline built(spec, registry, log, metrics, nullptr);
    } catch (const BuildError& e) {
      std::cerr << "error[refused]: stage `" << e.stage()
                << "` refuses its configuration: " << e.what() << "\n  --> " << spec.file.string()
                << "\n\n";
      good = false;
    }
  if (!good) return exit_usage;
  try {
    const Supervisor together(*specs, registry, log, metrics, [](const HttpSpec&, const Observed&) {
      return std::make_unique<NoServer>();
    });
  } catch (const std::exception& e) {
    std::cerr << "error: " << e.what() << '\n';
    return exit_usage;
  }
  for (const auto& spec : *specs)
    std::cout << spec.file.string() << ": the pipeline `" << spec.name << "` is well formed\n";
  return exit_well;
}

}  // namespace weir
