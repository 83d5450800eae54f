/* weir.settled/1, offered by a step: how a batch that it passed on has ended. */
#ifndef WEIR_EXT_SETTLED_H
#define WEIR_EXT_SETTLED_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_SETTLED_1 "weir.settled/1"

typedef struct weir_settled_1 {
  size_t size;
  /* [data] The batch is what the worker's process() was given. Last step first, before the source
   * commits. */
  void (*settled)(void* worker, const weir_batch*, bool accepted);
} weir_settled_1;

#ifdef __cplusplus
}
#endif
#endif
