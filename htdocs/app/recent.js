// The orders that came last. The list stands still while it is pointed at, so that nobody clicks
// beside.

import { instantOf } from '../text/time.js';
import { poll } from './poll.js';

const limit = 20;
const period = 2000; // ms

function entriesOf(value, skewMs) {
  if (!Array.isArray(value?.entries)) return undefined;
  return value.entries
    .filter((entry) => typeof entry?.key === 'string')
    .map(({ key, stored_at: stored }) => ({ key, at: instantOf(String(stored)), skewMs }));
}

/**
 * Writes `recent`: {phase: "loading" | "ready" | "away" | "off", entries}. "off": this pipeline
 * offers no such list.
 */
export function startRecent(store, fetchRecent) {
  let held = false;
  let waiting; // the newest answer, while the list is held

  const show = (recent) => store.set({ recent });

  poll(async () => {
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
