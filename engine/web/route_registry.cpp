#include "engine/web/route_registry.hpp"

#include <stdexcept>

namespace weir::web {

std::string RouteRegistry::add(const void* owner, std::string_view pattern,
                               weir_http_handler handler, void* self) {
  try {
    if (!handler)
      return "the route '" + std::string(pattern) +
             "' has no handler; pass a function that answers it";
    RoutePattern parsed(pattern);
    const std::lock_guard lock(mutex_);
    if (const Route* other = table_->taken_by(parsed))
      return "the route '" + parsed.text() + "' is taken by '" + other->pattern.text() +
             "', which matches the same paths; give one of the two another path";
    std::shared_ptr<Gate>& gate = gates_[owner];
    if (!gate) gate = std::make_shared<Gate>();
    publish(table_->with({std::move(parsed), handler, self, owner, gate}));
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

void RouteRegistry::remove(const void* owner) {
  std::shared_ptr<Gate> gate;
  {
    const std::lock_guard lock(mutex_);
    const auto found = gates_.find(owner);
    if (found == gates_.end()) return;
    gate = std::move(found->second);
    gates_.erase(found);
    publish(table_->without(owner));
  }
  gate->close();
}

void RouteRegistry::publish(RouteTable table) {
  table_ = std::make_shared<const RouteTable>(std::move(table));
  edition_.fetch_add(1, std::memory_order_release);
}

const RouteTable& RouteRegistry::Reader::table() {
  if (edition_ != registry_.edition_.load(std::memory_order_acquire)) {
    const std::lock_guard lock(registry_.mutex_);
    table_ = registry_.table_;
    edition_ = registry_.edition_.load(std::memory_order_relaxed);
  }
  return *table_;
}

}  // namespace weir::web
