/* Where each member of the contract lies, on LP64. From the first release on this file only grows:
 * a table's new member gets a line and its new size; an old line never changes. A change that
 * breaks a line here breaks every plugin that is out. */
#include <weir/abi.h>
#include <weir/ext/audit.h>
#include <weir/ext/http.h>
#include <weir/ext/lanes.h>
#include <weir/ext/letters.h>
#include <weir/ext/lookup.h>
#include <weir/ext/metrics.h>
#include <weir/ext/positions.h>
#include <weir/ext/replay.h>
#include <weir/ext/reread.h>
#include <weir/ext/settled.h>

#define SIZE(type, bytes) \
  _Static_assert(sizeof(type) == (bytes), "the size of " #type " has changed")
#define AT(type, member, offset) \
  _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define IS(constant, value) _Static_assert((constant) == (value), #constant " has another value")

_Static_assert(sizeof(void*) == 8 && sizeof(long) == 8, "these figures are for LP64");
_Static_assert(sizeof(bool) == 1, "bool is one byte");

/* ---- abi.h: vocabulary, frozen */

SIZE(weir_status, 4);
IS(WEIR_OK, 0);
IS(WEIR_RETRY, 1);
IS(WEIR_FAILED, 2);
IS(WEIR_END, 3);
IS(WEIR_FENCED, 4);

SIZE(weir_level, 4);
IS(WEIR_DEBUG, 0);
IS(WEIR_INFO, 1);
IS(WEIR_WARN, 2);
IS(WEIR_ERROR, 3);

IS(WEIR_REBUILDABLE, 1);
IS(WEIR_PURE, 2);

SIZE(weir_error, 512);
AT(weir_error, text, 0);

SIZE(weir_view, 16);
AT(weir_view, data, 0);
AT(weir_view, size, 8);

SIZE(weir_header, 32);
AT(weir_header, name, 0);
AT(weir_header, value, 16);

SIZE(weir_message, 64);
AT(weir_message, key, 0);
AT(weir_message, value, 16);
AT(weir_message, headers, 32);
AT(weir_message, header_count, 40);
AT(weir_message, position, 48);
AT(weir_message, time_us, 56);

SIZE(weir_rejected, 24);
AT(weir_rejected, position, 0);
AT(weir_rejected, code, 8);

SIZE(weir_memory, 16);
AT(weir_memory, owner, 0);
AT(weir_memory, release, 8);

/* ---- abi.h: tables, which may grow at their end */

SIZE(weir_host, 56);
AT(weir_host, size, 0);
AT(weir_host, pipeline, 8);
AT(weir_host, stage, 24);
AT(weir_host, log, 40);
AT(weir_host, extension, 48);

SIZE(weir_config, 80);
AT(weir_config, size, 0);
AT(weir_config, json, 8);
AT(weir_config, folder, 24);
AT(weir_config, text, 40);
AT(weir_config, integer, 48);
AT(weir_config, number, 56);
AT(weir_config, boolean, 64);
AT(weir_config, length, 72);

SIZE(weir_batch, 96);
AT(weir_batch, size, 0);
AT(weir_batch, messages, 8);
AT(weir_batch, count, 16);
AT(weir_batch, lane, 24);
AT(weir_batch, origin, 32);
AT(weir_batch, first, 48);
AT(weir_batch, commit_to, 56);
AT(weir_batch, rejected, 64);
AT(weir_batch, rejected_count, 72);
AT(weir_batch, last, 80);
AT(weir_batch, mark, 88);

SIZE(weir_emit, 24);
AT(weir_emit, size, 0);
AT(weir_emit, room, 8);
AT(weir_emit, messages, 16);

SIZE(weir_edit, 56);
AT(weir_edit, size, 0);
AT(weir_edit, drop, 8);
AT(weir_edit, reject, 16);
AT(weir_edit, replace, 24);
AT(weir_edit, insert, 32);
AT(weir_edit, alloc, 40);
AT(weir_edit, flush, 48);

SIZE(weir_stage_type, 128);
AT(weir_stage_type, size, 0);
AT(weir_stage_type, traits, 8);
AT(weir_stage_type, id, 16);
AT(weir_stage_type, summary, 24);
AT(weir_stage_type, schema, 32);
AT(weir_stage_type, create, 40);
AT(weir_stage_type, destroy, 48);
AT(weir_stage_type, start, 56);
AT(weir_stage_type, stop, 64);
AT(weir_stage_type, poll, 72);
AT(weir_stage_type, commit, 80);
AT(weir_stage_type, open, 88);
AT(weir_stage_type, close, 96);
AT(weir_stage_type, interrupt, 104);
AT(weir_stage_type, process, 112);
AT(weir_stage_type, extension, 120);

SIZE(weir_plugin, 32);
AT(weir_plugin, size, 0);
AT(weir_plugin, name, 8);
AT(weir_plugin, version, 16);
AT(weir_plugin, stages, 24);

/* ---- ext/http.h */

SIZE(weir_http_request, 80);
AT(weir_http_request, size, 0);
AT(weir_http_request, method, 8);
AT(weir_http_request, path, 24);
AT(weir_http_request, query, 40);
AT(weir_http_request, parameters, 56);
AT(weir_http_request, parameter_count, 64);
AT(weir_http_request, header, 72);

SIZE(weir_http_reply, 16);
AT(weir_http_reply, size, 0);
AT(weir_http_reply, send, 8);

SIZE(weir_http_1, 16);
AT(weir_http_1, size, 0);
AT(weir_http_1, route, 8);

/* ---- ext/lanes.h */

SIZE(weir_lanes_host_1, 16);
AT(weir_lanes_host_1, size, 0);
AT(weir_lanes_host_1, revoke, 8);

SIZE(weir_lanes_1, 24);
AT(weir_lanes_1, size, 0);
AT(weir_lanes_1, lost, 8);
AT(weir_lanes_1, gained, 16);

/* ---- ext/lookup.h */

SIZE(weir_answer, 4);
IS(WEIR_FOUND, 0);
IS(WEIR_ABSENT, 1);
IS(WEIR_UNAVAILABLE, 2);

SIZE(weir_entry, 64);
AT(weir_entry, key, 0);
AT(weir_entry, document, 16);
AT(weir_entry, origin, 32);
AT(weir_entry, position, 48);
AT(weir_entry, stored_us, 56);

SIZE(weir_lookup_1, 32);
AT(weir_lookup_1, size, 0);
AT(weir_lookup_1, find, 8);
AT(weir_lookup_1, latest, 16);
AT(weir_lookup_1, fill, 24);

SIZE(weir_lookup_host_1, 32);
AT(weir_lookup_host_1, size, 0);
AT(weir_lookup_host_1, find, 8);
AT(weir_lookup_host_1, latest, 16);
AT(weir_lookup_host_1, fill, 24);

/* ---- ext/metrics.h */

SIZE(weir_metrics_1, 64);
AT(weir_metrics_1, size, 0);
AT(weir_metrics_1, counter, 8);
AT(weir_metrics_1, gauge, 16);
AT(weir_metrics_1, histogram, 24);
AT(weir_metrics_1, add, 32);
AT(weir_metrics_1, set, 40);
AT(weir_metrics_1, observe, 48);
AT(weir_metrics_1, drop, 56);

/* ---- ext/positions.h */

SIZE(weir_claim, 24);
AT(weir_claim, next, 0);
AT(weir_claim, last, 8);
AT(weir_claim, mark, 16);

SIZE(weir_positions_1, 24);
AT(weir_positions_1, size, 0);
AT(weir_positions_1, claim, 8);
AT(weir_positions_1, each, 16);

SIZE(weir_positions_host_1, 32);
AT(weir_positions_host_1, size, 0);
AT(weir_positions_host_1, claim, 8);
AT(weir_positions_host_1, each, 16);
AT(weir_positions_host_1, mark, 24);

/* ---- ext/settled.h */

SIZE(weir_settled_1, 16);
AT(weir_settled_1, size, 0);
AT(weir_settled_1, settled, 8);

/* ---- ext/reread.h */

SIZE(weir_extent, 32);
AT(weir_extent, origin, 0);
AT(weir_extent, first, 16);
AT(weir_extent, end, 24);

SIZE(weir_reread_1, 24);
AT(weir_reread_1, size, 0);
AT(weir_reread_1, lanes, 8);
AT(weir_reread_1, read, 16);

/* ---- ext/audit.h */

SIZE(weir_fate, 4);
IS(WEIR_STORED, 0);
IS(WEIR_SUPERSEDED, 1);
IS(WEIR_REJECTED, 2);
IS(WEIR_PENDING, 3);
IS(WEIR_MISSING, 4);
IS(WEIR_DIFFERENT, 5);

SIZE(weir_account, 40);
AT(weir_account, fate, 0);
AT(weir_account, code, 8);
AT(weir_account, why, 24);

SIZE(weir_audit_1, 16);
AT(weir_audit_1, size, 0);
AT(weir_audit_1, audit, 8);

/* ---- ext/letters.h */

SIZE(weir_order, 4);
IS(WEIR_OLDEST_FIRST, 0);
IS(WEIR_NEWEST_FIRST, 1);

SIZE(weir_letter, 168);
AT(weir_letter, size, 0);
AT(weir_letter, place, 8);
AT(weir_letter, origin, 16);
AT(weir_letter, message, 32);
AT(weir_letter, stage, 96);
AT(weir_letter, code, 112);
AT(weir_letter, reason, 128);
AT(weir_letter, pointer, 144);
AT(weir_letter, written_us, 160);

SIZE(weir_letters_1, 16);
AT(weir_letters_1, size, 0);
AT(weir_letters_1, list, 8);

/* ---- ext/replay.h */

SIZE(weir_replay_outcome, 4);
IS(WEIR_REPLAY_STORED, 0);
IS(WEIR_REPLAY_SUPERSEDED, 1);
IS(WEIR_REPLAY_DONE, 2);
IS(WEIR_REPLAY_REJECTED, 3);

SIZE(weir_replayed, 56);
AT(weir_replayed, outcome, 0);
AT(weir_replayed, code, 8);
AT(weir_replayed, reason, 24);
AT(weir_replayed, pointer, 40);

SIZE(weir_replay_1, 24);
AT(weir_replay_1, size, 0);
AT(weir_replay_1, store, 8);
AT(weir_replay_1, replayed, 16);
