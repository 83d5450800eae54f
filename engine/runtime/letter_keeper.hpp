#pragma once

#include "engine/loader/stage.hpp"

#include <weir/ext/letters.h>

#include <cstdint>
#include <functional>

namespace weir {

/// A stage that keeps letters, called by weir.letters/1. Borrows the stage. [any]
class LetterKeeper {
 public:
  explicit LetterKeeper(const Stage& stage)
      : stage_(stage), table_(stage.extension<weir_letters_1>(WEIR_LETTERS_1)) {}

  /// False: this stage keeps none, and must not be asked.
  bool keeps() const { return table_ != nullptr; }
  const std::string& name() const { return stage_.name(); }

  /// One call: shows letters behind `place` until `visit` is false. What `visit` throws comes out
  /// here.
  Verdict list(weir_order order, std::uint64_t& place,
               const std::function<bool(const weir_letter&)>& visit) const;

 private:
  const Stage& stage_;
  const weir_letters_1* table_;
};

}  // namespace weir
