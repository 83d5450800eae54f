#include "engine/cli/dead_letters.hpp"

#include "engine/cli/answer.hpp"
#include "engine/cli/cli.hpp"
#include "engine/cli/letter_service.hpp"
#include "engine/cli/letter_text.hpp"
#include "engine/cli/service.hpp"
#include "engine/pipeline/utf8.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

namespace weir {
namespace {

using Poco::JSON::Object;

constexpr std::size_t most_a_page = 500;

constexpr const char* examples =
    "Examples:\n"
    "  weir dead-letters list --stage check --from 2025-01-31T12:00:00Z\n"
    "  weir dead-letters list --text b563feb7b2b84b6test --json\n"
    "  weir dead-letters list --url http://127.0.0.1:8081 --all --json > letters.jsonl\n"
    "  weir dead-letters show 1099511627776\n"
    "  weir dead-letters replay --code type --dry-run\n"
    "  weir dead-letters replay pipelines/orders.yaml 1099511627776";

/// The members of an address's query that are set.
std::string query(const std::vector<std::pair<const char*, std::string>>& members) {
  std::string text;
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    text.append(text.empty() ? "?" : "&").append(name).append("=").append(url_escaped(value));
  }
  return text;
}

}  // namespace

DeadLettersCommand::DeadLettersCommand(CLI::App& app)
    : command_(app.add_subcommand(
          "dead-letters",
          "Look at the messages that a running service has refused, and replay them")) {
  command_->require_subcommand(1);
  command_->footer(examples);
  list_ = add("list", "List them, the newest first");
  list_->add_option("FILE", options_.file, "The pipeline's file, which names the service")
      ->excludes("--url");
  add_filter(*list_);
  list_->add_option("--limit", limit_, "Show so many")
      ->type_name("COUNT")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  list_->add_flag("--all", all_, "Show all of them")->excludes("--limit");
  list_->add_flag("--oldest", oldest_first_, "The oldest first");
  list_->add_option("--after", after_, "Go on behind this one's place")->type_name("PLACE");
  list_->add_flag("--json", json_, "Print JSON Lines, as the service answers them");
  show_ = add("show", "Show one, with its value");
  show_
      ->add_option("FILE", words_,
                   "The pipeline's file (none where the service is named by --url), and the place "
                   "that `list` shows")
      ->type_name("PLACE")
      ->required();
  show_->add_flag("--json", json_, "Print one line of JSON, as the service answers it");
  show_->add_flag("--value", value_, "Print its value alone, byte for byte")->excludes("--json");
  replay_ = add("replay",
                "Send some through their pipeline again, the oldest first, and say what became of "
                "each");
  replay_
      ->add_option("FILE", words_,
                   "The pipeline's file (none where the service is named by --url), and the "
                   "places of letters; none where a filter or --all says which")
      ->type_name("PLACE");
  add_filter(*replay_);
  replay_->add_flag("--all", all_, "All of them")->group("Only those");
  replay_->add_flag("--dry-run", replays_.dry_run, "Only say what would become of them now");
  replay_->add_flag("--json", replays_.json, "Print JSON Lines, as the service answers them");
  replay_->add_option("--token", replays_.token, "The service's token, where it has one")
      ->type_name("TOKEN")
      ->envname("WEIR_TOKEN");
}

CLI::App* DeadLettersCommand::add(const char* name, const char* what) {
  CLI::App* command = command_->add_subcommand(name, what);
  command->fallthrough();  // to what all of them take
  command->add_option("--url", options_.url, "The service")
      ->type_name("URL")
      ->capture_default_str();
  command
      ->add_option("--pipeline", options_.pipeline,
                   "One of its pipelines; else all that keep dead letters")
      ->type_name("NAME");
  return command;
}

void DeadLettersCommand::add_filter(CLI::App& command) {
  const auto option = [&](const char* name, std::string& value, const char* type,
                          const char* what) {
    command.add_option(name, value, what)->type_name(type)->group("Only those");
  };
  option("--code", options_.code, "CODE", "of this code");
  option("--stage", options_.stage, "STAGE", "that this stage refused");
  option("--from", options_.from, "TIME", "written since, such as 2025-01-31T12:00:00Z");
  option("--to", options_.to, "TIME", "written before");
  option("--text", options_.text, "TEXT", "that hold this, as in a key, a value or a reason");
}

