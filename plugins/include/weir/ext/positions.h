/* weir.positions/1: a step that keeps the lanes' positions in the transaction of its own work.
 *
 * A source claims each lane before it reads it, and goes on where the claim says. What an earlier
 * holder of the lane still has in hand is FENCED from then on: its batches are forgotten.
 */
#ifndef WEIR_EXT_POSITIONS_H
#define WEIR_EXT_POSITIONS_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_POSITIONS_1 "weir.positions/1"

typedef struct weir_claim { /* frozen */
  int64_t next;  /* where the lane goes on; -1: no position is kept yet, the source decides, and
                    emits an empty batch first, so that its decision is kept */
  int64_t last;  /* position of the last message before `next`; -1: not known */
  uint64_t mark; /* that message's, see weir_batch */
} weir_claim;

typedef bool (*weir_visit_position)(void* context, weir_view origin, int64_t next);

typedef struct weir_positions_1 { /* offered by at most one step of a pipeline */
  size_t size;
  /* [any] Takes the lane over. RETRY while that cannot be done, for instance because the holder
   * before is in the midst of a transaction. The lane's number stands for this claim from now on.
   */
  weir_status (*claim)(void* stage, uint64_t lane, weir_view origin, weir_claim*, weir_error*);
  /* [any] Every position that is kept; false: no more, thank you. */
  weir_status (*each)(void* stage, weir_visit_position, void* context, weir_error*);
} weir_positions_1;

typedef struct weir_positions_host_1 { /* offered by the host */
  size_t size;
  /* [data], so inside poll() of a source only. *kept is false, and the claim empty, where no step
   * of the pipeline keeps positions. The steps are told that the lane is gained. */
  weir_status (*claim)(const weir_host*, uint64_t lane, weir_view origin, bool* kept, weir_claim*,
                       weir_error*);
  weir_status (*each)(const weir_host*, weir_visit_position, void* context,
                      weir_error*);      /* [any] */
  uint64_t (*mark)(const weir_message*); /* [any] the mark of a message that was read again */
} weir_positions_host_1;

#ifdef __cplusplus
}
#endif
#endif
