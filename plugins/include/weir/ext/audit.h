/* weir.audit/1: what became of messages, asked of the step that keeps the lanes' positions
 * (weir.positions/1, whose `each` shows how far every lane is done).
 */
#ifndef WEIR_EXT_AUDIT_H
#define WEIR_EXT_AUDIT_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_AUDIT_1 "weir.audit/1"

typedef int32_t weir_fate;
enum {
  WEIR_STORED = 0,     /* it is there, from exactly this position, and reads back as it came */
  WEIR_SUPERSEDED = 1, /* a newer message of its key is there, or one of another origin */
  WEIR_REJECTED = 2,   /* it was declared unfit, here or by a step before */
  WEIR_PENDING = 3,    /* its lane has not come so far yet */
  WEIR_MISSING = 4,    /* none of these */
  WEIR_DIFFERENT = 5   /* it is there, from exactly this position, with another content */
};

typedef struct weir_account { /* frozen */
  weir_fate fate;
  weir_view code; /* of its reject; absent: it was not rejected. Beside STORED or DIFFERENT it says
                     that the message stands in the books twice */
  weir_view why;  /* of MISSING and DIFFERENT, for people */
} weir_account;

/* Sees the account of messages[index], borrowed while it runs. */
typedef void (*weir_visit_account)(void* context, size_t index, const weir_account*);

typedef struct weir_audit_1 { /* offered by the step that offers weir.positions/1 */
  size_t size;
  /* [any] On a started stage. What became of some messages of one origin, all of it as it was at
   * one moment. Visits each of them once and in order, or none where the answer is not OK. */
  weir_status (*audit)(void* stage, weir_view origin, const weir_message* messages, size_t count,
                       weir_visit_account, void* context, weir_error*);
} weir_audit_1;

#ifdef __cplusplus
}
#endif
#endif
