#include "engine/cli/cli.hpp"
#include "engine/cli/read_files.hpp"
#include "engine/cli/signals.hpp"
#include "engine/loader/registry.hpp"
#include "engine/runtime/supervisor.hpp"
#include "engine/runtime/system_scheduler.hpp"
#include "engine/web/server.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>

namespace weir {
namespace {

constexpr std::chrono::milliseconds glance{
    50};  // how often it is asked whether the pipelines are over

std::unique_ptr<Routes> serve(const HttpSpec& http, const Observed& observed, const Log& log) {
  auto server = std::make_unique<WebServer>(WebOptions{.host = http.host,
                                                       .port = http.port,
                                                       .page = http.page,
                                                       .hosts = http.hosts,
                                                       .token = http.token},
                                            observed);
  const bool v6 = http.host.find(':') != std::string::npos;
  log.info("web", "serves at http://" + (v6 ? "[" + http.host + "]" : http.host) + ":" +
                      std::to_string(server->port()) + "/");
  return server;
}

/// As many descriptors as the system grants: each client holds one, and the soft limit is usually
/// 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Until all is over. The first signal drains; a second one ends the process at once: what was in
/// hand comes again.
int watch(Supervisor& supervisor, const Signals& signals, const Log& log) {
  bool stopping = false;
  while (!supervisor.over()) {
    supervisor.tend();
    const auto signal = signals.wait(glance);
    if (signal && stopping) {
      log.warn("run", "a second signal: ends at once");
      ::_exit(128 + *signal);
    }
    if (signal) {
      log.info("run", std::string(*signal == SIGINT ? "SIGINT" : "SIGTERM") + ": drains and stops");
      supervisor.stop();
      stopping = true;
    }
    if (supervisor.overdue()) {
      log.error("run", "a stage does not come back: ends hard; what is unfinished will come again");
      ::_exit(exit_unfinished);
    }
  }
  return static_cast<int>(supervisor.end());
}

}  // namespace

int run(const std::vector<std::filesystem::path>& files,
        const std::vector<std::filesystem::path>& plugin_folders, bool debug) {
  const Signals signals;
  raise_descriptor_limit();
  const Log log(debug ? Level::debug : Level::info, Log::to_stderr());
  const Registry registry(plugin_folders);
  for (const auto& left_out : registry.left_out()) log.warn("plugins", left_out.why);
  const auto readings = read_files(files, registry);
  if (!readings) return exit_usage;
  std::vector<PipelineSpec> specs;
  for (const Reading& reading : *readings) specs.push_back(*reading.spec);

  Metrics metrics;
  SystemScheduler scheduler;
  std::optional<Supervisor> supervisor;
  try {
    supervisor.emplace(
        std::move(specs), registry, log, metrics,
        [&log](const HttpSpec& http, const Observed& observed) {
          return serve(http, observed, log);
        },
        scheduler);
  } catch (const BuildError& e) {
    log.error(e.stage(), std::string("refuses its configuration: ") + e.what());
    return exit_usage;
  } catch (const std::exception& e) {
    log.error("run", e.what());
    return exit_failed;
  }
  supervisor->start();
  return watch(*supervisor, signals, log);
}

}  // namespace weir
