#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "connection.hpp"

namespace weir::pg_sink {

/// COPY ... FROM STDIN over a line of libpq that is idle, and is so again afterwards, or broken.
class CopyIn {
 public:
  /// `cutter` is a descriptor of the line's socket, to cut it by.
  CopyIn(PGconn* line, int cutter, Clock::time_point deadline);
  ~CopyIn();
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  /// See Connection::copy.
  std::vector<std::size_t> run(std::span<const TableRows> tables);

 private:
  void send(std::string_view rows);
  void flush();
  PGresult* next();
  void wait(short events);
  void drain() noexcept;
  [[noreturn]] void fail(const PGresult* result);
  [[noreturn]] void lose();

  PGconn* line_;
  int cutter_;
  Clock::time_point deadline_;
};

}  // namespace weir::pg_sink
