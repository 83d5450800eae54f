/* The contract between the engine and a stage plugin: all of it, in one sitting.
 *
 * COMPATIBILITY
 *   a break    is a new symbol (weir_plugin_v2): the major version is a name, never a number to
 * compare. growth     is a member appended to a table. It exists if and only if it lies inside the
 * table's `size`: WEIR_HAS. an option  is an extension, asked for by "name/revision". NULL means
 * "not here", never "error". Structs that do not start with `size` are frozen for the life of v1.
 *
 * OWNERSHIP
 *   Views and tables are borrowed until the call returns, unless their comment says otherwise.
 *   No allocator crosses the boundary: who made it, frees it.
 *
 * THREADS
 *   [control]  one call at a time per stage; never together with [data] of the same object. At most
 * 10 s. [data]     one call at a time per worker (or source). A worker needs no locks for its own
 * state. [any]      any thread, concurrently.
 *
 * FAILURE
 *   Nothing throws across this boundary. The status tells the engine what to do next; weir_error
 * tells a human why.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_EXPORT __attribute__((visibility("default")))
#define WEIR_HAS(table, member) \
  ((size_t)((const char*)(&(table)->member + 1) - (const char*)(table)) <= (table)->size)

/* ---- vocabulary (frozen) ---- */

typedef int32_t weir_status;
enum {
  WEIR_OK = 0,
  WEIR_RETRY = 1,  /* the environment is at fault: the same call again, after a pause */
  WEIR_FAILED = 2, /* stop the pipeline: a human must look */
  WEIR_END = 3,    /* poll only: nothing more will ever come */
  WEIR_FENCED =
      4 /* process only: another instance has claimed this lane; forget the batch, commit nothing */
};

typedef int32_t weir_level;
enum { WEIR_DEBUG = 0, WEIR_INFO = 1, WEIR_WARN = 2, WEIR_ERROR = 3 };

typedef struct weir_error {
  char text[512];
} weir_error; /* the callee fills it, NUL-terminated */

typedef struct weir_view { /* data == NULL: absent; size == 0: present but empty. Not
                              NUL-terminated. */
  const char* data;
  size_t size;
} weir_view;

typedef struct weir_header {
  weir_view name, value;
} weir_header;

typedef struct weir_message { /* 64 bytes; new facts travel as headers */
  weir_view key, value;       /* value.data == NULL is a tombstone */
  const weir_header* headers;
  uint64_t header_count;
  int64_t position; /* place in its lane, such as a Kafka offset */
  int64_t time_us;  /* microseconds since the Unix epoch */
} weir_message;

/* The facts of a refusal: a rejected message reaches the reject route with these headers behind its
 * own. */
#define WEIR_HEADER_STAGE "weir-stage"
#define WEIR_HEADER_CODE "weir-code"
#define WEIR_HEADER_REASON "weir-reason"
#define WEIR_HEADER_POINTER "weir-pointer" /* RFC 6901; absent where no place can be named */

typedef struct weir_rejected {
  int64_t position;
  weir_view code;
} weir_rejected;

typedef struct weir_memory { /* keeps payload bytes alive; {0} where nothing is to be kept */
  void* owner;
  void (*release)(void* owner); /* [any], exactly once; the library stays loaded until then */
} weir_memory;

/* ---- engine -> plugin ---- */

typedef struct weir_host weir_host;
struct weir_host { /* valid from create() until destroy() returns */
  size_t size;
  weir_view pipeline, stage;                                  /* names, for texts */
  void (*log)(const weir_host*, weir_level, weir_view text);  /* [any] */
  const void* (*extension)(const weir_host*, const char* id); /* [any] */
};

typedef struct weir_config weir_config;
struct weir_config { /* valid as the host is; checked against the schema, defaults filled in */
  size_t size;
  weir_view json;   /* the whole `with:` object */
  weir_view folder; /* the pipeline file's: what a relative path in the config starts from */
  bool (*text)(const weir_config*, const char* pointer, weir_view* out); /* RFC 6901: "/topics/0" */
  /* Also reads texts of the schema's formats `duration` ("250ms", in microseconds) and `bytes`. */
  bool (*integer)(const weir_config*, const char* pointer, int64_t* out);
  bool (*number)(const weir_config*, const char* pointer, double* out);
  bool (*boolean)(const weir_config*, const char* pointer, bool* out);
  size_t (*length)(const weir_config*, const char* pointer); /* elements of an array, else 0 */
};

