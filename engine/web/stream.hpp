#pragma once

#include <string>

namespace weir::web {

/// A body that goes on until it or its client ends. Used by the connection's thread alone.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Appends what there is now, perhaps nothing; asked some ten times a second. False: the end.
  virtual bool write(std::string& text) = 0;
};

}  // namespace weir::web
