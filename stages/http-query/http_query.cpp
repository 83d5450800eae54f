#include "http_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <stdexcept>

#include "problem.hpp"

namespace weir::http_query {
namespace {

constexpr std::size_t longest_key = 512;  // bytes
constexpr std::size_t default_limit = 20;
constexpr std::size_t largest_limit = 100;

/// Seconds; a cache answers within microseconds, a database within milliseconds.
constexpr std::array<double, 12> bounds{0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.001,
                                        0.0025,  0.01,     0.025,   0.1,    0.5,     2};

void check_route(const std::string& route) {
  const auto opened = std::count(route.begin(), route.end(), '{');
  const auto closed = std::count(route.begin(), route.end(), '}');
  if (opened != 1 || closed != 1 || route.find('{') > route.find('}')) {
    throw std::runtime_error(
        "`route` must hold one {name} for the key, such as /order/{order_uid}; it is " + route);
  }
}

/// Nothing: it may be looked up.
std::string_view fault_of(std::string_view key) {
  if (key.empty()) return "The key is empty; put one behind the last slash.";
  if (key.size() > longest_key)
    return "The key is longer than 512 bytes; no document has such a key.";
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(key.begin(), key.end(), control))
    return "The key holds control characters; leave them out.";
  return {};
}

/// The number behind `limit=`; nothing where it is not one from 1 to 100.
std::optional<std::size_t> limit_of(std::string_view query) {
  std::size_t limit = default_limit;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    std::string_view pair = query.substr(at, end - at);
    at = end + 1;
    if (!pair.starts_with("limit=")) continue;
    pair.remove_prefix(std::string_view("limit=").size());
    const auto [rest, failed] = std::from_chars(pair.data(), pair.data() + pair.size(), limit);
    if (failed != std::errc{} || rest != pair.data() + pair.size()) return std::nullopt;
  }
  if (limit < 1 || limit > largest_limit) return std::nullopt;
  return limit;
}

/// RFC 3339 in UTC, quoted; null where the time is not known.
std::string json_time(std::int64_t us) {
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  if (us <= 0 || gmtime_r(&seconds, &parts) == nullptr || parts.tm_year > 9999 - 1900)
    return "null";
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "\"%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%06dZ\"", static_cast<int>(us % 1'000'000));
  return std::string(text.data(), size) + fraction.data();
}

}  // namespace

const Metric& HttpQuery::Source::of(Answer answer) const {
  switch (answer) {
    case Answer::found:
      return found;
    case Answer::absent:
      return absent;
    case Answer::unavailable:
      break;
  }
  return unavailable;
}

HttpQuery::HttpQuery(const Context& context)
    : host_(context.host),
      route_(context.config.text("/route")),
      latest_(context.config.find_text("/latest")) {
  check_route(route_);
  for (const std::string& name : context.config.texts("/from")) {
    const auto series = [&](std::string_view answer) {
      return host_.histogram("weir_query_seconds", "How long a stage took to answer a lookup.",
                             bounds, {{"from", name}, {"answer", answer}});
    };
    sources_.push_back({name, series("found"), series("absent"), series("unavailable")});
  }
}

void HttpQuery::start() {
  host_.route<&HttpQuery::get>(route_, *this);
  if (latest_) host_.route<&HttpQuery::list>(*latest_, *this);
}

void HttpQuery::get(const Request& request, Reply& reply) {
  const std::string_view key =
      request.parameters().empty() ? std::string_view{} : request.parameter(0);
  if (const std::string_view fault = fault_of(key); !fault.empty()) {
    return send_problem(reply, 400, "Not a key", fault);
  }
  Question question{.key = key, .reply = reply};
  for (const Source& source : sources_) {
    if (answer_from(source, question)) return;
  }
  const std::string& timings = question.timings.header();
  if (question.unavailable) {
    send_problem(
        reply, 503, "Not available now",
        "It cannot be known now whether there is a document with this key; try again in a moment.",
        timings);
  } else {
    send_problem(reply, 404, "Not found",
                 "There is no document with the key " + json_text(key) + ".", timings);
  }
}

/// True: the reply was sent.
bool HttpQuery::answer_from(const Source& source, Question& question) {
  question.timings.begin();
  const Found answer = host_.find(source.name, question.key, [&](const Entry& entry) {
    // The document goes out from where the stage holds it; there is no copy in between.
    source.found.observe(question.timings.end(source.name).count());
    question.reply.send(200,
                        {{"Content-Type", "application/json"},
                         {"Weir-Source", source.name},
                         {"Server-Timing", question.timings.header()},
                         {"Cache-Control", "no-store"}},
                        entry.document);
    fill(question.misses, entry);
  });
  if (question.reply.sent()) return true;
  source.of(answer.answer).observe(question.timings.end(source.name).count());
  if (answer.answer == Answer::absent) {
    question.misses.push_back({&source, answer.lease});
  } else {
    question.unavailable = true;
    report(source, answer.why);
  }
  return false;
}

void HttpQuery::fill(const std::vector<Miss>& misses, const Entry& entry) const {
  for (const Miss& miss : misses) {
    if (miss.lease != 0) host_.fill(miss.source->name, miss.lease, entry);
  }
}

void HttpQuery::list(const Request& request, Reply& reply) {
  const auto limit = limit_of(request.query());
  if (!limit) {
    return send_problem(
        reply, 400, "Not a limit",
        "`limit` must be a number from 1 to 100, such as " + *latest_ + "?limit=20.");
  }
  Timings timings;
  std::vector<std::string> best;
  const Source* best_source = nullptr;
  for (const Source& source : sources_) {
    std::vector<std::string> entries;
    timings.begin();
    const Found answer = host_.latest(source.name, *limit, [&](const Entry& entry) {
      entries.push_back(R"({"key":)" + json_text(entry.key) + R"(,"stored_at":)" +
                        json_time(entry.stored_us) + "}");
      return entries.size() < *limit;
    });
    timings.end(source.name);
    if (answer.answer == Answer::unavailable) {
      report(source, answer.why);
      continue;
    }
    if (best_source == nullptr || entries.size() > best.size()) {
      best = std::move(entries);
      best_source = &source;
    }
    if (best.size() == *limit) break;  // a later stage knows no newer ones
  }
  if (best_source == nullptr) {
    return send_problem(reply, 503, "Not available now",
                        "The newest documents cannot be listed now; try again in a moment.",
                        timings.header());
  }
  std::string body = R"({"entries":[)";
  for (const std::string& entry : best) body.append(body.ends_with('[') ? "" : ",").append(entry);
  body += "]}";
  reply.send(200,
             {{"Content-Type", "application/json"},
              {"Weir-Source", best_source->name},
              {"Server-Timing", timings.header()},
              {"Cache-Control", "no-store"}},
             body);
}

void HttpQuery::report(const Source& source, const std::string& why) {
  constexpr std::int64_t pause = 10;  // seconds; each request would else write a line
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(Timings::Clock::now().time_since_epoch())
          .count();
  std::int64_t before = reported_at_;
  if ((before != 0 && now - before < pause) || !reported_at_.compare_exchange_strong(before, now))
    return;
  host_.warn("the stage `" + source.name + "` does not answer lookups: " + why +
             "; requests get 503 until it does (said at most every 10 s)");
}

}  // namespace weir::http_query