int DeadLettersCommand::run(const std::vector<std::filesystem::path>& plugin_folders) try {
  if (list_->parsed()) return list(plugin_folders);
  return show_->parsed() ? show(plugin_folders) : replay(plugin_folders);
} catch (const UsageError& e) {
  std::cerr << "error: " << e.what() << '\n';
  return exit_usage;
}

int DeadLettersCommand::list(const std::vector<std::filesystem::path>& plugin_folders) const {
  const Asked asked_ones = asked(options_, plugin_folders);
  if (!after_.empty() || asked_ones.pipelines.empty()) only_one(asked_ones);
  for (const std::string& pipeline : asked_ones.pipelines) {
    if (!json_) std::cout << "pipeline " << printable(pipeline) << '\n';
    std::size_t shown = 0;
    std::string after = after_;
    do {
      const std::size_t room = all_ ? most_a_page : std::min(limit_ - shown, most_a_page);
      if (room == 0) break;
      const auto page =
          document(asked_ones.service,
                   letters_path(pipeline) + query({{"order", oldest_first_ ? "oldest" : "newest"},
                                                   {"limit", std::to_string(room)},
                                                   {"after", after},
                                                   {"code", options_.code},
                                                   {"stage", options_.stage},
                                                   {"from", options_.from},
                                                   {"to", options_.to},
                                                   {"text", options_.text}}));
      for (const auto& letter : objects(*page, "letters"))
        std::cout << (json_ ? json_line(*letter) : letter_lines(*letter));
      std::cout.flush();
      shown += objects(*page, "letters").size();
      after = page->optValue<std::string>("next", "");
    } while (!after.empty() && std::cout);
    if (json_) continue;
    if (shown == 0 && after.empty()) std::cout << "no dead letters of this kind\n";
    if (!after.empty()) std::cout << "there are more: go on with --after " << after << '\n';
  }
  return exit_well;
}

/// A word of digits is a place, the first other one a file.
int DeadLettersCommand::replay(const std::vector<std::filesystem::path>& plugin_folders) const {
  const auto is_place = [](const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  };
  DeadLetterOptions options = options_;
  ReplayOptions wanted = replays_;
  wanted.places = words_;
  if (!wanted.places.empty() && !is_place(wanted.places.front())) {
    if (replay_->count("--url") > 0)
      throw UsageError("the service is named twice, by a file and by --url; leave one out");
    options.file = wanted.places.front();
    wanted.places.erase(wanted.places.begin());
  }
  for (const std::string& place : wanted.places)
    if (!is_place(place)) throw UsageError("'" + place + "' is no place; `list` shows them");
  const bool filtered = !options.code.empty() || !options.stage.empty() || !options.from.empty() ||
                        !options.to.empty() || !options.text.empty();
  if (wanted.places.empty() && !filtered && !all_)
    throw UsageError("say which letters: by their places, by a filter, or --all");
  if (!wanted.places.empty() && (filtered || all_))
    throw UsageError("letters are named by their places, and by a filter as well; leave one out");
  return replay_letters(asked(options, plugin_folders), options, wanted);
}

int DeadLettersCommand::show(const std::vector<std::filesystem::path>& plugin_folders) const {
  DeadLetterOptions options = options_;
  if (words_.size() > 2) throw UsageError("show one letter at a time");
  if (words_.size() == 2) {
    if (show_->count("--url") > 0)
      throw UsageError("the service is named twice, by a file and by --url; leave one out");
    options.file = words_.front();
  }
  const Asked asked_ones = asked(options, plugin_folders);
  const auto letter = document(
      asked_ones.service, letters_path(only_one(asked_ones)) + "/" + url_escaped(words_.back()));
  std::cout << (value_ ? letter_value(*letter) : json_ ? json_line(*letter) : letter_text(*letter));
  return exit_well;
}

}  // namespace weir
