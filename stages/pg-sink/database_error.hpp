#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace weir::pg_sink {

/// What a failed statement asks for.
enum class Cure {
  wait,    ///< the environment is at fault: the same again, later
  reject,  ///< a value is at fault: find the message that holds it
  stop     ///< the tables, the grants or this program are at fault: a human must look
};

/// `sqlstate` is empty where the connection was lost before PostgreSQL could say anything.
Cure cure_of(std::string_view sqlstate);

/// A statement or a connection failed.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(std::string sqlstate, const std::string& text);

  Cure cure() const { return cure_of(sqlstate_); }
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

}  // namespace weir::pg_sink
