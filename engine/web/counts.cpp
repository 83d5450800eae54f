#include "engine/web/counts.hpp"

namespace weir::web {
namespace {

std::string family(const std::string& name, const char* type, const char* help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

}  // namespace

void Counts::Tally::answered(int status) {
  if (status >= 200 && status < 600) add(answers[static_cast<std::size_t>(status / 100 - 2)]);
}

std::string Counts::metrics(std::size_t open_connections, std::uint64_t shed_connections) const {
  std::array<std::uint64_t, 4> answers{};
  std::uint64_t refused = 0, failures = 0;
  for (const Tally& tally : tallies_) {
    for (std::size_t index = 0; index < answers.size(); ++index)
      answers[index] += tally.answers[index].load(std::memory_order_relaxed);
    refused += tally.refused.load(std::memory_order_relaxed);
    failures += tally.failures.load(std::memory_order_relaxed);
  }
  std::string text =
      family("weir_http_answers_total", "counter", "Answers sent, by class of status.");
  for (std::size_t index = 0; index < answers.size(); ++index)
    text += "weir_http_answers_total{class=\"" + std::to_string(index + 2) + "xx\"} " +
            std::to_string(answers[index]) + "\n";
  text += family("weir_http_refused_total", "counter",
                 "Requests that were malformed, too long, too slow or misdirected.");
  text += "weir_http_refused_total " + std::to_string(refused) + "\n";
  text += family("weir_http_failures_total", "counter",
                 "Handlers that threw, or answered wrongly or not at all.");
  text += "weir_http_failures_total " + std::to_string(failures) + "\n";
  text += family("weir_http_shed_total", "counter",
                 "Connections that were closed to make room, because they were slow or idle.");
  text += "weir_http_shed_total " + std::to_string(shed_connections) + "\n";
  text += family("weir_http_connections", "gauge", "Connections being served.");
  text += "weir_http_connections " + std::to_string(open_connections) + "\n";
  return text;
}

}  // namespace weir::web
