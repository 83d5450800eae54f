#pragma once

#include "uppercase.schema.hpp"

#include <weir/stage.hpp>

#include <cstddef>
#include <string>

/// Writes every value in capitals. It shares no state, so the class itself is the worker: one per
/// shard, used by one thread.
class Uppercase {
 public:
  static constexpr weir::Info info{.id = "uppercase",
                                   .summary = "Writes every value in capitals.",
                                   .schema = weir::schemas::uppercase};

  explicit Uppercase(const weir::Context& context) : longest_(context.config.bytes("/longest")) {}

  void process(const weir::Batch& batch, weir::Edit& edit) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      std::string value(batch[i].value());
      if (value.size() > longest_) {
        edit.reject(i, "too-long", "the value has " + std::to_string(value.size()) + " bytes");
      } else if (!batch[i].tombstone()) {
        for (char& c : value) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        edit.replace_value(i, batch[i], value);
      }
    }
  }

 private:
  std::size_t longest_;
};
