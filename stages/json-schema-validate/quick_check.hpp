#pragma once

#include <memory>
#include <string_view>

#include "limits.hpp"
#include "quick_plan.hpp"

namespace weir::json_schema_validate {

/// Holds one message after the other against a plan while it parses them, and builds no value. It
/// only ever says yes: whatever is wrong, or could be, is for the full check to judge and to name.
/// Belongs to one thread; the plan is shared and outlives it.
class QuickCheck {
 public:
  QuickCheck(const QuickPlan& plan, const Limits& limits);
  ~QuickCheck();

  /// True: the full check would let it pass too.
  [[nodiscard]] bool fits(std::string_view bytes);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;  // behind a pointer: the parser is all templates
};

}  // namespace weir::json_schema_validate
