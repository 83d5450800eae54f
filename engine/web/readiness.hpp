#pragma once

#include <memory>

namespace weir::web {

class Connection;

/// The connections that wait for their client. One whose client has sent something, or has gone, is
/// handed to one thread, whose it is until it waits again. [any]
class Readiness {
 public:
  Readiness();
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// Takes a new one; one that was not admitted is handed out at once, to be refused. Where the
  /// system does not take it, it is closed.
  void add(std::unique_ptr<Connection> connection);

  /// Takes one back that next() has handed out.
  void await(std::unique_ptr<Connection> connection);

  /// Waits for one; null after stop().
  std::unique_ptr<Connection> next();

  /// Wakes all who wait, now and from now on. Connections that still wait would leak: let them end
  /// before.
  void stop();

 private:
  void watch(int operation, std::unique_ptr<Connection> connection, unsigned events);

  int epoll_;
  int stop_;  ///< an eventfd
};

}  // namespace weir::web
