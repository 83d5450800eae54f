#include "engine/web/history_view.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/utf8.hpp"

#include <Poco/JSON/Array.h>
#include <cmath>
#include <map>
#include <vector>

namespace weir::web {
namespace {

using Poco::Dynamic::Var;

/// Columns by name; their rows are filled one after the other.
class Columns {
 public:
  explicit Columns(std::size_t rows) : rows_(rows) {}

  /// Values of one row and name are summed up.
  void add(const std::string& name, std::size_t row, std::optional<double> value) {
    auto& column = columns_.try_emplace(name, rows_).first->second;
    if (value && std::isfinite(*value)) column[row] = column[row].value_or(0) + *value;
  }
  void show_in(Poco::JSON::Object& object) const {
    for (const auto& [name, column] : columns_) {
      Poco::JSON::Array array;
      for (const auto& value : column) array.add(value ? Var(*value) : Var());
      object.set(name, array);
    }
  }

 private:
  std::size_t rows_;
  std::map<std::string, std::vector<std::optional<double>>> columns_{};
};

using PerStage = std::map<std::string, Columns>;

Poco::JSON::Object view(const PerStage& stages) {
  auto all = json_object();
  for (const auto& [stage, columns] : stages) {
    auto one = json_object();
    columns.show_in(one);
    all.set(to_utf8(stage), one);
  }
  return all;
}

void add_totals(const PipelineSnapshot& one, std::size_t row, Columns& totals) {
  const auto total = [&](const char* name, auto member, const auto& of) {
    double sum = 0;
    for (const auto& each : of) sum += static_cast<double>(each.*member);
    totals.add(name, row, sum);
  };
  total("read", &LaneSnapshot::read, one.lanes);
  total("stored", &LaneSnapshot::stored, one.lanes);
  total("rejected", &LaneSnapshot::rejected, one.lanes);
  total("dropped", &LaneSnapshot::dropped, one.lanes);
  total("retries", &StageSnapshot::retries, one.stages);
  total("in_flight", &LaneSnapshot::in_flight, one.lanes);
  totals.add("commit_age_seconds", row, one.commit_age_seconds);
}

void add_stages(const PipelineSnapshot& one, std::size_t row, std::size_t rows, PerStage& stages,
                PerStage& figures) {
  for (const StageSnapshot& stage : one.stages) {
    Columns& columns = stages.try_emplace(stage.name, rows).first->second;
    columns.add("in", row, static_cast<double>(stage.in));
    columns.add("p99_seconds", row, stage.p99_seconds);
    Columns& own = figures.try_emplace(stage.name, rows).first->second;
    for (const Figure& figure : stage.figures)
      if (figure.kind != Figure::Kind::histogram) own.add(figure.name, row, figure.value);
  }
}

}  // namespace

std::optional<std::string> history_json(const History& history, std::string_view pipeline) {
  const std::size_t rows = history.size();
  Poco::JSON::Array times;
  Columns totals(rows);
  PerStage stages, figures;
  bool known = false;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto at = std::chrono::floor<std::chrono::seconds>(history[row]->at);
    times.add(static_cast<Poco::Int64>(at.time_since_epoch().count()));
    for (const PipelineSnapshot& one : history[row]->pipelines) {
      if (one.name != pipeline) continue;
      known = true;
      add_totals(one, row, totals);
      add_stages(one, row, rows, stages, figures);
    }
  }
  if (!known) return std::nullopt;
  auto object = json_object();
  object.set("period_seconds", static_cast<int>(history_period.count()));
  object.set("times", times);
  totals.show_in(object);
  object.set("stages", view(stages));
  object.set("figures", view(figures));
  return to_text(object);
}

}  // namespace weir::web
