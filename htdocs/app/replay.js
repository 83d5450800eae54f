// Dead letters once more through their pipeline: first a dry run; then, where it says that some
// would be stored, for good.

import { queryOf } from './letters.js';
import { askReplay } from './server.js';

const rowsKept = 200; // of the answers of a run; all are counted
const emptyAnswers = 3; // about one letter; then a person asks again

/**
 * Writes `replay`: {one, all}, each a run {name, key, wanted, dry, phase: "asking" | "token" |
 * "failed" | "stopped" | "ready", seen, counts, rows, next, until}. `until`: when a dry run ended;
 * letters that came later are not replayed after it.
 */
export function makeReplay(store, reread) {
  let token = ''; // for as long as the page is open
  const current = {}; // the loops at work
  const runOf = (which) => store.get().replay[which];

  /** Who was in a part that goes, as a pressed button does, is taken to what is said instead. */
  function put(which, run) {
    const panel = document.activeElement?.closest('.replay');
    store.set({ replay: { ...store.get().replay, [which]: run } });
    setTimeout(() => {
      const field = panel?.querySelector('input');
      if (field) field.focus();
      else if (document.activeElement === document.body)
        panel?.querySelector('[role=status]:not(:empty), button')?.focus();
    });
  }

  function take(run, letters, { value, at }) {
    const counts = new Map(run.counts);
    for (const { outcome } of letters) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const next = run.wanted.filter && typeof value.next === 'string' ? value.next : null;
    return {
      ...run,
      counts,
      next,
      seen: run.seen + letters.length,
      rows: run.rows.concat(letters).slice(0, rowsKept),
      until: at,
      phase: next === null ? 'ready' : run.stopping ? 'stopped' : 'asking',
    };
  }

  /** Begins a run, or goes on with the one there is. */
  async function go(which, begun = runOf(which)) {
    const mine = (current[which] = {});
    put(which, { ...begun, phase: 'asking', stopping: false });
    for (let empty = 0; runOf(which)?.phase === 'asking';) {
      const { name, dry, wanted, next } = runOf(which);
      const body = { dry_run: dry, ...wanted, ...(next && { after: next }) };
      const answer = await askReplay(name, body, token);
      const { value, why, status } = answer;
      const told = Array.isArray(value?.letters) && value.dry_run === dry;
      const letters = told ? value.letters.filter((one) => typeof one?.place === 'string') : [];
      if (!dry) reread(name, letters);
      if (mine !== current[which]) return;
      const run = runOf(which);
      const fail = (phase, why) => put(which, { ...run, phase, why, status });
      if (status === 401) fail('token', why);
      else if (!told) fail('failed', why ?? 'this is no answer about a replay');
      else if (wanted.places && !letters.length && (empty += 1) < emptyAnswers) continue;
      else if (wanted.places ? !letters.length : next && value.next === next)
        fail('failed', 'it does not get ahead');
      else put(which, take(run, letters, answer));
    }
  }

  const begin = (which, run) =>
    go(which, { dry: true, ...run, seen: 0, counts: new Map(), rows: [], next: null });

  return {
    tryLetter: (place) =>
      begin('one', { name: store.get().letters.name, key: place, wanted: { places: [place] } }),
    tryLetters() {
      const { letters, route } = store.get();
      const { name, key } = letters;
      const filter = Object.fromEntries(queryOf(route.filter));
      begin('all', { name, key, shown: route.filter, wanted: { filter } });
    },
    /** What the dry run was about; not with the second press of a double click. */
    replayTried(which, { detail }) {
      const run = runOf(which);
      if (run.phase !== 'ready' || !run.dry || detail > 1) return;
      const { filter } = run.wanted;
      const end = new Date(run.until + 1000).toISOString(); // its clock tells whole seconds
      const to = filter?.to < end ? filter.to : end;
      const wanted = filter ? { filter: { ...filter, to } } : run.wanted;
      begin(which, { ...run, dry: false, of: run.seen, wanted });
    },
    goOnReplaying: go,
    stopReplay: () => put('all', { ...runOf('all'), stopping: true }),
    closeReplay: (which) => put(which),
    giveToken(which, event) {
      event.preventDefault();
      token = event.currentTarget.querySelector('input').value.trim();
      go(which);
    },
  };
}
