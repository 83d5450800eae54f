#pragma once

#include "engine/web/answer_writer.hpp"
#include "engine/web/parts.hpp"
#include "engine/web/request_head.hpp"
#include "engine/web/stage_call.hpp"
#include "engine/web/target.hpp"
#include "engine/web/wire.hpp"

#include <Poco/Net/StreamSocket.h>
#include <atomic>

namespace weir::web {

/// One client's connection. One thread at a time: between its requests it waits in Readiness, and
/// holds none.
///
/// It stands on Poco's sockets and reads HTTP itself, where Poco's HTTPServer was the plausible
/// choice: that one's parser takes bare line feeds, NUL, doubled and negative lengths and unread
/// bodies, so that a strict reader beneath it would have to read each head first anyway, and two
/// readers that differ are how requests are smuggled. One strict reader is less code than a guard
/// for another, and in a prototype half as fast again: 135,000 requests/s of 1 KB on 2 cores,
/// against 95,000 (HTTPServer with a gathered write of our own) and 88,000 (with its streams).
class Connection {
 public:
  Connection(const Poco::Net::StreamSocket& socket, Parts& parts);

  int socket() const { return socket_.impl()->sockfd(); }
  bool admitted() const { return place_.admitted(); }  ///< false: serve() refuses it

  /// Around its waiting: what the last thread did to it, the next one sees. That the system has
  /// handed it over is no such promise in C++.
  void put_down() { handed_over_.store(true, std::memory_order_release); }
  void pick_up() const { static_cast<void>(handed_over_.load(std::memory_order_acquire)); }

  /// Answers what has come. True: it waits for the next request; false: it is done with.
  bool serve(ServingThread& by);

 private:
  bool serve_one(Wire::Got got);
  std::optional<Refusal> receive();
  std::optional<Refusal> receive_body();
  bool answer();
  Reply reply() const;
  bool stream(const Reply& reply);
  bool refuse(const Refusal& refusal, std::chrono::milliseconds linger);

  Poco::Net::StreamSocket socket_;  ///< outlives the place
  Parts& parts_;
  OpenConnections::Place place_;
  Counts::Tally& tally_;
  Wire wire_;
  AnswerWriter writer_;
  StageCall stage_call_;
  RouteRegistry::Reader routes_;
  RequestHead head_;
  Target target_;
  const Actions::Action* action_ = nullptr;  ///< of the request at hand; null: it changes nothing
  std::atomic<bool> handed_over_{false};
  bool head_only_ = false;  ///< the request at hand is HEAD: its answer has no body
};

}  // namespace weir::web
