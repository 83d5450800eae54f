#pragma once

#include "engine/web/route_table.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace weir::web {

/// Keeps the current route table and replaces it whole when stages come and go. [any]
class RouteRegistry {
 public:
  /// Empty on success, else why not.
  std::string add(const void* owner, std::string_view pattern, weir_http_handler handler,
                  void* self);

  /// Returns when no request is inside the owner's handlers. Not to be called from one of them.
  void remove(const void* owner);

  /// One connection's view of the registry: asks for the table only when it has changed, so that
  /// requests share no lock and write to no shared memory. One thread.
  class Reader {
   public:
    explicit Reader(const RouteRegistry& registry) : registry_(registry) {}
    const RouteTable& table();

   private:
    const RouteRegistry& registry_;
    std::uint64_t edition_ = 0;
    std::shared_ptr<const RouteTable> table_;
  };

 private:
  void publish(RouteTable table);

  mutable std::mutex mutex_;
  std::shared_ptr<const RouteTable> table_ =
      std::make_shared<RouteTable>();  ///< shared: readers keep old ones a while
  std::map<const void*, std::shared_ptr<Gate>> gates_;
  std::atomic<std::uint64_t> edition_{1};  ///< moves with each table; written under the mutex
};

}  // namespace weir::web
