#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace weir::pg_sink {

/// COPY ... TO STDOUT over a line of libpq that is idle, and is so again afterwards; see
/// Connection::copy_out. Whatever it throws, the line is of no use any more.
void copy_out(PGconn* line, const std::string& statement, std::chrono::milliseconds patience,
              const std::function<void(std::string_view)>& visit);

}  // namespace weir::pg_sink
