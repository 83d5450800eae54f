// Looks one order up, and asks again by itself while the server or its store is away.

import { backOff } from './poll.js';
import { readJson } from '../text/json.js';

const slow = 150; // ms; a faster answer replaces the old view without a flicker of "looking"
const retried = new Set(['unavailable', 'unreachable', 'starting']);

export const nothingLookedUp = {
  id: null,
  busy: false,
  outcome: null,
  answer: null,
  retryAt: null,
};

/** {value} or {failed: why}. */
function documentOf(text) {
  try {
    return { value: readJson(text) };
  } catch (error) {
    return { failed: error.message };
  }
}

/**
 * Writes `lookup` in the store: {id, busy, outcome, answer, retryAt}. `outcome` is the last answer
 * of any kind, `answer` the last good one of this id (it stays in view while the server is away),
 * `retryAt` when it is asked again by itself. `done(lookup)` is told of each outcome.
 */
export function makeLookup(store, fetchOrder, done) {
  const seen = new Map(); // id -> {source: ms}, for "the cache was 47 times faster"
  let current; // {id, abort, timers}

  function leave() {
    current?.abort.abort();
    current?.timers.forEach(clearTimeout);
    current = undefined;
  }

  function complete(id, answer) {
    const ms = answer.times.reduce((sum, time) => sum + time.ms, 0);
    const before = seen.get(id) ?? {};
    const earlier = Object.entries(before).find(([source]) => source !== answer.source);
    seen.delete(id);
    seen.set(id, { ...before, [answer.source]: ms });
    if (seen.size > 200) seen.delete(seen.keys().next().value);
    return {
      ...answer,
      ms,
      earlier: earlier && { source: earlier[0], ms: earlier[1] },
      document: documentOf(answer.text),
    };
  }

  const keep = (changes) => store.set({ lookup: { ...store.get().lookup, ...changes } });

  async function ask(id, attempt) {
    leave();
    const mine = (current = { id, abort: new AbortController(), timers: [] });
    const known = store.get().lookup.id === id ? store.get().lookup : { ...nothingLookedUp, id };
    mine.timers.push(
      setTimeout(() => store.set({ lookup: { ...known, busy: true, retryAt: null } }), slow),
    );

    const outcome = await fetchOrder(id, mine.abort.signal);
    if (current !== mine) return;
    leave();

    const lookup = { ...known, busy: false, outcome, retryAt: null };
    if (outcome.kind === 'found') lookup.answer = lookup.outcome = complete(id, outcome);
    else if (!retried.has(outcome.kind)) lookup.answer = null;
    store.set({ lookup });
    done(lookup, attempt);
    if (retried.has(outcome.kind)) askLater(id, attempt + 1, outcome);
  }

  function askLater(id, attempt, { retryMs = 0 }) {
    const wait = Math.max(backOff(attempt), retryMs);
    const timer = setTimeout(() => ask(id, attempt), wait);
    current = { id, abort: new AbortController(), timers: [timer] };
    keep({ retryAt: Date.now() + wait });
  }

  return {
    ask: (id) => ask(id, 0),
    /**
     * The server is heard of again, or the page is in view again: no need to wait out the
     * back-off.
     */
    askNowIfWaiting: () => current && store.get().lookup.retryAt && ask(current.id, 1),
    clear() {
      leave();
      store.set({ lookup: nothingLookedUp });
    },
  };
}
