// What a person can do in the orders view.

import { copy } from './clipboard.js';
import { orderHash, routeOf } from './router.js';

// Items drawn before one asks for more, and then at each asking: thousands at once hold a browser up.
export const itemsAtFirst = 100;
const moreItems = 500;

export const field = () => document.querySelector('#id');

export function toSearch() {
  field()?.focus();
  field()?.select();
}

/** A whole link to an order is taken for the id in it. */
function idOf(text) {
  const trimmed = text.trim();
  const start = `${location.origin}/#/order/`;
  return trimmed.startsWith(start)
    ? routeOf(trimmed.slice(start.length - '#/order/'.length)).id
    : trimmed;
}

export function makeOrderActs(store, { lookup, searches, recent, say }) {
  const setRaw = (changes) => store.set({ raw: { ...store.get().raw, ...changes } });

  function find(id) {
    const hash = orderHash(id);
    if (location.hash === hash) lookup.ask(id);
    else location.hash = hash;
  }

  async function copied(what, text) {
    const done = (await copy(text)) ? what : `${what} failed`;
    store.set({ copied: done });
    say(done === what ? 'Copied.' : 'The browser did not allow copying.');
    setTimeout(() => store.get().copied === done && store.set({ copied: '' }), 1500);
  }

  return {
    type: (event) => store.set({ field: event.target.value, hint: '' }),
    paste(event) {
      const pasted = event.clipboardData?.getData('text') ?? '';
      const id = idOf(pasted);
      if (id === pasted) return;
      event.preventDefault();
      const { target } = event;
      target.setRangeText(id, target.selectionStart, target.selectionEnd, 'end');
      store.set({ field: target.value, hint: '' });
    },
    submit(event) {
      event.preventDefault();
      const id = idOf(store.get().field);
      if (id) {
        find(id);
      } else {
        const hint = 'The field is empty: type or paste an order id.';
        store.set({ hint });
        say(hint);
        field().focus();
      }
    },
    again: () => store.get().lookup.id !== null && lookup.ask(store.get().lookup.id),
    copyLink: () =>
      copied('link', location.origin + location.pathname + orderHash(store.get().lookup.id)),
    copyJson: () => copied('json', store.get().lookup.answer.text),
    toggleRaw: () => store.get().lookup.answer && setRaw({ open: !store.get().raw.open }),
    closeRaw: () => setRaw({ open: false }),
    indentRaw: (indented) => setRaw({ indented }),
    showMoreItems: () => store.set({ itemsShown: store.get().itemsShown + moreItems }),
    clearSearches() {
      searches.clear();
      say('The list of your searches is empty.');
      field().focus();
    },
    hold: recent.hold,
  };
}
