#include "engine/cli/top/frame.hpp"

#include "engine/cli/top/figures.hpp"
#include "engine/cli/top/flow.hpp"
#include "engine/pipeline/utf8.hpp"

#include <algorithm>
#include <utility>

namespace weir::glance {
namespace {

using Lines = std::vector<std::string>;

/// Red where somebody must look, yellow where it goes on by itself.
const char* colour_of(const std::string& state) {
  if (state == "healthy") return "\x1b[32m";
  if (state == "failed") return "\x1b[31m";
  return state == "waiting" || state == "starting" || state == "draining" ? "\x1b[33m" : "\x1b[2m";
}

class Drawing {
 public:
  Drawing(const Object& pipeline, const Rates& rates, double now, const Screen& screen)
      : pipeline_(pipeline), rates_(rates), now_(now), screen_(screen) {}

  Lines lines() {
    const std::string state = text(pipeline_, "state");
    add(text(pipeline_, "name") + "  " + state + "  " + sentence(pipeline_, rates_, now_) +
            up(number(pipeline_, "uptime_seconds")),
        colour_of(state));
    if (const std::string reason = text(pipeline_, "reason"); !reason.empty())
      add("  " + reason, colour_of(state));
    for (const auto& wait : objects(pipeline_, "waiting")) add(asked(*wait), colour_of("waiting"));
    if (!objects(pipeline_, "lanes").empty()) totals();
    stages();
    shards();
    lanes();
    return std::move(lines_);
  }

 private:
  void add(const std::string& line, const char* colour = nullptr) {
    const std::string shown = fitted(line, screen_.width);
    lines_.push_back(screen_.coloured && colour != nullptr ? colour + shown + "\x1b[0m" : shown);
  }

  void add(const Table& table) {
    if (table.rows.size() < 2) return;
    lines_.emplace_back();
    const auto drawn = table.lines(screen_.width);
    for (std::size_t i = 0; i < drawn.size(); ++i) add(drawn[i], i == 0 ? "\x1b[2m" : nullptr);
  }

  static std::string up(std::optional<double> seconds) {
    return seconds ? "  (up " + span(seconds) + ")" : std::string();
  }

  std::string asked(const Object& wait) const {
    std::string line = "  " + text(wait, "stage") + " asks for a retry: " + text(wait, "reason");
    const auto since = moment(wait, "since"), retries = number(wait, "retries");
    if (since) line += ", since " + span(now_ - *since);
    if (retries) line += ", " + count(retries) + (*retries == 1 ? " retry" : " retries");
    return line;
  }

  void totals() {
    const auto all = [&](const char* name) { return total(pipeline_, "lanes", name); };
    const auto rate = rate_of(pipeline_, rates_), lag = lag_of(pipeline_);
    const double read = all("read"), rejected = all("rejected");
    std::string line = "  read " + count(read) + " (" + per_second(rate) + ")";
    if (lag) line += "   lag " + count(lag);
    if (lag && rate && *lag > *rate && *rate > 0) line += ", " + span(*lag / *rate) + " behind";
    line += "   in flight " + count(all("in_flight"));
    if (const auto age = number(pipeline_, "commit_age_seconds"))
      line += "   last commit " + span(age) + " ago";
    add(line);
    const auto lanes = objects(pipeline_, "lanes");
    const auto odd = std::count_if(lanes.begin(), lanes.end(),
                                   [](const Object::Ptr& lane) { return !balances(*lane); });
    line = "  stored " + count(all("stored")) + "   rejected " + count(rejected);
    if (rejected > 0 && read > 0) line += " (" + share(rejected / read) + ")";
    line += "   retries " + count(total(pipeline_, "stages", "retries"));
    if (all("dropped") > 0) line += "   dropped " + count(all("dropped"));
    line += odd == 0 ? "   books balance"
                     : "   BOOKS DO NOT BALANCE in " + count(static_cast<double>(odd)) + " of " +
                           count(static_cast<double>(lanes.size())) + " lanes";
    add(line, odd == 0 ? nullptr : colour_of("failed"));
  }

