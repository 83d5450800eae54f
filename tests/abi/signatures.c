/* What each function of the contract takes and returns: a changed parameter moves no member, and
 * breaks every plugin all the same. Like layout.c, this file only grows. */
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

#define RETURNS(result, table, member, ...)                                              \
  _Static_assert(_Generic(((table*)0)->member, result(*)(__VA_ARGS__) : 1, default : 0), \
                 #table "." #member " takes or returns something else")

RETURNS(void, weir_memory, release, void*);

RETURNS(void, weir_host, log, const weir_host*, weir_level, weir_view);
RETURNS(const void*, weir_host, extension, const weir_host*, const char*);

RETURNS(bool, weir_config, text, const weir_config*, const char*, weir_view*);
RETURNS(bool, weir_config, integer, const weir_config*, const char*, int64_t*);
RETURNS(bool, weir_config, number, const weir_config*, const char*, double*);
RETURNS(bool, weir_config, boolean, const weir_config*, const char*, bool*);
RETURNS(size_t, weir_config, length, const weir_config*, const char*);

RETURNS(size_t, weir_emit, room, weir_emit*, uint64_t);
RETURNS(bool, weir_emit, messages, weir_emit*, const weir_batch*, weir_memory);

RETURNS(void, weir_edit, drop, weir_edit*, size_t);
RETURNS(void, weir_edit, reject, weir_edit*, size_t, weir_view, weir_view, weir_view);
RETURNS(void, weir_edit, replace, weir_edit*, size_t, const weir_message*);
RETURNS(void, weir_edit, insert, weir_edit*, size_t, const weir_message*);
RETURNS(void*, weir_edit, alloc, weir_edit*, size_t);
RETURNS(weir_status, weir_edit, flush, weir_edit*, weir_error*);

RETURNS(void*, weir_stage_type, create, const weir_host*, const weir_config*, weir_error*);
RETURNS(void, weir_stage_type, destroy, void*);
RETURNS(weir_status, weir_stage_type, start, void*, weir_error*);
RETURNS(void, weir_stage_type, stop, void*);
RETURNS(weir_status, weir_stage_type, poll, void*, weir_emit*, uint32_t, weir_error*);
RETURNS(weir_status, weir_stage_type, commit, void*, uint64_t, int64_t, weir_error*);
RETURNS(weir_status, weir_stage_type, open, void*, uint32_t, void**, weir_error*);
RETURNS(void, weir_stage_type, close, void*);
RETURNS(void, weir_stage_type, interrupt, void*);
RETURNS(weir_status, weir_stage_type, process, void*, const weir_batch*, weir_edit*, weir_error*);
RETURNS(const void*, weir_stage_type, extension, void*, const char*);

RETURNS(weir_view, weir_http_request, header, const weir_http_request*, weir_view);
RETURNS(void, weir_http_reply, send, weir_http_reply*, uint32_t, const weir_header*, size_t,
        weir_view);
RETURNS(weir_status, weir_http_1, route, const weir_host*, weir_view, weir_http_handler, void*,
        weir_error*);

RETURNS(weir_status, weir_lanes_host_1, revoke, const weir_host*, uint64_t, uint32_t);
RETURNS(void, weir_lanes_1, lost, void*, uint64_t, weir_view);
RETURNS(void, weir_lanes_1, gained, void*, uint64_t, weir_view, int64_t);

RETURNS(weir_answer, weir_lookup_1, find, void*, weir_view, weir_visit, void*, uint64_t*,
        weir_error*);
RETURNS(weir_answer, weir_lookup_1, latest, void*, size_t, weir_visit, void*, weir_error*);
RETURNS(void, weir_lookup_1, fill, void*, uint64_t, const weir_entry*);
RETURNS(weir_answer, weir_lookup_host_1, find, const weir_host*, weir_view, weir_view, weir_visit,
        void*, uint64_t*, weir_error*);
RETURNS(weir_answer, weir_lookup_host_1, latest, const weir_host*, weir_view, size_t, weir_visit,
        void*, weir_error*);
RETURNS(void, weir_lookup_host_1, fill, const weir_host*, weir_view, uint64_t, const weir_entry*);

RETURNS(weir_metric*, weir_metrics_1, counter, const weir_host*, weir_view, weir_view,
        const weir_header*, size_t);
RETURNS(weir_metric*, weir_metrics_1, gauge, const weir_host*, weir_view, weir_view,
        const weir_header*, size_t);
RETURNS(weir_metric*, weir_metrics_1, histogram, const weir_host*, weir_view, weir_view,
        const weir_header*, size_t, const double*, size_t);
RETURNS(void, weir_metrics_1, add, weir_metric*, double);
RETURNS(void, weir_metrics_1, set, weir_metric*, double);
RETURNS(void, weir_metrics_1, observe, weir_metric*, double);
RETURNS(void, weir_metrics_1, drop, weir_metric*);

RETURNS(weir_status, weir_positions_1, claim, void*, uint64_t, weir_view, weir_claim*, weir_error*);
RETURNS(weir_status, weir_positions_1, each, void*, weir_visit_position, void*, weir_error*);
RETURNS(weir_status, weir_positions_host_1, claim, const weir_host*, uint64_t, weir_view, bool*,
        weir_claim*, weir_error*);
RETURNS(weir_status, weir_positions_host_1, each, const weir_host*, weir_visit_position, void*,
        weir_error*);
RETURNS(uint64_t, weir_positions_host_1, mark, const weir_message*);

RETURNS(void, weir_settled_1, settled, void*, const weir_batch*, bool);

RETURNS(weir_status, weir_reread_1, lanes, void*, weir_visit_extent, void*, weir_error*);
RETURNS(weir_status, weir_reread_1, read, void*, weir_view, int64_t, int64_t, weir_visit_messages,
        void*, int64_t*, weir_error*);
RETURNS(weir_status, weir_audit_1, audit, void*, weir_view, const weir_message*, size_t,
        weir_visit_account, void*, weir_error*);
RETURNS(weir_status, weir_letters_1, list, void*, weir_order, uint64_t*, weir_visit_letter, void*,
        weir_error*);

_Static_assert(_Generic((weir_http_handler)0,
                        void (*)(void*, const weir_http_request*, weir_http_reply*) : 1,
                        default : 0),
               "weir_http_handler takes or returns something else");
_Static_assert(_Generic((weir_visit)0, bool (*)(void*, const weir_entry*) : 1, default : 0),
               "weir_visit takes or returns something else");
_Static_assert(_Generic((weir_visit_extent)0, bool (*)(void*, const weir_extent*) : 1, default : 0),
               "weir_visit_extent takes or returns something else");
_Static_assert(_Generic((weir_visit_messages)0, bool (*)(void*, const weir_message*, size_t) : 1,
                        default : 0),
               "weir_visit_messages takes or returns something else");
_Static_assert(_Generic((weir_visit_account)0, void (*)(void*, size_t, const weir_account*) : 1,
                        default : 0),
               "weir_visit_account takes or returns something else");
_Static_assert(_Generic((weir_visit_replayed)0, void (*)(void*, const weir_replayed*) : 1,
                        default : 0),
               "weir_visit_replayed takes or returns something else");
_Static_assert(_Generic((weir_visit_letter)0, bool (*)(void*, const weir_letter*) : 1, default : 0),
               "weir_visit_letter takes or returns something else");

RETURNS(weir_status, weir_replay_1, store, void*, const weir_batch*, bool, weir_visit_replayed,
        void*, weir_error*);
RETURNS(weir_status, weir_replay_1, replayed, void*, weir_view, const int64_t*, size_t, int64_t*,
        weir_error*);
