/* Faults at named points of a running weir, without a hook in it: preloaded, this library stands
 * between the stages and the functions of libpq and librdkafka that they call, and acts when a
 * point is passed for the nth time.
 *
 *   WEIR_FAULT_POINT     the point's name, see `points` below
 *   WEIR_FAULT_PASSING   which passing of it counts; 1 is the first
 *   WEIR_FAULT_ACTION    kill: SIGKILL to this process (default)
 *                        stop: SIGSTOP to this process, a zombie once somebody continues it
 *                        kill-backend, stop-backend: to the server process behind the connection;
 *                        only at points of libpq
 *   WEIR_FAULT_DELAY_US  how long after the passing it acts
 *   WEIR_FAULT_GATE      a file that must exist for a passing to count
 *   WEIR_FAULT_RECORD    a file that gets a line before it acts: point, our pid, the server's
 *
 * The stages are loaded with RTLD_LOCAL, but what is preloaded comes first in every scope. The
 * libraries behind are not in the global scope, so RTLD_NEXT would not find them: they are asked
 * for by name.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char libpq[] = "libpq.so.5";
static const char librdkafka[] = "librdkafka.so.1";

static const char* const points[] = {
    "after-poll",    /* a message has been taken from librdkafka */
    "before-begin",  /* BEGIN is about to be sent */
    "after-begin",   /* the server has begun the transaction */
    "before-commit", /* COMMIT is about to be sent */
    "commit-sent",   /* COMMIT is on its way, nobody knows how it ends */
    "after-commit",  /* the server has said that it is durable */
    "after-settle",  /* the source polls again after that, and has not written the offset yet */
    "before-offset-commit", /* the offset is about to be sent to the brokers */
    "after-offset-commit",  /* the brokers have answered */
    "revoke-begun",         /* the group takes the lanes back, they are to be drained */
    "revoke-drained",       /* they are drained and committed, and not given up yet */
};

static atomic_int passings;
static atomic_bool acted;
static atomic_llong durable_since_us; /* 0: nothing that the source has not heard of */

static void* find(const char* library, const char* name) {
  void* handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  void* found = handle ? dlsym(handle, name) : NULL;
  if (!found) {
    fprintf(stderr, "crash_points: cannot find %s in %s: %s\n", name, library, dlerror());
    abort();
  }
  return found;
}

