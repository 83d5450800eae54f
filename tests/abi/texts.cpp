// The names that travel as text between the engine and its plugins. Like layout.c, this file only
// grows.
#include <weir/abi.h>
#include <weir/ext/audit.h>
#include <weir/ext/http.h>
#include <weir/ext/lanes.h>
#include <weir/ext/letters.h>
#include <weir/ext/lookup.h>
#include <weir/ext/metrics.h>
#include <weir/ext/replay.h>
#include <weir/ext/reread.h>
#include <weir/ext/settled.h>

#include <string_view>

constexpr bool same(std::string_view a, std::string_view b) { return a == b; }

static_assert(same(WEIR_HEADER_STAGE, "weir-stage"));
static_assert(same(WEIR_HEADER_CODE, "weir-code"));
static_assert(same(WEIR_HEADER_REASON, "weir-reason"));
static_assert(same(WEIR_HEADER_POINTER, "weir-pointer"));

static_assert(same(WEIR_HTTP_1, "weir.http/1"));
static_assert(same(WEIR_LANES_1, "weir.lanes/1"));
static_assert(same(WEIR_LOOKUP_1, "weir.lookup/1"));
static_assert(same(WEIR_METRICS_1, "weir.metrics/1"));
static_assert(same(WEIR_SETTLED_1, "weir.settled/1"));

static_assert(same(WEIR_REREAD_1, "weir.reread/1"));
static_assert(same(WEIR_AUDIT_1, "weir.audit/1"));
static_assert(same(WEIR_LETTERS_1, "weir.letters/1"));
static_assert(same(WEIR_REPLAY_1, "weir.replay/1"));
