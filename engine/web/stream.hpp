#pragma once

#include <string>

namespace weir::web {

/// A body that goes on until it or its client ends. Used by the connection's thread alone.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Appends what there is now, perhaps nothing; asked some ten times a second. False: the end.
  /// What it throws breaks it off.
  virtual bool write(std::string& text) = 0;

  /// Whether it is a document, which has an end: then it is asked for more as fast as it is read,
  /// and sent so that a client can tell its end from a break.
  virtual bool is_document() const { return false; }
};

}  // namespace weir::web
