// Every request that this page makes. Nothing here throws: what went wrong is a value with a
// `kind`, for the view to word.

import { wellFormed } from './router.js';

const patience = 10_000; // ms; then the server counts as not answering

/** "cache;dur=0.010, store;dur=1.900" → [{stage, ms}, …] in the order asked. */
export function serverTimes(header) {
  return (header ?? '').split(',').flatMap((entry) => {
    const [stage, ...parameters] = entry.split(';').map((part) => part.trim());
    const found = parameters.map((part) => /^dur="?([\d.]+)"?$/.exec(part)).find(Boolean);
    return stage && found ? [{ stage, ms: Number(found[1]) }] : [];
  });
}

async function request(path, signal, { within = patience, ...more } = {}) {
  const timeout = AbortSignal.timeout(within);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const start = performance.now();
  try {
    const always = { signal: either, cache: 'no-store', redirect: 'error' };
    const response = await fetch(path, { ...always, ...more });
    const body = await response.text();
    return { response, body, roundMs: performance.now() - start };
  } catch {
    return { failed: timeout.aborted ? `no answer within ${within / 1000} s` : 'no connection' };
  }
}

function problemOf(response, body) {
  let problem = {};
  try {
    problem = JSON.parse(body) ?? {};
  } catch {
    // Not a JSON problem: the status alone must do.
  }
  const sentence = (member) => (typeof member === 'string' ? member : '');
  return {
    value: problem,
    status: response.status,
    title: sentence(problem.title),
    detail: sentence(problem.detail),
  };
}

const kinds = { 400: 'invalid', 404: 'absent', 414: 'invalid', 503: 'unavailable' };

/**
 * The pipeline that would answer for orders, while it does not yet: then a 404 only says that its
 * route is not there.
 */
async function notReady() {
  const { value } = await fetchPipelines();
  return pipelinesIn(value).find((one) => one.ready === false && answersForOrders(one));
}

/**
 * One order. kind: found {text, source, times, roundMs} · absent · starting {pipeline} · invalid ·
 * unavailable {retryMs} · refused (any other status) · unreachable {why}. Every one has `at`, when
 * it came.
 */
export async function fetchOrder(id, signal) {
  // A browser resolves these two as folders, even percent-encoded, and would ask for another path.
  if (id === '.' || id === '..') {
    return {
      kind: 'invalid',
      status: 400,
      title: '',
      detail: 'A browser cannot send this id in a path.',
      at: Date.now(),
    };
  }
  const { response, body, roundMs, failed } = await request(
    `/order/${encodeURIComponent(wellFormed(id))}`,
    signal,
  );
  const at = Date.now();
  if (failed) return { kind: 'unreachable', why: failed, at };
  if (response.ok) {
    const times = serverTimes(response.headers.get('Server-Timing'));
    return {
      kind: 'found',
      text: body,
      source: response.headers.get('Weir-Source') ?? '',
      times,
      roundMs,
      at,
    };
  }
  const seconds = Number(response.headers.get('Retry-After'));
  const retryMs = seconds > 0 && seconds < 600 ? seconds * 1000 : undefined;
  const pipeline = response.status === 404 ? await notReady() : undefined;
  const kind = pipeline ? 'starting' : (kinds[response.status] ?? 'refused');
  return { kind, ...problemOf(response, body), pipeline, retryMs, at };
}

/**
 * JSON from the server: {value, skewMs} or {missing: true} (404) or {failed: why}. `skewMs`: the
 * server's clock minus ours.
 */
async function fetchJson(path, signal) {
  const { response, body, failed } = await request(path, signal);
  if (failed) return { failed };
  if (response.status === 404) return { missing: true };
  if (!response.ok) return { failed: `status ${response.status}` };
  const skew = Date.parse(response.headers.get('Date') ?? '') - Date.now();
  try {
    // The Date header has whole seconds: a smaller difference is none.
    return { value: JSON.parse(body), skewMs: Math.abs(skew) > 2000 ? skew : 0 };
  } catch {
    return { failed: 'the answer is not JSON' };
  }
}

export const fetchPipelines = () => fetchJson('/api/pipelines');

const listOf = (member) => (Array.isArray(member) ? member.filter(Boolean) : []);

/** The pipelines of an answer, each with all the lists that the views go through. */
export function pipelinesIn(value) {
  return listOf(value?.pipelines).map((one) => ({
    ...one,
    name: String(one.name),
    stages: listOf(one.stages).map((stage) => ({
      ...stage,
      name: String(stage.name),
      type: String(stage.type ?? ''),
      figures: listOf(stage.figures),
    })),
    lanes: listOf(one.lanes),
    shards: listOf(one.shards),
    waiting: listOf(one.waiting),
  }));
}

const segment = (text) => encodeURIComponent(wellFormed(text));

/** What the server tells of one pipeline: `what` is "history", "file", "trace?key=…" … */
export const fetchOf = (pipeline, what, signal) =>
  fetchJson(`/api/pipelines/${segment(pipeline)}/${what}`, signal);

/**
 * Sends dead letters through their pipeline again: {value, at}, `at` by the server's clock, or
 * {why, status}; without a status nothing was heard.
 */
export async function askReplay(pipeline, wanted, token) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const { response, body, failed } = await request(
    `/api/pipelines/${segment(pipeline)}/dead-letters/replay`,
    undefined,
    // It may wait for a slow database, and what it did must not be missed.
    { within: 60_000, method: 'POST', headers, body: JSON.stringify(wanted) },
  );
  if (failed) return { why: failed };
  const { value, status, title, detail } = problemOf(response, body);
  if (!response.ok) return { why: detail || title, status };
  return { value, at: Date.parse(response.headers.get('Date')) || Date.now() };
}

export const tapPath = (pipeline, stage, filter) =>
  `/api/pipelines/${segment(pipeline)}/stages/${segment(stage)}/tap?${new URLSearchParams(filter ? { filter } : {})}`;

/** A pipeline tells its stages once they are made; before, it may be the one. */
export const answersForOrders = ({ stages }) =>
  stages.length === 0 ||
  stages.some(({ role, type }) => role === 'service' && type === 'http-query');

export async function fetchRecent(limit) {
  const answer = await fetchJson(`/orders?limit=${limit}`);
  return answer.missing && (await notReady()) ? { failed: 'the pipeline is not ready' } : answer;
}
