// An order that is not there: is it among the dead letters?

import { answersForOrders, fetchOf } from './server.js';

const limit = 3;

/**
 * Writes `absence`: {id, name, phase: "looking" | "told" | "unknown", letters, more}. `more`: not
 * all letters were looked at.
 */
export function makeAbsence(store) {
  async function look(id) {
    const name = store.get().health.list.find(answersForOrders)?.name;
    const tell = (phase, letters = [], more = false) =>
      store.set({ absence: { id, name, phase, letters, more } });
    // Asked again once the pipelines are known.
    if (name === undefined) return tell('unknown');
    tell('looking');
    const query = new URLSearchParams({ order: 'newest', limit, text: id });
    const { value } = await fetchOf(name, `dead-letters?${query}`);
    if (store.get().absence?.id !== id) return;
    if (!Array.isArray(value?.letters)) return tell('unknown');
    tell('told', value.letters.filter(Boolean), typeof value.next === 'string');
  }

  store.subscribe(({ absence, lookup, health }) => {
    const early = absence && absence.name === undefined && absence.id === lookup.id;
    if (early && health.list.some(answersForOrders)) look(absence.id);
  });

  return look;
}
