#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document.hpp"
#include "random.hpp"

namespace weir::generate_source {

/// A way to damage a message. The texts are those of the option `broken_kinds` and of the header.
enum class Damage {
  not_json,
  truncated,
  wrong_type,
  missing_member,
  nul,
  huge_number,
  invalid_utf8
};

std::string_view text_of(Damage damage);

/// Damages a share of the messages. Immutable.
class Breakage {
 public:
  /// `kinds`: texts of Damage. Throws std::runtime_error for an unknown one.
  Breakage(double share, const std::vector<std::string>& kinds);

  bool strikes(Random& random) const { return share_ > 0 && random.chance(share_); }

  /// What was done: where a document has no place for the kind that was drawn, it is not_json.
  Damage damage(Document& document, Random& random) const;

 private:
  double share_;
  std::vector<Damage> kinds_;
};

}  // namespace weir::generate_source
