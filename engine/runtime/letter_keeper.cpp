#include "engine/runtime/letter_keeper.hpp"

#include <exception>

namespace weir {

Verdict LetterKeeper::list(weir_order order, std::uint64_t& place,
                           const std::function<bool(const weir_letter&)>& visit) const {
  struct Visitor {
    const std::function<bool(const weir_letter&)>& visit;
    std::exception_ptr thrown{};
  } visitor{visit};
  const auto called = [](void* context, const weir_letter* letter) {
    auto& self = *static_cast<Visitor*>(context);
    if (self.thrown) return false;
    try {
      return self.visit(*letter);
    } catch (...) {  // nothing throws into a plugin
      self.thrown = std::current_exception();
      return false;
    }
  };
  const std::uint64_t before = place;
  Verdict verdict = judged([&](weir_error* error) {
    return table_->list(stage_.self(), order, &place, called, &visitor, error);
  });
  if (visitor.thrown) std::rethrow_exception(visitor.thrown);
  if (verdict.status == WEIR_OK && place != 0 && place == before)
    return {WEIR_FAILED, "the listing does not get on; mend the plugin"};
  return verdict;
}

}  // namespace weir
