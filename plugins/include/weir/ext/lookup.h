/* weir.lookup/1: documents by key, from the stage that stores or caches them.
 *
 * A step offers it; the host offers it too, with the asked stage's name, so that a stage reaches
 * its neighbours without holding a pointer to them.
 */
#ifndef WEIR_EXT_LOOKUP_H
#define WEIR_EXT_LOOKUP_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_LOOKUP_1 "weir.lookup/1"

typedef int32_t weir_answer;
enum {
  WEIR_FOUND = 0,
  WEIR_ABSENT = 1,
  WEIR_UNAVAILABLE =
      2 /* it cannot be known now: the database is away, or no such stage; weir_error says which */
};

typedef struct weir_entry { /* frozen */
  weir_view key, document;
  weir_view origin;  /* where the document came from; absent when that is not known */
  int64_t position;  /* its place in the origin */
  int64_t stored_us; /* microseconds since the Unix epoch; 0 when not known */
} weir_entry;

/* Sees one entry, borrowed while it runs. False: no more, thank you. */
typedef bool (*weir_visit)(void* context, const weir_entry*);

typedef struct weir_lookup_1 { /* offered by a step */
  size_t size;
  /* [any] Calls visit once, or not at all. On ABSENT a stage that takes fills hands out a lease
   * (else *lease is 0). */
  weir_answer (*find)(void* stage, weir_view key, weir_visit, void* context, uint64_t* lease,
                      weir_error*);
  /* [any] The newest first, at most limit. FOUND also when there are none. */
  weir_answer (*latest)(void* stage, size_t limit, weir_visit, void* context, weir_error*);
  /* [any] May be NULL. Takes what another stage found after a miss; ignored if the key was written
   * since the lease. */
  void (*fill)(void* stage, uint64_t lease, const weir_entry*);
} weir_lookup_1;

typedef struct weir_lookup_host_1 { /* offered by the host */
  size_t size;
  weir_answer (*find)(const weir_host*, weir_view stage, weir_view key, weir_visit, void* context,
                      uint64_t* lease, weir_error*); /* [any] */
  weir_answer (*latest)(const weir_host*, weir_view stage, size_t limit, weir_visit, void* context,
                        weir_error*);                                                 /* [any] */
  void (*fill)(const weir_host*, weir_view stage, uint64_t lease, const weir_entry*); /* [any] */
} weir_lookup_host_1;

#ifdef __cplusplus
}
#endif
#endif
