#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <weir/stage.hpp>

#include "handles.hpp"
#include "settings.hpp"

namespace weir::kafka_source {

/// Reads partitions once more, beside whoever reads them now: with a client of its own for each
/// call, which joins no group and commits nothing. [any]
class SecondReader {
 public:
  /// `settings` are borrowed and outlive the reader.
  SecondReader(const Settings& settings, std::string client_id, const Host& host)
      : settings_(settings), client_id_(std::move(client_id)), host_(host) {}

  /// Throws Retry while the brokers cannot say which partitions there are.
  void lanes(VisitExtent visit) const;

  /// See weir_reread_1. Throws Retry when nothing came within some seconds.
  std::int64_t read(std::string_view origin, std::int64_t from, std::int64_t to,
                    VisitMessages visit) const;

 private:
  struct Place {
    std::string cluster{}, topic{};
    std::int32_t partition = 0;
  };

  static Place place_of(std::string_view origin);
  static void on_log(const rd_kafka_t* client, int level, const char* kind,
                     const char* line) noexcept;

  Client connect() const;
  std::vector<Place> places(rd_kafka_t& client) const;
  bool wanted(const std::string& topic) const;

  const Settings& settings_;
  std::string client_id_;
  Host host_;
};

}  // namespace weir::kafka_source