/* The function behind the one that is being written, found at its first call. */
#define BEHIND(library, name)             \
  static _Atomic(void*) behind_;          \
  void* address_ = atomic_load(&behind_); \
  if (!address_) {                        \
    address_ = find(library, #name);      \
    atomic_store(&behind_, address_);     \
  }                                       \
  __typeof__(&name) behind = (__typeof__(&name))address_

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long setting(const char* name, long otherwise) {
  const char* text = getenv(name);
  return text ? atol(text) : otherwise;
}

static void record(const char* point, int backend) {
  const char* path = getenv("WEIR_FAULT_RECORD");
  if (!path) return;
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return;
  dprintf(file, "%s %d %d\n", point, (int)getpid(), backend);
  close(file);
}

static void act(const char* point, int backend) {
  const char* action = getenv("WEIR_FAULT_ACTION");
  if (!action) action = "kill";
  const long delay = setting("WEIR_FAULT_DELAY_US", 0);
  if (delay > 0) usleep((useconds_t)delay);
  record(point, backend);
  const bool self = strcmp(action, "kill") == 0 || strcmp(action, "stop") == 0;
  if (!self && backend <= 0) return;
  const int number = strncmp(action, "kill", 4) == 0 ? SIGKILL : SIGSTOP;
  kill(self ? getpid() : (pid_t)backend, number);
  /* Another thread takes the stop for the whole process; this one shall go no further until then.
   */
  if (self) usleep(200000);
}

static bool armed(const char* point) {
  const char* wanted = getenv("WEIR_FAULT_POINT");
  if (!wanted || strcmp(wanted, point) != 0 || atomic_load(&acted)) return false;
  const char* gate = getenv("WEIR_FAULT_GATE");
  return !gate || access(gate, F_OK) == 0;
}

static void pass(const char* point, int backend) {
  if (!armed(point)) return;
  if (atomic_fetch_add(&passings, 1) + 1 == setting("WEIR_FAULT_PASSING", 1) &&
      !atomic_exchange(&acted, true)) {
    act(point, backend);
  }
}

/* A point that nobody knows would never be passed. */
__attribute__((constructor)) static void check_point(void) {
  const char* wanted = getenv("WEIR_FAULT_POINT");
  if (!wanted) return;
  for (size_t i = 0; i < sizeof points / sizeof *points; ++i) {
    if (strcmp(points[i], wanted) == 0) return;
  }
  fprintf(stderr, "crash_points: there is no point \"%s\"; crash_points.c lists them\n", wanted);
  abort();
}

/* Several statements travel in one text. Those that bound a transaction stand at its ends; what
 * lies between is data. */
static bool says(const char* text, const char* word) {
  enum { end = 400 };
  const size_t size = strlen(text);
  const size_t near = size < end ? size : end;
  return memmem(text, near, word, strlen(word)) ||
         memmem(text + size - near, near, word, strlen(word));
}

static int backend_of(const PGconn* connection) {
  BEHIND(libpq, PQbackendPID);
  return behind(connection);
}

static bool is_done(PGresult* result, const char* what) {
  BEHIND(libpq, PQcmdStatus);
  return result && strcmp(behind(result), what) == 0;
}

int PQsendQuery(PGconn* connection, const char* text) {
  BEHIND(libpq, PQsendQuery);
  const int backend = backend_of(connection);
  const bool begins = says(text, "BEGIN");
  const bool commits = says(text, "COMMIT");
  if (begins) pass("before-begin", backend);
  if (commits) pass("before-commit", backend);
  const int sent = behind(connection, text);
  if (commits) pass("commit-sent", backend);
  return sent;
}

PGresult* PQgetResult(PGconn* connection) {
  BEHIND(libpq, PQgetResult);
  PGresult* result = behind(connection);
  if (is_done(result, "BEGIN")) pass("after-begin", backend_of(connection));
  if (is_done(result, "COMMIT")) {
    pass("after-commit", backend_of(connection));
    atomic_store(&durable_since_us, now_us());
  }
  return result;
}

rd_kafka_message_t* rd_kafka_consume_queue(rd_kafka_queue_t* queue, int timeout_ms) {
  BEHIND(librdkafka, rd_kafka_consume_queue);
  rd_kafka_message_t* message = behind(queue, timeout_ms);
  if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) pass("after-poll", 0);
  return message;
}

rd_kafka_message_t* rd_kafka_consumer_poll(rd_kafka_t* client, int timeout_ms) {
  BEHIND(librdkafka, rd_kafka_consumer_poll);
  /* From the server's answer to settling it takes the shard's thread microseconds. */
  const long long since = atomic_load(&durable_since_us);
  if (since && now_us() - since > 2000) {
    atomic_store(&durable_since_us, 0);
    pass("after-settle", 0);
  }
  return behind(client, timeout_ms);
}

rd_kafka_resp_err_t rd_kafka_commit_queue(
    rd_kafka_t* client, const rd_kafka_topic_partition_list_t* offsets, rd_kafka_queue_t* answers,
    void (*answered)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void*),
    void* opaque) {
  BEHIND(librdkafka, rd_kafka_commit_queue);
  atomic_store(&durable_since_us, 0);
  pass("before-offset-commit", 0);
  return behind(client, offsets, answers, answered, opaque);
}

rd_kafka_event_t* rd_kafka_queue_poll(rd_kafka_queue_t* queue, int timeout_ms) {
  BEHIND(librdkafka, rd_kafka_queue_poll);
  rd_kafka_event_t* event = behind(queue, timeout_ms);
  if (event) pass("after-offset-commit", 0); /* the stages have no other queue of events */
  return event;
}

int rd_kafka_assignment_lost(rd_kafka_t* client) {
  BEHIND(librdkafka, rd_kafka_assignment_lost);
  const int lost = behind(client);
  pass("revoke-begun", 0);
  return lost;
}

rd_kafka_resp_err_t rd_kafka_assign(rd_kafka_t* client,
                                    const rd_kafka_topic_partition_list_t* partitions) {
  BEHIND(librdkafka, rd_kafka_assign);
  if (!partitions) pass("revoke-drained", 0);
  return behind(client, partitions);
}
