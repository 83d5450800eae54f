/* weir.metrics/1, offered by the host: figures that the engine keeps and shows at /metrics and on
 * the page.
 *
 * A series is one name with one set of labels; the engine adds `pipeline` and `stage`. Asking for a
 * series a second time gives the same one, so the workers of a stage add up. Names follow
 * Prometheus: `weir_..._total`, `..._seconds`, `..._bytes`.
 */
#ifndef WEIR_EXT_METRICS_H
#define WEIR_EXT_METRICS_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_METRICS_1 "weir.metrics/1"

typedef struct weir_metric
    weir_metric; /* lives until the stage's destroy() returns, or until drop() */

typedef struct weir_metrics_1 {
  size_t size;
  /* [any] NULL when the name is not a metric's, or stands for another kind already: the engine has
   * logged why. */
  weir_metric* (*counter)(const weir_host*, weir_view name, weir_view help,
                          const weir_header* labels, size_t count);
  weir_metric* (*gauge)(const weir_host*, weir_view name, weir_view help, const weir_header* labels,
                        size_t count);
  weir_metric* (*histogram)(const weir_host*, weir_view name, weir_view help,
                            const weir_header* labels, size_t count, const double* bounds,
                            size_t bound_count);
  void (*add)(weir_metric*,
              double amount); /* [any] counter: amount >= 0; gauge: any. NULL is ignored. */
  void (*set)(weir_metric*, double value);     /* [any] gauge */
  void (*observe)(weir_metric*, double value); /* [any] histogram */
  void (*drop)(weir_metric*); /* [any] forgets a series, such as a lost lane's; no other call may
                                 use it any more */
} weir_metrics_1;

#ifdef __cplusplus
}
#endif
#endif
