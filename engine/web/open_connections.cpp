#include "engine/web/open_connections.hpp"

#include <sys/socket.h>

namespace weir::web {

OpenConnections::Place::Place(OpenConnections& list, int socket)
    : list_(list), socket_(socket), number_(list.enter(socket)) {}

OpenConnections::Place::~Place() {
  const std::lock_guard lock(list_.mutex_);
  list_.sockets_.erase(socket_);
  list_.size_.store(list_.sockets_.size(), std::memory_order_relaxed);
  list_.left_.notify_all();
}

std::uint64_t OpenConnections::enter(int socket) {
  const std::lock_guard lock(mutex_);
  sockets_.insert(socket);
  size_.store(sockets_.size(), std::memory_order_relaxed);
  if (ending()) ::shutdown(socket, SHUT_RDWR);  // came while the others were told
  return count_++;
}

void OpenConnections::end(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  ending_.store(true, std::memory_order_relaxed);
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RD);
  left_.wait_for(lock, grace, [&] { return sockets_.empty(); });
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace weir::web