typedef struct weir_batch { /* some messages of ONE lane, in order; borrowed, immutable */
  size_t size;
  const weir_message* messages;
  size_t count;  /* may be 0: every message was rejected or dropped before */
  uint64_t lane; /* the source's number for it; never used again once the lane was revoked */
  weir_view
      origin;    /* the lane's durable name, "cluster/topic/partition": the key of its position */
  int64_t first; /* the commit_to of the batch before: positions may have gaps */
  int64_t commit_to;             /* where the lane goes on once this batch is settled */
  const weir_rejected* rejected; /* by the steps before; their letters are durable */
  size_t rejected_count;
  int64_t last;  /* position of the last message that was read, whatever became of it; -1: none */
  uint64_t mark; /* its fingerprint: tells whether that position still holds the same message */
} weir_batch;

typedef struct weir_emit weir_emit;
struct weir_emit {
  size_t size;
  size_t (*room)(
      weir_emit*,
      uint64_t lane); /* messages that the lane may emit now; 0: leave them where they are */
  /* Hands over messages of one lane. Descriptors are copied, payload bytes are NOT: they stay valid
   * until memory.release. False when the engine is stopping: nothing was taken, the memory is still
   * the caller's. */
  bool (*messages)(weir_emit*, const weir_batch*, weir_memory);
};

typedef struct weir_edit weir_edit;
struct weir_edit { /* what process() may do; untouched messages pass on as they are */
  size_t size;
  void (*drop)(weir_edit*, size_t index); /* done with, on purpose */
  void (*reject)(weir_edit*, size_t index, weir_view code, weir_view reason, weir_view pointer);
  void (*replace)(weir_edit*, size_t index,
                  const weir_message*); /* position and time stay the old ones */
  void (*insert)(weir_edit*, size_t after,
                 const weir_message*); /* shares the batch's fate, and that position */
  void* (*alloc)(weir_edit*,
                 size_t bytes); /* lives as long as the batch; never NULL; where new bytes go */
  /* Makes all rejects so far durable, by the reject route. A step that commits its own work calls
   * it before that. */
  weir_status (*flush)(weir_edit*, weir_error*);
};

/* ---- plugin -> engine ---- */

/* A stage is one per pipeline and shared by its workers; a worker is a step's half on one shard. */
enum {
  WEIR_REBUILDABLE =
      1,        /* a step whose state can be made again from the steps before it, such as a cache */
  WEIR_PURE = 2 /* a step that does nothing but edit its batch, such as a check: it may be asked
                   what it would do with a message */
};

typedef struct weir_stage_type {
  size_t size;
  uint32_t traits;     /* WEIR_REBUILDABLE | WEIR_PURE ... */
  const char* id;      /* the word after `stage:`, such as "pg-sink" */
  const char* summary; /* one line, for people */
  const char*
      schema; /* draft-07 JSON Schema of `with:`, a description and a default for each field */

  void* (*create)(const weir_host*, const weir_config*,
                  weir_error*);                   /* [control] no I/O; NULL: refused */
  void (*destroy)(void* stage);                   /* [control] workers are closed before */
  weir_status (*start)(void* stage, weir_error*); /* [control] connect here; RETRY rather
     than wait; called in the steps' order, the source last */
  void (*stop)(void* stage);                      /* [control] last call before destroy */

  /* A source sets poll and commit; a step sets open, close and process; a service sets none of
   * them. */
  weir_status (*poll)(void* stage, weir_emit*, uint32_t wait_ms, weir_error*);       /* [data]
          emits what there is, no lane beyond its room; waits at most wait_ms for the first message, and
          not at all       while a lane that has messages has no room: the engine calls again as soon as
          there       is some */
  weir_status (*commit)(void* stage, uint64_t lane, int64_t commit_to, weir_error*); /* [data] */

  weir_status (*open)(void* stage, uint32_t shard, void** worker,
                      weir_error*); /* [control] RETRY is retried */
  void (*close)(void* worker);      /* [control] */
  void (*interrupt)(void* worker);  /* [any] come back soon, with RETRY */
  weir_status (*process)(void* worker, const weir_batch*, weir_edit*, weir_error*); /* [data]
   WEIR_OK: everything not rejected is done, durably; a repeated call with the same batch changes
   nothing more */

  const void* (*extension)(
      void* stage, const char* id); /* [any] may be NULL; the table lives as long as the stage */
} weir_stage_type;

typedef struct weir_plugin {
  size_t size;
  const char *name, *version;
  const weir_stage_type* const* stages; /* NULL-terminated */
} weir_plugin;

/* Constant-initialised: the engine reads it before any code of the plugin has run. */
extern WEIR_EXPORT const weir_plugin weir_plugin_v1;

#ifdef __cplusplus
}
#endif
#endif
