#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

#include "cache-sink.schema.hpp"
#include "cache.hpp"
#include "key_reader.hpp"
#include "recent_keys.hpp"

namespace weir::cache_sink {

/// Keeps the documents that pass in memory, by key, for those who look them up. What stands before
/// it in the pipeline has returned by then, so it holds nothing that is not durable there.
class CacheSink {
 public:
  static constexpr Info info{
      .id = "cache-sink",
      .summary = "Keeps documents in memory, by key, and restores them at the start.",
      .schema = schemas::cache_sink,
      .rebuildable = true};

  explicit CacheSink(const Context& context);
  void start();

  Answer find(std::string_view key, Visit visit, std::uint64_t& lease);
  Answer latest(std::size_t limit, Visit visit);
  void fill(std::uint64_t lease, const Entry& entry);
  void gained(std::uint64_t lane, std::string_view origin, std::int64_t next);
  void lost(std::uint64_t lane, std::string_view origin);

  class Worker {
   public:
    explicit Worker(CacheSink& sink);
    void process(const Batch& batch, Edit& edit);

   private:
    CacheSink& sink_;
    KeyReader keys_;
  };

 private:
  struct Restore {
    std::string from;
    std::size_t latest;
  };

  void restore(const Restore& restore);
  DocumentPtr document_from(const Entry& entry);
  void report_missing_key(const Message& message);
  void update_metrics();

  Host host_;
  std::string key_;
  CacheShard::Limits limits_;
  std::optional<Restore> restore_;
  Cache cache_;
  RecentKeys recent_;
  std::atomic<bool> missing_key_reported_{false};

  Metric entries_, bytes_, hits_, misses_, evictions_, restored_, without_key_;
  std::mutex metrics_mutex_;  // guards evictions_counted_; one lock a batch
  std::uint64_t evictions_counted_ = 0;
};

}  // namespace weir::cache_sink
