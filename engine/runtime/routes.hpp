#pragma once

#include <weir/ext/http.h>

#include <string>
#include <string_view>

namespace weir {

/// Where a pipeline's stages put their HTTP routes; the web server implements it, so that the
/// runtime needs no web layer.
class Routes {
 public:
  virtual ~Routes() = default;

  /// Serves GET and HEAD of `pattern` until `remove(owner)`. Empty on success, else why not: the
  /// pattern is malformed or taken, with what to do about it. [any]
  virtual std::string add(const void* owner, std::string_view pattern, weir_http_handler handler,
                          void* self) = 0;

  /// Takes the owner's routes away, and returns when their last request has been answered. [any]
  virtual void remove(const void* owner) = 0;
};

}  // namespace weir
