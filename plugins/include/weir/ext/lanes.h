/* weir.lanes/1: lanes come and go while a pipeline runs.
 *
 * A source numbers its lanes itself, and gives a lane that comes back a new number: what still
 * travels under the old one then settles into the void.
 */
#ifndef WEIR_EXT_LANES_H
#define WEIR_EXT_LANES_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_LANES_1 "weir.lanes/1"

typedef struct weir_lanes_host_1 { /* offered by the host, to a source */
  size_t size;
  /* [data], so inside poll() only. Waits until the lane is idle, or wait_ms is over; commits what
   * is due (commit() is called inside of this call); tells the steps that the lane is lost; forgets
   * it. RETRY: time was up, what had not settled by then never will. */
  weir_status (*revoke)(const weir_host*, uint64_t lane, uint32_t wait_ms);
} weir_lanes_host_1;

typedef struct weir_lanes_1 { /* offered by a step or a source; each member may be NULL */
  size_t size;
  /* It is another's now; what it left here may be stale from this moment on.
   * A step: [any]. A source: [data], between two polls; the lane was FENCED, and what was emitted
   * of it and not committed is forgotten. Where it is still assigned, it is claimed anew. */
  void (*lost)(void* stage, uint64_t lane, weir_view origin);
  /* A step: [any] The lane is this instance's from now on and goes on at `next` (-1: where its
   * source decides), before its first batch. */
  void (*gained)(void* stage, uint64_t lane, weir_view origin, int64_t next);
} weir_lanes_1;

#ifdef __cplusplus
}
#endif
#endif
