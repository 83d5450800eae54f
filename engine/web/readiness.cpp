#include "engine/web/readiness.hpp"

#include "engine/web/connection.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>

namespace weir::web {
namespace {

/// Once: so that a connection is in one thread's hands, without a lock.
constexpr unsigned readable = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;

int made(int descriptor) {
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(),
                            "the web server cannot wait for clients");
  return descriptor;
}

}  // namespace

Readiness::Readiness()
    : epoll_(made(::epoll_create1(EPOLL_CLOEXEC))), stop_(made(::eventfd(0, EFD_CLOEXEC))) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  made(::epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_, &event));
}

Readiness::~Readiness() {
  ::close(stop_);
  ::close(epoll_);
}

void Readiness::add(std::unique_ptr<Connection> connection) {
  const unsigned events = connection->admitted() ? readable : readable | EPOLLOUT;
  watch(EPOLL_CTL_ADD, std::move(connection), events);
}

void Readiness::await(std::unique_ptr<Connection> connection) {
  watch(EPOLL_CTL_MOD, std::move(connection), readable);
}

void Readiness::watch(int operation, std::unique_ptr<Connection> connection, unsigned events) {
  epoll_event event{.events = events, .data = {.ptr = connection.get()}};
  const int socket = connection->socket();
  connection->put_down();
  Connection* const theirs = connection.release();  // perhaps another thread's before it returns
  if (::epoll_ctl(epoll_, operation, socket, &event) != 0) connection.reset(theirs);
}

std::unique_ptr<Connection> Readiness::next() {
  epoll_event event{};
  while (::epoll_wait(epoll_, &event, 1, -1) < 1) {
  }
  std::unique_ptr<Connection> connection(static_cast<Connection*>(event.data.ptr));
  if (connection) connection->pick_up();
  return connection;
}

void Readiness::stop() { ::eventfd_write(stop_, 1); }

}  // namespace weir::web
