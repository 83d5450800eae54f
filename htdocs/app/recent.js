// The orders that came last. The list stands still while it is pointed at, so that nobody clicks
// beside.

import { instantOf } from '../text/time.js';
import { poll } from './poll.js';

const limit = 20;
const period = 1000; // ms
const unasked = 10_000; // ms after which it is asked for though nothing moved

function entriesOf(value, skewMs) {
  if (!Array.isArray(value?.entries)) return undefined;
  return value.entries
    .filter((entry) => typeof entry?.key === 'string')
    .map(({ key, stored_at: stored }) => ({ key, at: instantOf(String(stored)), skewMs }));
}

/** What all lanes have stored, as one number that moves when something came. */
const storedIn = (list) =>
  list.reduce((sum, one) => one.lanes.reduce((more, lane) => more + (lane.stored ?? 0), sum), 0);

/**
 * Writes `recent`: {phase: "loading" | "ready" | "away" | "off", entries}. "off": this pipeline
 * offers no such list. Asks only when the pipelines have stored something, or after ten seconds.
 */
export function startRecent(store, fetchRecent) {
  let held = false;
  let waiting; // the newest answer, while the list is held
  let asked = { at: 0, stored: undefined };

  const show = (recent) => store.set({ recent });

  poll(async () => {
    const stored = storedIn(store.get().health.list);
    const idle = stored === asked.stored && store.get().recent.phase === 'ready';
    if (idle && Date.now() - asked.at < unasked) return 'again';
    asked = { at: Date.now(), stored };
    const { value, skewMs, missing, failed } = await fetchRecent(limit);
    if (missing) {
      show({ phase: 'off', entries: [] });
      return 'rarely';
    }
    const entries = failed ? undefined : entriesOf(value, skewMs);
    if (!entries) {
      show({ ...store.get().recent, phase: 'away' });
      return 'failed';
    }
    if (held) waiting = entries;
    else show({ phase: 'ready', entries });
    return 'again';
  }, period);

  return {
    hold(yes) {
      held = yes;
      if (held || !waiting) return;
      show({ phase: 'ready', entries: waiting });
      waiting = undefined;
    },
  };
}
