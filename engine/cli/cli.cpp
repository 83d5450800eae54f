#include "engine/cli/cli.hpp"

#include "engine/cli/dead_letters.hpp"
#include "engine/cli/plugin_folders.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace weir {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done, or stopped as asked; 1 a pipeline failed, its books do not balance, or "
    "nothing is known of a message;\n"
    "2 a wrong command line or pipeline file; "
    "3 stopped with work in hand when the deadline passed (it comes again); 128+N a second signal "
    "N.";

/// Parses and dispatches; CLI11 reports wrong usage by exceptions.
int dispatch(int argc, const char* const* argv) {
  CLI::App app{"Weir runs stream pipelines written in YAML, whose stages are plugins.", "weir"};
  app.set_version_flag("--version", "weir " WEIR_VERSION);
  app.footer(exit_codes);
  app.require_subcommand(1);

  std::vector<std::filesystem::path> files, folders;
  std::string stage;
  bool debug = false;
  VerifyOptions books;
  TraceOptions traced;
  std::vector<std::string> traced_words;
  TopOptions watched{.url = "http://127.0.0.1:8081"};

  const auto with_plugins = [&](CLI::App* command) {
    command->add_option("--plugins", folders, "Folder of plugins; may be given several times")
        ->envname("WEIR_PLUGINS")
        ->delimiter(':');
  };
  auto* run_command = app.add_subcommand(
      "run", "Run pipelines, all in one process, until they end or a signal comes");
  run_command->add_option("FILE", files, "Pipeline files")->required();
  run_command->add_flag("--debug", debug, "Log more");
  auto* check_command = app.add_subcommand(
      "check", "Say all that is wrong with pipeline files, without running them");
  check_command->add_option("FILE", files, "Pipeline files")->required();
  auto* verify_command = app.add_subcommand(
      "verify", "Read all messages of a pipeline's source again, and say what became of them");
  verify_command->add_option("FILE", files, "A pipeline file")->required()->expected(1);
  verify_command->add_flag("--json", books.json, "Print one JSON document");
  verify_command->add_option("--limit", books.limit, "Show so many findings")
      ->capture_default_str();
  auto* trace_command = app.add_subcommand(
      "trace", "Ask a running service what happened to a message: when, at which stage, why");
  trace_command
      ->add_option("FILE", traced_words,
                   "The pipeline's file (none with --url), then a key, or a message as "
                   "topic[partition]@position or ORIGIN@POSITION")
      ->type_name("KEY|MESSAGE")
      ->required();
  trace_command->add_option("--url", traced.url,
                            "The service, such as http://127.0.0.1:8081: all its pipelines");
  trace_command->add_flag("--json", traced.json, "Print one JSON document");
  auto* top_command = app.add_subcommand(
      "top",
      "Watch the pipelines of a running service: how they are, what flows, what waits and why");
  top_command->add_option("--url", watched.url, "The service")->capture_default_str();
  top_command->add_flag("--once", watched.once,
                        "Print one frame and end, as where the output is no terminal");
  DeadLettersCommand dead_letters(app);
  auto* stages_command =
      app.add_subcommand("stages", "List the stage types found, or show one's configuration");
  stages_command->add_option("NAME", stage, "A stage type");
  for (auto* command : {run_command, check_command, verify_command, trace_command,
                        dead_letters.command(), stages_command})
    with_plugins(command);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_well : exit_usage;
  }
  if (folders.empty()) folders = default_plugin_folders();
  if (run_command->parsed()) return run(files, folders, debug);
  if (check_command->parsed()) return check(files, folders);
  if (verify_command->parsed()) return verify(files.front(), folders, books);
  if (trace_command->parsed()) {
    if (traced_words.size() != (traced.url.empty() ? 2U : 1U)) {
      std::cerr << "error: name a pipeline's file or --url URL, and then one key or message\n";
      return exit_usage;
    }
    traced.id = traced_words.back();
    if (traced.url.empty()) traced.file = traced_words.front();
    return trace(traced, folders);
  }
  if (top_command->parsed()) return top(watched);
  if (dead_letters.command()->parsed()) return dead_letters.run(folders);
  return stage.empty() ? list_stages(folders) : describe_stage(stage, folders);
}

}  // namespace

int cli(int argc, const char* const* argv) try {
  return dispatch(argc, argv);
} catch (const std::exception& e) {
  std::cerr << "error: " << e.what() << '\n';
  return exit_failed;
}

}  // namespace weir
