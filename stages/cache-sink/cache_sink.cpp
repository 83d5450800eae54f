#include "cache_sink.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::cache_sink {
namespace {

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Entry entry_from(const Document& document) {
  return {.key = document.key,
          .document = document.bytes,
          .origin = document.origin->name(),
          .position = document.position,
          .stored_us = document.stored_us};
}

CacheShard::Limits read_limits(const Config& config) {
  return {.entries = static_cast<std::size_t>(config.integer("/capacity")),
          .bytes = config.bytes("/bytes")};
}

}  // namespace

CacheSink::CacheSink(const Context& context)
    : host_(context.host),
      key_(context.config.text("/key")),
      limits_(read_limits(context.config)),
      cache_(limits_),
      entries_(host_.gauge("weir_cache_entries", "Documents in the cache.")),
      bytes_(host_.gauge("weir_cache_bytes", "Memory that they take.")),
      hits_(host_.counter("weir_cache_hits_total", "Lookups that found a document.")),
      misses_(host_.counter("weir_cache_misses_total", "Lookups that did not.")),
      evictions_(
          host_.counter("weir_cache_evictions_total", "Documents that made room for others.")),
      restored_(host_.counter("weir_cache_restored_total",
                              "Documents that came from the store at the start.")),
      without_key_(host_.counter("weir_cache_without_key_total",
                                 "Messages without a key, which are not cached.")) {
  const KeyReader checked(key_);
  if (auto from = context.config.find_text("/restore/from")) {
    const auto latest = context.config.find_integer("/restore/latest").value_or(100'000);
    restore_ = Restore{std::move(*from), static_cast<std::size_t>(latest)};
  }
}

void CacheSink::start() {
  if (restore_) restore(*restore_);
  update_metrics();
}

void CacheSink::restore(const Restore& restore) {
  // In this order: what is read then holds at least all that was written before these positions.
  cache_.begin_restore(host_.positions());
  recent_.clear();  // an attempt before may have come half way
  std::vector<DocumentPtr> newest_first;
  std::size_t bytes = 0;
  const auto visit = [&](const Entry& entry) {
    newest_first.push_back(document_from(entry));
    bytes += newest_first.back()->cost();
    return bytes < limits_.bytes;  // older ones would be pushed out again
  };
  const Found found = host_.latest(restore.from, std::min(restore.latest, limits_.entries), visit);
  if (found.answer == Answer::unavailable) {
    throw Retry("the cache cannot be restored from `" + restore.from + "`: " + found.why +
                "; see that stage, or take `restore` out to start empty");
  }
  cache_.reserve(newest_first.size());
  const std::vector<char> taken = cache_.restore(newest_first);
  std::vector<std::string> keys;
  for (std::size_t left = std::min(newest_first.size(), RecentKeys::most); left-- > 0;)
    if (taken[left] != 0) keys.emplace_back(newest_first[left]->key);
  recent_.add(std::move(keys));
  restored_.add(static_cast<double>(newest_first.size()));
  host_.info("restored " + std::to_string(newest_first.size()) + " documents from " + restore.from);
}

DocumentPtr CacheSink::document_from(const Entry& entry) {
  return make_document(entry.key, entry.document, cache_.origin(entry.origin), entry.position,
                       entry.stored_us);
}

Answer CacheSink::find(std::string_view key, Visit visit, std::uint64_t& lease) {
  const Cache::Lookup lookup = cache_.find(key);
  lease = lookup.lease;
  if (!lookup.document) {
    misses_.add();
    return Answer::absent;
  }
  hits_.add();
  visit(entry_from(*lookup.document));
  return Answer::found;
}

Answer CacheSink::latest(std::size_t limit, Visit visit) {
  for (const std::string& key : recent_.newest_first()) {
    if (limit == 0) break;
    const DocumentPtr document = cache_.peek(key);
    if (!document) continue;  // evicted since
    --limit;
    if (!visit(entry_from(*document))) break;
  }
  return Answer::found;
}

void CacheSink::fill(std::uint64_t lease, const Entry& entry) {
  cache_.fill(lease, document_from(entry));
  update_metrics();
}

void CacheSink::gained(std::uint64_t lane, std::string_view origin, std::int64_t next) {
  cache_.gained(lane, origin, next);
  update_metrics();
}

void CacheSink::lost(std::uint64_t lane, std::string_view origin) {
  cache_.lost(lane, origin);
  update_metrics();
}

void CacheSink::report_missing_key(const Message& message) {
  without_key_.add();
  if (missing_key_reported_.exchange(true)) return;
  host_.warn("the message at position " + std::to_string(message.position()) +
             " has no text or number at " + key_ +
             ", so it is not cached; check `key`. Further ones are only counted "
             "(weir_cache_without_key_total)");
}

void CacheSink::update_metrics() {
  const std::lock_guard lock(metrics_mutex_);
  const CacheShard::Size size = cache_.size();
  entries_.set(static_cast<double>(size.entries));
  bytes_.set(static_cast<double>(size.bytes));
  evictions_.add(
      static_cast<double>(size.evictions - std::exchange(evictions_counted_, size.evictions)));
}

CacheSink::Worker::Worker(CacheSink& sink) : sink_(sink), keys_(sink.key_) {}

void CacheSink::Worker::process(const Batch& batch, Edit&) {
  if (batch.empty()) return;
  const Origin& origin = sink_.cache_.origin(batch.origin());
  const std::int64_t stored_us = now_us();
  std::vector<std::string> written;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Message message = batch[i];
    if (message.tombstone()) continue;
    const auto key = keys_.read(message.value());
    if (!key) {
      sink_.report_missing_key(message);
      continue;
    }
    const bool taken = sink_.cache_.put(
        batch.lane(), make_document(*key, message.value(), origin, message.position(), stored_us));
    if (taken && batch.size() - i <= RecentKeys::most) written.emplace_back(*key);
  }
  sink_.recent_.add(std::move(written));
  sink_.update_metrics();
}

}  // namespace weir::cache_sink
