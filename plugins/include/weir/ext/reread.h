/* weir.reread/1: messages that were read before, once more, for whoever checks what became of them.
 *
 * It works on a stage that was created and not started, and disturbs nobody who reads the same
 * lanes: nothing is claimed, joined or committed.
 */
#ifndef WEIR_EXT_REREAD_H
#define WEIR_EXT_REREAD_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_REREAD_1 "weir.reread/1"

typedef struct weir_extent { /* frozen */
  weir_view origin;
  int64_t first; /* position of the oldest message that is still there */
  int64_t end;   /* behind the newest one; the same as `first` where there are none */
} weir_extent;

/* Sees one lane, borrowed while it runs. False: no more, thank you. */
typedef bool (*weir_visit_extent)(void* context, const weir_extent*);

/* Sees some messages, in their order, borrowed while it runs. False: no more, thank you. */
typedef bool (*weir_visit_messages)(void* context, const weir_message* messages, size_t count);

typedef struct weir_reread_1 { /* offered by a source */
  size_t size;
  /* [any] Every lane that there is, whoever reads it now. RETRY before any was shown while that
   * cannot be known. */
  weir_status (*lanes)(void* stage, weir_visit_extent, void* context, weir_error*);
  /* [any] Shows the messages of one lane from position `from` up to `to`, without that one;
   * positions may have gaps. *reached is where to go on: `to` once all that there are were shown,
   * less when visit wanted no more or nothing came for some seconds. RETRY when nothing came at
   * all. */
  weir_status (*read)(void* stage, weir_view origin, int64_t from, int64_t to, weir_visit_messages,
                      void* context, int64_t* reached, weir_error*);
} weir_reread_1;

#ifdef __cplusplus
}
#endif
#endif
