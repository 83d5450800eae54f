#pragma once

#include <cstddef>

namespace weir::pg_sink {

/// Whether a batch is believed to hold new keys only, by what became of those before: it may then
/// simply be added, which is faster, and is in vain where a key is there already. One thread.
class NewKeys {
 public:
  static constexpr std::size_t longest_pause = 64;  ///< batches

  bool believed() const { return possible_ && pause_ == 0; }

  /// A batch was added.
  void confirm() { next_pause_ = 1; }
  /// One met a key that is there: the next batches, more each time, are written by the upsert.
  void refute();
  /// An upsert was stored.
  void observe(bool all_inserted);
  /// COPY cannot write these tables.
  void give_up() { possible_ = false; }

 private:
  bool possible_ = true;
  std::size_t pause_ = 0;  // batches yet
  std::size_t next_pause_ = 1;
};

}  // namespace weir::pg_sink
