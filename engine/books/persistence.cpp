#include "engine/books/persistence.hpp"

namespace weir {
namespace {

constexpr std::chrono::milliseconds pause{250};

}  // namespace

void Persistence::insist(const std::string& who, const std::function<Verdict()>& call) const {
  const auto deadline = now_() + longest_;
  for (;;) {
    const Verdict verdict = call();
    if (verdict.status == WEIR_OK) return;
    if (verdict.status != WEIR_RETRY) throw NoAnswer(who + ": " + verdict.why);
    if (now_() >= deadline) {
      throw NoAnswer(who + ": " + verdict.why + " (given up after " +
                     std::to_string(std::chrono::ceil<std::chrono::seconds>(longest_).count()) +
                     " s)");
    }
    sleep_(pause);
  }
}

}  // namespace weir
