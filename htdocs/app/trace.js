// What happened to a message or to all messages of a key, in every pipeline that knows.

import { fetchOf } from './server.js';

const listOf = (value) =>
  Array.isArray(value) ? value.filter((one) => one && typeof one === 'object') : [];

/** "topic[0]@12" or "cluster/topic/0@12" names one message; all else is a key. */
const isPlace = (id) => /@\d{1,20}$/.test(id);

async function ask(name, member, id) {
  const { value, missing, failed } = await fetchOf(
    name,
    `trace?${new URLSearchParams({ [member]: id })}`,
  );
  const messages = listOf(value?.messages).map((one) => ({ ...one, stages: listOf(one.stages) }));
  return {
    name,
    missing,
    failed,
    fromMemory: value?.from_memory === true,
    messages,
    rows: listOf(value?.rows),
    letters: listOf(value?.letters),
    unanswered: listOf(value?.unanswered),
  };
}

const knows = ({ messages, rows, letters }) => messages.length + rows.length + letters.length > 0;

/** Writes `trace`: {id, phase: "loading" | "ready" | "failed", groups} */
export function makeTrace(store) {
  let current;

  async function show(id) {
    current = id;
    const names = store.get().health.list.map(({ name }) => name);
    if (!names.length) return store.set({ trace: { id, phase: 'waiting', groups: [] } });
    store.set({ trace: { id, phase: 'loading', groups: [] } });
    const askAll = (member) => Promise.all(names.map((name) => ask(name, member, id)));
    let groups = await askAll(isPlace(id) ? 'message' : 'key');
    if (isPlace(id) && !groups.some(knows)) groups = await askAll('key');
    if (current !== id) return;
    const failed = groups.find((group) => group.failed)?.failed;
    const known = groups.filter((group) => knows(group) || group.unanswered.length);
    const phase = known.length || !failed ? 'ready' : 'failed';
    const offered = groups.some(({ missing }) => !missing);
    store.set({ trace: { id, phase, groups: known, why: failed, offered } });
  }

  store.subscribe(({ route, trace, health }) => {
    if (route.view === 'trace' && trace?.phase === 'waiting' && health.list.length) show(route.id);
  });

  return { show };
}
