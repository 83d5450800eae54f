// Watches messages pass at a stage. The stream is open only while somebody looks: a paused tap, and
// one in a hidden tab, cost the server nothing.

import { tapPath } from './server.js';

const most = 200; // messages that are kept
const perDraw = 250; // ms

/** Writes `tap`: {name, stage, on, filter, list, skipped, failed, chosen} or null. */
export function makeTap(store) {
  let stream;
  let waiting = [];
  let timer;
  let number = 0;

  const tap = () => store.get().tap;
  const set = (changes) => tap() && store.set({ tap: { ...tap(), ...changes } });

  function show() {
    timer = undefined;
    set({ list: [...waiting.reverse(), ...(tap()?.list ?? [])].slice(0, most), failed: false });
    waiting = [];
  }

  function take(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    waiting.push({ ...message, number: (number += 1) });
    if (waiting.length > most) waiting.shift();
    timer ??= setTimeout(show, perDraw);
  }

  function close() {
    stream?.close();
    stream = undefined;
  }

  function open() {
    close();
    if (!tap()?.on || document.hidden) return;
    const { name, stage, filter } = tap();
    stream = new EventSource(tapPath(name, stage, filter));
    stream.addEventListener('message', ({ data }) => take(data));
    stream.addEventListener('skipped', ({ data }) => {
      const more = Number(/"count":\s*(\d+)/.exec(data)?.[1] ?? 0);
      set({ skipped: tap().skipped + more });
    });
    stream.addEventListener('open', () => set({ failed: false }));
    stream.addEventListener('error', ({ target }) => {
      set({ failed: true });
      if (target.readyState === EventSource.CLOSED) set({ on: false });
    });
  }

  document.addEventListener('visibilitychange', open);

  return {
    /** The stage in the address, or none. */
    watch(name, stage) {
      if (tap()?.name === name && tap()?.stage === stage) return;
      waiting = [];
      close();
      if (!stage || !name) return store.set({ tap: null });
      const start = { on: true, filter: '', list: [], skipped: 0, failed: false, chosen: null };
      store.set({ tap: { name, stage, ...start } });
      open();
    },
    acts: {
      switchTap() {
        set({ on: !tap().on });
        open();
      },
      filterTap(event) {
        event.preventDefault();
        waiting = [];
        set({
          filter: new FormData(event.currentTarget).get('filter').trim(),
          list: [],
          skipped: 0,
        });
        open();
      },
      clearTap: () => set({ list: [], skipped: 0, chosen: null }),
      chooseMessage: (message) => set({ chosen: tap().chosen === message ? null : message }),
    },
  };
}
