#include "generate_source.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

namespace weir::generate_source {
namespace {

constexpr std::size_t most_at_once =
    500;  // of one lane, so that the first ones are under way while the next are made

std::vector<MessageTemplate> templates_of(const Config& config, const std::string& key) {
  const bool one = !config.text("/template").empty();
  const std::size_t many = config.length("/templates");
  if (!one && many == 0) {
    throw std::runtime_error(
        "generate-source has nothing to make messages from; add `template: FILE`");
  }
  if (one && many > 0) {
    throw std::runtime_error(
        "generate-source has both `template` and `templates`; keep one of them");
  }
  std::vector<MessageTemplate> all;
  if (one) all.push_back(MessageTemplate::read(config.path("/template"), key));
  for (std::size_t i = 0; i < many; ++i) {
    all.push_back(MessageTemplate::read(config.path("/templates/" + std::to_string(i)), key));
  }
  return all;
}

std::uint64_t seed_of(const Config& config) {
  const auto seed = static_cast<std::uint64_t>(config.integer("/seed"));
  if (seed != 0) return seed;
  std::random_device device;
  return (std::uint64_t{device()} << 16 | device() % 65536) +
         1;  // below 2^49: exact in every JSON reader
}

std::optional<Instant> first_time_of(const Config& config) {
  const std::string text = config.text("/time");
  if (text.empty()) return std::nullopt;
  const auto time = from_rfc3339(text);
  if (!time) {
    throw std::runtime_error("generate-source cannot read the `time` " + text +
                             "; write it as 2026-01-31T12:00:00Z");
  }
  return time;
}

// A sample is sent as it is, even if it is no JSON; then it has no key.
Document sample(const std::filesystem::path& file, const std::string& key) {
  Document document{.text = read_file(file), .members = {}, .key = std::nullopt};
  boost::system::error_code error;
  const auto json = boost::json::parse(document.text, error);
  if (error || key.empty()) return document;
  const auto* found = json.find_pointer(key, error);
  if (found != nullptr && found->is_string()) {
    document.key = std::string(found->get_string());
  } else if (found != nullptr) {
    document.key = boost::json::serialize(*found);
  }
  return document;
}

std::vector<Document> samples_of(const Config& config, const std::string& key) {
  std::vector<Document> samples;
  for (std::size_t i = 0; i < config.length("/samples"); ++i) {
    samples.push_back(sample(config.path("/samples/" + std::to_string(i)), key));
  }
  return samples;
}

}  // namespace

GenerateSource::GenerateSource(const Context& context)
    : host_(context.host),
      recipe_{.templates = templates_of(context.config, context.config.text("/key")),
              .breakage =
                  Breakage(context.config.number("/broken"), context.config.texts("/broken_kinds")),
              .seed = seed_of(context.config),
              .first_time = first_time_of(context.config),
              .lanes = static_cast<std::uint64_t>(context.config.integer("/lanes"))},
      rate_(context.config.number("/rate")),
      count_(static_cast<std::uint64_t>(context.config.integer("/count"))),
      samples_(samples_of(context.config, context.config.text("/key"))),
      made_(host_.counter("weir_generated_total",
                          "Messages made, broken ones and samples included.")),
      broken_(host_.counter("weir_generated_broken_total", "Messages broken on purpose.")) {}

void GenerateSource::start() {
  streams_.clear();
  for (std::uint64_t lane = 0; lane < recipe_.lanes; ++lane) {
    std::optional<std::uint64_t> limit;
    if (count_ > 0) limit = count_ / recipe_.lanes + (lane < count_ % recipe_.lanes ? 1 : 0);
    streams_.push_back(std::make_unique<Stream>(recipe_, lane, limit));
  }
  for (const auto& document : samples_) streams_.front()->add_sample(document);
  pace_.emplace(rate_, Pace::Clock::now());
  host_.info("messages are made with seed " + std::to_string(recipe_.seed) +
             "; give it as `seed` to make them again");
}

Poll GenerateSource::poll(Emit& emit, std::chrono::milliseconds wait) {
  if (std::ranges::all_of(streams_, [](const auto& stream) { return stream->ended(); }))
    return Poll::end;
  const auto deadline = Pace::Clock::now() + wait;
  std::size_t due = pace_->due(Pace::Clock::now());
  if (due == 0) {
    std::this_thread::sleep_until(std::min(pace_->next(), deadline));
    due = pace_->due(Pace::Clock::now());
  }
  pace_->sent(send(emit, due));
  return Poll::more;
}

// Spreads what is due evenly over the lanes; what a lane has no room for waits, as the others'
// share goes on.
std::size_t GenerateSource::send(Emit& emit, std::size_t due) {
  std::size_t total = 0;
  std::size_t broken = 0;
  const std::size_t lanes = streams_.size();
  for (std::size_t i = 0; i < lanes && total < due; ++i) {
    auto& stream = *streams_[(first_ + i) % lanes];
    const std::size_t share = (due - total - 1) / (lanes - i) + 1;
    const std::size_t most = std::min({share, most_at_once, emit.room(stream.lane())});
    if (most == 0) continue;
    const auto sent = stream.send(most, emit);
    total += sent.messages;
    broken += sent.broken;
  }
  first_ = (first_ + 1) % lanes;
  made_.add(static_cast<double>(total));
  broken_.add(static_cast<double>(broken));
  return total;
}

}  // namespace weir::generate_source
