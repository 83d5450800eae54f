// The dead letters of one pipeline: a page after the other, as the address filters them.

import { lettersHash } from './router.js';
import { answersForOrders, fetchOf } from './server.js';

const limit = 50;
const names = ['code', 'stage', 'text', 'from', 'to'];
const rejecting = ({ stages }) => stages.some(({ role }) => role === 'reject');

export const withLetters = (list) => list.filter(rejecting);

/** The reject route's count: it moves when there are newer letters. */
export const rejectedOf = (one) =>
  (one?.stages ?? []).reduce((sum, { role, in: seen }) => sum + (role === 'reject' ? seen : 0), 0);

const utc = (local) => {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
};

/** The filter as the API wants it. */
export function queryOf(filter) {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = ['from', 'to'].includes(name) ? utc(filter[name]) : filter[name];
    if (value) query.set(name, value);
  }
  return query;
}

const letterOf = (one) => ({ ...one, place: String(one.place) });

/** What there is to show of the letter at the place: the newest that was read of it. */
export function letterAt({ list, read }, place) {
  const alone = read.get(place);
  return alone?.place ? alone : (list.find((one) => one.place === place) ?? alone);
}

/**
 * Writes `letters`: {name, key, list, next, phase: "loading" | "ready" | "failed" | "none",
 * rejected, read}. `read`: place -> the letter, read by itself, {} while it is asked for, or {why}
 * there is none.
 */
export function makeLetters(store) {
  let abort;

  const set = (changes) => store.set({ letters: { ...store.get().letters, ...changes } });
  const found = (name) => store.get().health.list.find((one) => one.name === name);

  /** Pages until one has a letter: the server may end a page by time. */
  async function load(filter, from) {
    abort?.abort();
    const mine = (abort = new AbortController());
    const { name } = store.get().letters;
    let after = from;
    set({ phase: 'loading' });
    for (;;) {
      const query = queryOf(filter);
      query.set('order', 'newest');
      query.set('limit', limit);
      if (after) query.set('after', after);
      const { value, missing, failed } = await fetchOf(name, `dead-letters?${query}`, mine.signal);
      if (mine !== abort) return;
      if (missing) return set({ phase: 'none', list: [], next: null });
      if (failed || !Array.isArray(value?.letters)) return set({ phase: 'failed', why: failed });
      const more = value.letters.filter((one) => one && typeof one === 'object').map(letterOf);
      const next = typeof value.next === 'string' && value.next !== after ? value.next : null;
      after = next;
      set({ list: [...store.get().letters.list, ...more], next });
      if (more.length || next === null) return set({ phase: 'ready' });
    }
  }

  function show({ filter }, anew) {
    const { health, letters } = store.get();
    if (health.phase === 'loading') return; // asked again once the pipelines are known
    const able = withLetters(health.list);
    const name = filter.pipeline ?? (able.find(answersForOrders) ?? able[0])?.name;
    const key = JSON.stringify([name, queryOf(filter).toString()]);
    if (key === letters.key && !anew) return;
    const rejected = rejectedOf(found(name));
    set({ name, key, list: [], next: null, phase: 'none', rejected, read: new Map() });
    if (name !== undefined) load(filter);
  }

  const tell = (place, letter) =>
    set({ read: new Map(store.get().letters.read).set(place, letter) });

  async function read(place) {
    const { name, key } = store.get().letters;
    const { value, missing, failed } = /^\d+$/.test(place)
      ? await fetchOf(name, `dead-letters/${place}`)
      : { missing: true };
    if (key !== store.get().letters.key) return;
    if (value) return tell(place, { ...value, place });
    const why = missing
      ? 'There is no letter at that place'
      : `The server does not tell: ${failed}`;
    if (!known(place)?.place) tell(place, { why });
  }

  const known = (place) => letterAt(store.get().letters, place);

  /** Letters that were replayed: those in view then tell when. */
  async function reread(name, letters) {
    for (const { place } of letters)
      if (name === store.get().letters.name && known(place)) await read(place);
  }

  function link(place) {
    tell(place, {});
    read(place);
  }

  store.subscribe(({ route, letters, health }) => {
    if (route.view !== 'letters') return;
    if (letters.key === undefined) return health.phase === 'loading' || show(route);
    const { place } = route.filter;
    if (place && letters.phase !== 'none' && !letterAt(letters, place)) link(place);
  });

  const readForm = (form) =>
    Object.fromEntries([...new FormData(form)].filter(([, value]) => String(value).trim() !== ''));

  return {
    show,
    reread,
    acts: {
      filterLetters(event) {
        event.preventDefault();
        location.hash = lettersHash(readForm(event.currentTarget.closest('form')));
      },
      moreLetters: () => load(store.get().route.filter, store.get().letters.next),
      newerLetters: () => show(store.get().route, true),
      linkAgain: () => link(store.get().route.filter.place),
    },
  };
}
