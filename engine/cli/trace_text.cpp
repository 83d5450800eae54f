#include "engine/cli/trace_text.hpp"

#include "engine/cli/answer.hpp"
#include "engine/pipeline/utf8.hpp"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <array>
#include <cstdio>
#include <vector>

namespace weir {
namespace {

using Poco::JSON::Object;

std::string duration(double seconds) {
  std::array<char, 32> buffer;
  const auto write = [&](double value, const char* unit) {
    std::snprintf(buffer.data(), buffer.size(), "%.3g %s", value, unit);
    return std::string(buffer.data());
  };
  if (seconds < 1e-3) return write(seconds * 1e6, "µs");
  if (seconds < 1) return write(seconds * 1e3, "ms");
  if (seconds < 1000) return write(seconds, "s");
  return std::to_string(static_cast<long long>(seconds)) + " s";
}

/// Since the message was read; empty where one of the times is not known.
std::string since_read(const Object& message, const Object& of, const std::string& name) {
  Poco::DateTime read, at;
  int zone = 0;
  const auto parse = [&zone](const Object& object, const std::string& member,
                             Poco::DateTime& time) {
    return has(object, member) &&
           Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT,
                                          object.get(member).convert<std::string>(), time, zone);
  };
  if (!parse(message, "read_at", read) || !parse(of, name, at)) return {};
  const double seconds = static_cast<double>((at - read).totalMicroseconds()) / 1e6;
  return seconds < 0 ? std::string() : "+ " + duration(seconds);
}

std::string padded(std::string words, std::size_t width) {
  if (words.size() < width) words.resize(width, ' ');
  return words;
}

std::string line(const std::string& name, const std::string& what, const std::string& more) {
  std::string words = "  " + padded(name, 12) + " " + padded(what, 9) + " " + more;
  words.erase(words.find_last_not_of(' ') + 1);
  return words + "\n";
}

std::string way(const Object& message) {
  std::string words = message_place(message) + "  " + text(message, "outcome");
  if (has(message, "key")) words += "  key " + text(message, "key");
  words += "\n" + line("read", "", text(message, "read_at"));
  for (const auto& stage : objects(message, "stages")) {
    std::string more = padded(since_read(message, *stage, "at"), 12);
    if (has(*stage, "seconds")) more += " in " + duration(stage->getValue<double>("seconds"));
    words += line(text(*stage, "stage"), text(*stage, "fate"), more);
    if (const std::string reason = why(*stage); !reason.empty()) words += line("", "", reason);
  }
  if (has(message, "settled_at"))
    words += line("settled", "", since_read(message, message, "settled_at"));
  if (has(message, "committed_at"))
    words += line("committed", "", since_read(message, message, "committed_at"));
  return words;
}

}  // namespace

bool knows_something(const Object& answer) {
  return !objects(answer, "messages").empty() || !objects(answer, "rows").empty() ||
         !objects(answer, "letters").empty();
}

std::string trace_text(const std::string& pipeline, const Object& answer) {
  std::string words = "pipeline " + printable(pipeline) + "\n";
  for (const auto& message : objects(answer, "messages")) words += way(*message);
  if (objects(answer, "messages").empty())
    words += "not among the last 100,000 messages: the times of its stages are not known\n";
  for (const auto& row : objects(answer, "rows")) {
    words += "kept by " + text(*row, "stage") + ": " + message_place(*row);
    if (has(*row, "stored_at")) words += ", since " + text(*row, "stored_at");
    words += "\n";
  }
  for (const auto& letter : objects(answer, "letters")) {
    words += "dead letter " + text(*letter, "place") + ": " + message_place(*letter);
    if (has(*letter, "written_at")) words += ", written " + text(*letter, "written_at");
    if (has(*letter, "stage")) words += ", by " + text(*letter, "stage");
    if (has(*letter, "replayed_at")) words += ", replayed " + text(*letter, "replayed_at");
    words += ": " + why(*letter) + "\n";
  }
  for (const auto& silent : objects(answer, "unanswered"))
    words +=
        "not asked to the end: " + text(*silent, "stage") + ": " + text(*silent, "reason") + "\n";
  return words;
}

}  // namespace weir
