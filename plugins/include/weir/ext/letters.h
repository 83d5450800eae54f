/* weir.letters/1: the dead letters that a reject route keeps.
 *
 * A message has one letter for each time that it was rejected, and it may come again after a crash:
 * whoever counts, counts by (origin, position).
 */
#ifndef WEIR_EXT_LETTERS_H
#define WEIR_EXT_LETTERS_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_LETTERS_1 "weir.letters/1"

typedef int32_t weir_order;
enum { WEIR_OLDEST_FIRST = 0, WEIR_NEWEST_FIRST = 1 };

typedef struct weir_letter {
  size_t size;
  uint64_t place; /* among the letters: grows with each that is written, and is never 0 */
  weir_view origin;
  weir_message message; /* as it was rejected, with its own headers only; time_us is -1 where it is
                           not known */
  weir_view stage, code, reason, pointer; /* who rejected it and why; absent where not known */
  int64_t written_us;                     /* microseconds since the Unix epoch; -1: not known */
} weir_letter;

/* Sees one letter, borrowed while it runs. False: no more, thank you. */
typedef bool (*weir_visit_letter)(void* context, const weir_letter*);

typedef struct weir_letters_1 { /* offered by a step of a reject route */
  size_t size;
  /* [any] Shows the letters behind *place in this order; 0: from the first on. Any number will do:
   * those above or below it are meant. *place is then the last one's, or 0 when there are no more.
   * Comes back within seconds, so many take several calls. Works on a stage that was created and
   * not started, while another process adds letters; one that is being written is left out. */
  weir_status (*list)(void* stage, weir_order, uint64_t* place, weir_visit_letter, void* context,
                      weir_error*);
} weir_letters_1;

#ifdef __cplusplus
}
#endif
#endif
