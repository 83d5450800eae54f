// How the pipelines are, for the header and the pipeline view.

import { poll } from './poll.js';
import { pipelinesIn } from './server.js';

const period = 2000; // ms

/** Messages a second of each stage since the snapshot before, by "pipeline/stage". */
function ratesOf(list, before, seconds) {
  if (!before || seconds <= 0) return {};
  const old = new Map(
    before.flatMap((one) => one.stages.map((stage) => [`${one.name}/${stage.name}`, stage.in])),
  );
  const rates = list.flatMap((one) =>
    one.stages.map((stage) => {
      const key = `${one.name}/${stage.name}`;
      const more = stage.in - (old.get(key) ?? NaN);
      // Fewer than before: the server was started anew.
      return [key, more >= 0 ? more / seconds : undefined];
    }),
  );
  return Object.fromEntries(rates);
}

/**
 * Writes `health`: {phase: "loading" | "ready" | "away" | "off", list, rates}; `back()` when the
 * server answers again.
 */
export function startHealth(store, fetchPipelines, back) {
  let lastAt = 0;

  poll(async () => {
    const { value, missing, failed } = await fetchPipelines();
    const before = store.get().health;
    if (missing) {
      store.set({ health: { ...before, phase: 'off' } });
      return 'rarely';
    }
    if (failed) {
      store.set({ health: { ...before, phase: 'away' } });
      return 'failed';
    }
    const now = performance.now();
    const pipelines = pipelinesIn(value);
    const rates = ratesOf(pipelines, lastAt && before.list, (now - lastAt) / 1000);
    lastAt = now;
    store.set({ health: { phase: 'ready', list: pipelines, rates } });
    if (before.phase === 'away') back();
    return 'again';
  }, period);
}
