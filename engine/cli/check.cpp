#include "engine/cli/cli.hpp"
#include "engine/cli/read_files.hpp"
#include "engine/cli/stages_accept.hpp"
#include "engine/loader/registry.hpp"
#include "engine/runtime/supervisor.hpp"
#include "engine/runtime/system_scheduler.hpp"

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
  const auto readings = read_files(files, registry);
  if (!readings) return exit_usage;

  const Log log(Level::warn, Log::to_stderr());
  Metrics metrics;
  SystemScheduler scheduler;
  bool good = true;
  std::vector<PipelineSpec> specs;
  for (const Reading& reading : *readings) {  // one by one, so that each says what it has to say
    good = stages_accept(reading, registry, log, metrics, scheduler) && good;
    specs.push_back(*reading.spec);
  }
  if (!good) return exit_usage;
  try {
    const auto serve = [](const HttpSpec&, const Observed&) {
      return std::make_unique<NoServer>();
    };
    const Supervisor together(specs, registry, log, metrics, serve, scheduler);
  } catch (const std::exception& e) {
    std::cerr << "error: " << e.what() << '\n';
    return exit_usage;
  }
  for (const auto& spec : specs) {
    std::cout << spec.file.string() << ": the pipeline `" << spec.name << "` is well formed\n";
  }
  return exit_well;
}

}  // namespace weir
