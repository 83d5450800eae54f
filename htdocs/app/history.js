// The last minutes of the pipeline in view, while it is in view.

import { poll } from './poll.js';
import { fetchOf } from './server.js';

const period = 4000; // ms

/** Numbers and nulls, as many as there are times. */
const column = (values, length) =>
  Array.from({ length }, (_, index) => (Number.isFinite(values?.[index]) ? values[index] : null));

const columnsOf = (members, length) =>
  Object.fromEntries(
    Object.entries(members ?? {})
      .filter(([, values]) => Array.isArray(values))
      .map(([name, values]) => [name, column(values, length)]),
  );

const perStage = (stages, length) =>
  Object.fromEntries(
    Object.entries(stages ?? {}).map(([name, members]) => [name, columnsOf(members, length)]),
  );

function historyOf(value) {
  if (!Array.isArray(value?.times) || !value.times.every(Number.isFinite)) return undefined;
  const { length } = value.times;
  return {
    times: value.times,
    ...columnsOf({ ...value, times: undefined }, length),
    stages: perStage(value.stages, length),
    figures: perStage(value.figures, length),
  };
}

/** Writes `history`: {name, columns} of the pipeline that `watched()` names, or null. */
export function startHistory(store, watched) {
  let seen;

  const look = poll(async () => {
    const name = watched();
    if (name === undefined) return 'again';
    const { value, missing, failed } = await fetchOf(name, 'history');
    if (name !== watched()) return 'again';
    const columns = historyOf(value);
    if (columns) store.set({ history: { name, columns } });
    if (missing || (!failed && !columns)) store.set({ history: null });
    return failed ? 'failed' : 'again';
  }, period);

  store.subscribe(() => {
    const name = watched();
    if (name === seen) return;
    seen = name;
    look();
  });
}
