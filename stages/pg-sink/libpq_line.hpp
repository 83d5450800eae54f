#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "connection.hpp"

namespace weir::pg_sink {

/// What libpqxx stands on: a connection of libpq, and how it is waited for.
using LibpqLine = std::unique_ptr<PGconn, decltype(&PQfinish)>;

/// Throws DatabaseError.
LibpqLine connect_line(const std::string& dsn, Clock::time_point deadline);

/// Waits for a socket (POLLIN, POLLOUT); false when the deadline came first.
bool wait_for(int socket, short events, Clock::time_point deadline);
[[noreturn]] void fail_to_answer();

/// PostgreSQL's text of an error, without its severity, and shortened.
std::string first_line(const std::string& text);
/// A text of libpq's in one line.
std::string trimmed(std::string text);

}  // namespace weir::pg_sink
