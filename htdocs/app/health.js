// How the pipelines are, for the header and the pipeline view.

import { startLive } from './live.js';
import { pipelinesIn } from './server.js';

const span = 5000; // ms over which a rate is taken: one second alone is too nervous to be read

/** Messages a second of each stage between two snapshots, by "pipeline/stage". */
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
 * Writes `health`: {phase: "loading" | "ready" | "away" | "off", list, rates, at}; `back()` when
 * the server answers again.
 */
export function startHealth(store, back) {
  let earlier = []; // [{at, list}], oldest first

  function ready(value) {
    const before = store.get().health;
    const at = performance.now();
    const list = pipelinesIn(value);
    earlier = earlier.filter((one, index) => at - one.at <= span || index === earlier.length - 1);
    const [oldest] = earlier;
    const rates = ratesOf(list, oldest?.list, (at - oldest?.at) / 1000);
    earlier.push({ at, list });
    store.set({ health: { phase: 'ready', list, rates, at: Date.now() } });
    if (before.phase === 'away') back();
  }

  startLive(({ kind, value }) => {
    if (kind === 'pipelines') return ready(value);
    earlier = [];
    store.set({ health: { ...store.get().health, phase: kind } });
  });
}