  void stages() {
    Table table{
        .left = 2,
        .rows = {{"STAGE", "TYPE", "RATE", "IN", "P50", "P99", "REJECTED", "DROPPED", "RETRIES"}}};
    for (const auto& stage : objects(pipeline_, "stages")) {
      const auto figure = [&](const char* name) { return count(number(*stage, name)); };
      const std::string name = text(*stage, "name");
      if (text(*stage, "role") == "service") {
        table.rows.push_back({name, text(*stage, "type")});
        continue;
      }
      table.rows.push_back(
          {name, text(*stage, "type"), per_second(rates_.stage(text(pipeline_, "name"), name)),
           figure("in"), span(number(*stage, "p50_seconds")), span(number(*stage, "p99_seconds")),
           figure("rejected"), figure("dropped"), figure("retries")});
    }
    add(table);
  }

  void shards() {
    Table table{.left = 1, .rows = {{"SHARD", "INBOX", "FULL", "IN HAND"}}};
    for (const auto& shard : objects(pipeline_, "shards")) {
      const auto bytes = number(*shard, "inbox_bytes"), limit = number(*shard, "inbox_bytes_limit");
      table.rows.push_back({count(number(*shard, "shard")), count(number(*shard, "inbox_messages")),
                            bytes && limit && *limit > 0 ? share(*bytes / *limit) : "-",
                            count(number(*shard, "in_hand_messages"))});
    }
    add(table);
  }

  /// Those that need a look stand first; the others keep their order.
  void lanes() {
    auto lanes = objects(pipeline_, "lanes");
    std::stable_partition(lanes.begin(), lanes.end(),
                          [](const Object::Ptr& lane) { return !balances(*lane); });
    Table table{.left = 2,
                .rows = {{"LANE", "BOOKS", "RATE", "LAG", "IN FLIGHT", "POSITION", "READ", "STORED",
                          "REJECTED", "LAST READ"}}};
    for (const auto& lane : lanes) {
      const auto figure = [&](const char* name) { return count(number(*lane, name)); };
      const std::string origin = text(*lane, "origin");
      const auto last = moment(*lane, "last_read_at");
      table.rows.push_back({origin, balances(*lane) ? "balance" : "DIFFER",
                            per_second(rates_.lane(text(pipeline_, "name"), origin)),
                            count(lag_of(pipeline_, origin)), figure("in_flight"),
                            figure("position"), figure("read"), figure("stored"),
                            figure("rejected"), last ? span(now_ - *last) + " ago" : "-"});
    }
    add(table);
  }

  const Object& pipeline_;
  const Rates& rates_;
  double now_;
  const Screen& screen_;
  Lines lines_;
};

}  // namespace

Lines frame(const Object& document, const Rates& rates, double now, const Screen& screen) {
  Lines lines;
  for (const auto& pipeline : objects(document, "pipelines")) {
    if (!lines.empty()) lines.emplace_back();
    const Lines more = Drawing(*pipeline, rates, now, screen).lines();
    lines.insert(lines.end(), more.begin(), more.end());
  }
  if (lines.empty()) lines.push_back(fitted("It runs no pipeline.", screen.width));
  return lines;
}

Lines away(const std::string& why, Lines before, const Screen& screen) {
  const std::string line = fitted(printable(why) + "; asks again each second", screen.width);
  Lines lines{screen.coloured ? colour_of("failed") + line + "\x1b[0m" : line};
  if (before.empty()) return lines;
  lines.push_back(fitted("What it said last:", screen.width));
  lines.insert(lines.end(), before.begin(), before.end());
  return lines;
}

Lines within(Lines lines, std::size_t height) {
  if (height == 0 || lines.size() <= height) return lines;
  const double left = static_cast<double>(lines.size() - height + 1);
  lines.resize(height - 1);
  lines.push_back("… and " + count(left) + " lines more; a higher window shows them");
  return lines;
}

}  // namespace weir::glance
