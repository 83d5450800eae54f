/// Runs one stage of a plugin on a fixed input, for callgrind to count what it executes:
///
///     valgrind --tool=callgrind --collect-atstart=no
///         bench-instructions PLUGIN.so STAGE CONFIG.json WHAT ORDERS.tsv
///
/// ORDERS has a line for each order: its key, a tab, its value. WHAT is one of
///   process   they go through the step in batches of 500, the first of which is not counted
///   again     the same once more, at later positions
///   letters   as process, with the headers of rejected messages
///   find      each of them is looked up, after it went through the step
///   latest    all of them are asked for at once, after they went through the step
///   poll      so many messages are read from the source; what comes first is not counted
/// Prints how many orders the count is of. Only the calling thread's work is counted.
#include <weir/testing/bench.hpp>

#include <dlfcn.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using weir::testing::Input;
using weir::testing::StageBench;

constexpr std::size_t batch_size = 500;

/// What is between its begin and its end is counted, once `on` is set.
struct Counted {
  static inline bool on = false;
  Counted() {
    if (on) CALLGRIND_TOGGLE_COLLECT;
  }
  ~Counted() {
    if (on) CALLGRIND_TOGGLE_COLLECT;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
};

decltype(weir_stage_type::process) stage_process = nullptr;
decltype(weir_stage_type::poll) stage_poll = nullptr;

weir_status process(void* worker, const weir_batch* batch, weir_edit* edit, weir_error* error) {
  const Counted counted;
  return stage_process(worker, batch, edit, error);
}

weir_status poll(void* stage, weir_emit* emit, std::uint32_t wait_ms, weir_error* error) {
  const Counted counted;
  return stage_poll(stage, emit, wait_ms, error);
}

/// The stage's type, with its calls counted.
weir_stage_type load(const char* file, std::string_view id) {
  void* library = ::dlopen(file, RTLD_NOW);
  const auto* plugin = library == nullptr
                           ? nullptr
                           : static_cast<const weir_plugin*>(::dlsym(library, "weir_plugin_v1"));
  if (plugin == nullptr) throw std::runtime_error(::dlerror());
  for (const auto* const* at = plugin->stages; *at != nullptr; ++at) {
    if (id != (*at)->id) continue;
    weir_stage_type type = **at;
    stage_process = type.process;
    stage_poll = type.poll;
    if (type.process != nullptr) type.process = &process;
    if (type.poll != nullptr) type.poll = &poll;
    return type;
  }
  throw std::runtime_error(std::string(file) + " has no stage " + std::string(id));
}

std::vector<Input> read_orders(const char* file, bool as_letters) {
  std::ifstream lines(file);
  std::vector<Input> orders;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    orders.emplace_back(line.substr(tab + 1), line.substr(0, tab));
    if (!as_letters) continue;
    orders.back().headers = {{WEIR_HEADER_STAGE, "check"},
                             {WEIR_HEADER_CODE, "schema"},
                             {WEIR_HEADER_REASON, "a text where a number belongs"},
                             {WEIR_HEADER_POINTER, "/payment/amount"}};
  }
  if (orders.size() <= batch_size)
    throw std::runtime_error(std::string(file) + " has too few orders");
  return orders;
}

std::size_t send(StageBench& bench, std::span<const Input> orders) {
  for (std::size_t at = 0; at < orders.size(); at += batch_size) {
    const auto part = orders.subspan(at, std::min(batch_size, orders.size() - at));
    const auto result = bench.process(std::vector<Input>(part.begin(), part.end()));
    if (!result.ok()) throw std::runtime_error(result.error);
    if (!result.rejected.empty()) throw std::runtime_error(result.rejected.front().reason);
  }
  return orders.size();
}

bool count_entry(void* entries, const weir_entry*) {
  ++*static_cast<std::size_t*>(entries);
  return true;
}

void demand_found(weir_answer answer, const weir_error& error) {
  if (answer == WEIR_UNAVAILABLE) throw std::runtime_error(error.text);
  if (answer != WEIR_FOUND) throw std::runtime_error("an order is not there that was stored");
}

std::size_t find(StageBench& bench, std::span<const Input> orders) {
  const auto* table = bench.offered<weir_lookup_1>(WEIR_LOOKUP_1);
  std::size_t found = 0;
  for (const Input& order : orders) {
    std::uint64_t lease = 0;
    weir_error error{};
    weir_answer answer = WEIR_UNAVAILABLE;
    {
      const Counted counted;
      answer =
          table->find(bench.stage(), weir::view(*order.key), &count_entry, &found, &lease, &error);
    }
    demand_found(answer, error);
  }
  return found;
}

std::size_t latest(StageBench& bench, std::size_t limit) {
  const auto* table = bench.offered<weir_lookup_1>(WEIR_LOOKUP_1);
  std::size_t found = 0;
  weir_error error{};
  weir_answer answer = WEIR_UNAVAILABLE;
  {
    const Counted counted;
    answer = table->latest(bench.stage(), limit, &count_entry, &found, &error);
  }
  demand_found(answer, error);
  return found;
}

std::size_t read(StageBench& bench, std::size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  std::size_t skipped = 0, messages = 0;
  while (skipped + messages < count) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("not all came");
    const auto emitted = bench.poll(std::chrono::milliseconds(100));
    if (emitted.status != WEIR_OK) throw std::runtime_error(emitted.error);
    std::size_t came = 0;
    for (const auto& slice : emitted.slices) came += slice.messages.size();
    (Counted::on ? messages : skipped) += came;
    if (came > 0) Counted::on = true;
    bench.release_all();
  }
  return messages;
}

bool keeps_positions(const StageBench& bench) {
  try {
    return bench.offered<weir_positions_1>(WEIR_POSITIONS_1) != nullptr;
  } catch (const std::logic_error&) {
    return false;  // how the kit says that it is not offered
  }
}

/// A server that does not answer in time is asked again, as the engine does; under callgrind all is
/// slow.
void start(StageBench& bench) {
  for (int tries = 1;; ++tries) {
    try {
      bench.open();
      if (keeps_positions(bench)) bench.claim(bench.lane, bench.origin);
      return;
    } catch (const weir::Retry&) {
      if (tries == 10) throw;
    }
  }
}

std::size_t run(StageBench& bench, std::string_view what, std::span<const Input> orders) {
  if (what == "poll") return read(bench, orders.size());
  start(bench);
  if (what == "process" || what == "letters") {
    send(bench, orders.first(batch_size));
    Counted::on = true;
    return send(bench, orders.subspan(batch_size));
  }
  send(bench, orders);
  if (what != "again") find(bench, orders.first(1));  // a lookup's session is opened by the first
  Counted::on = true;
  if (what == "again") return send(bench, orders);
  if (what == "find") return find(bench, orders);
  if (what == "latest") return latest(bench, orders.size());
  throw std::runtime_error("cannot do: " + std::string(what));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::cerr << "usage: bench-instructions PLUGIN.so STAGE CONFIG.json WHAT ORDERS.tsv\n";
    return 2;
  }
  try {
    const std::string_view what = arguments[4];
    const weir_stage_type type = load(arguments[1], arguments[2]);
    std::ifstream file(arguments[3]);
    const std::string config{std::istreambuf_iterator<char>(file), {}};
    const auto orders = read_orders(arguments[5], what == "letters");
    StageBench bench(type, config);
    std::cout << run(bench, what, orders) << '\n';
    Counted::on = false;
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "bench-instructions: " << e.what() << '\n';
    return 1;
  }
}
