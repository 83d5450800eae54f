#include "engine/books/book_stages.hpp"
#include "engine/books/persistence.hpp"
#include "engine/books/verification.hpp"
#include "engine/cli/books_text.hpp"
#include "engine/cli/cli.hpp"
#include "engine/cli/read_files.hpp"
#include "engine/cli/stages_accept.hpp"
#include "engine/loader/registry.hpp"
#include "engine/runtime/system_scheduler.hpp"

#include <chrono>
#include <iostream>
#include <optional>
#include <thread>

namespace weir {
namespace {

constexpr std::chrono::seconds longest_wait{30};  // for a server that does not answer

}  // namespace

int verify(const std::filesystem::path& file,
           const std::vector<std::filesystem::path>& plugin_folders, const VerifyOptions& options) {
  const Registry registry(plugin_folders);
  for (const auto& left_out : registry.left_out()) std::cerr << "warning: " << left_out.why << '\n';
  const auto readings = read_files({file}, registry);
  if (!readings) return exit_usage;

  const Log log(Level::warn, Log::to_stderr());
  Metrics metrics;
  SystemScheduler scheduler;
  const Reading& reading = readings->front();
  if (!stages_accept(reading, registry, log, metrics, scheduler)) return exit_usage;
  std::optional<BookStages> stages;
  try {
    stages.emplace(*reading.spec, registry, log, metrics);
  } catch (const NoBooks& e) {
    std::cerr << "error: " << e.what() << '\n';
    return exit_usage;
  }
  const Persistence persistence(
      longest_wait, [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); });
  try {
    const Books books = Verification(*stages, persistence, options.limit).run();
    std::cout << (options.json ? books_json(reading.spec->name, books) : books_text(books));
    return books.balanced() ? exit_well : exit_failed;
  } catch (const NoAnswer& e) {
    std::cerr << "error: the books cannot be read: " << e.what() << '\n';
    return exit_failed;
  }
}

}  // namespace weir
