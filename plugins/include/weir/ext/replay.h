/* weir.replay/1: a message that was rejected goes through its pipeline once more.
 *
 * The engine runs the steps before this one on it, hands it over here, and then to the steps
 * behind. It keeps its origin and position, and is done at most once: the step marks it in the
 * transaction of its own work.
 */
#ifndef WEIR_EXT_REPLAY_H
#define WEIR_EXT_REPLAY_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_REPLAY_1 "weir.replay/1"

typedef int32_t weir_replay_outcome;
enum {
  WEIR_REPLAY_STORED = 0,     /* it is there, and marked */
  WEIR_REPLAY_SUPERSEDED = 1, /* a newer message of its key is there, or one of another origin */
  WEIR_REPLAY_DONE = 2,       /* nothing is left to do: it was replayed before, was stored when it
                                 came again, or is still to come again by itself */
  WEIR_REPLAY_REJECTED = 3    /* it is unfit */
};

typedef struct weir_replayed { /* frozen */
  weir_replay_outcome outcome; /* of all but STORED nothing was changed */
  weir_view code;              /* of REJECTED, else absent */
  weir_view reason;            /* of REJECTED and DONE, for people; else absent */
  weir_view pointer;           /* of REJECTED, and absent where no place can be named */
} weir_replayed;

/* Sees the outcome, borrowed while it runs. */
typedef void (*weir_visit_replayed)(void* context, const weir_replayed*);

typedef struct weir_replay_1 { /* offered by the step that offers weir.positions/1 */
  size_t size;
  /* [any] On a started stage. The messages that the steps before have made of one letter, all at
   * its position; lane is 0, positions and rejects of the batch mean nothing. With `trial` nothing
   * is changed, and the outcome is what it would be now. Visits once where the answer is OK. RETRY
   * when it cannot be known whether it was done: call again, and it is done once. Takes some
   * seconds at most. */
  weir_status (*store)(void* stage, const weir_batch*, bool trial, weir_visit_replayed,
                       void* context, weir_error*);
  /* [any] On a started stage. When each of these messages was replayed, in microseconds since the
   * Unix epoch, into times_us; -1: it was not. */
  weir_status (*replayed)(void* stage, weir_view origin, const int64_t* positions, size_t count,
                          int64_t* times_us, weir_error*);
} weir_replay_1;

#ifdef __cplusplus
}
#endif
#endif
