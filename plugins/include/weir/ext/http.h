/* weir.http/1, offered by the host: routes on the engine's web server. */
#ifndef WEIR_EXT_HTTP_H
#define WEIR_EXT_HTTP_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_HTTP_1 "weir.http/1"

typedef struct weir_http_request weir_http_request;
struct weir_http_request { /* borrowed until the handler returns */
  size_t size;
  weir_view method;
  weir_view path;              /* percent-decoded */
  weir_view query;             /* as sent, without the question mark; absent where there is none */
  const weir_view* parameters; /* the values of the pattern's {names}, in its order;
                                  percent-decoded, valid UTF-8, no NUL */
  size_t parameter_count;
  weir_view (*header)(const weir_http_request*, weir_view name); /* absent where there is none */
};

typedef struct weir_http_reply weir_http_reply;
struct weir_http_reply {
  size_t size;
  /* Once. The bytes are borrowed until it returns, and go to the socket without another copy. The
   * engine adds Content-Length, Date and its security headers, and leaves the body out on HEAD. */
  void (*send)(weir_http_reply*, uint32_t status, const weir_header* headers, size_t header_count,
               weir_view body);
};

typedef void (*weir_http_handler)(void* self, const weir_http_request*,
                                  weir_http_reply*); /* [any] at most 2 s */

typedef struct weir_http_1 {
  size_t size;
  /* [control] Serves GET (and HEAD) of paths such as "/order/{order_uid}"; a {name} matches one
   * segment. The route is gone, and its last request answered, before the stage's stop() is called.
   * FAILED: the pipeline has no `http:`, or the pattern is taken. */
  weir_status (*route)(const weir_host*, weir_view pattern, weir_http_handler, void* self,
                       weir_error*);
} weir_http_1;

#ifdef __cplusplus
}
#endif
#endif
