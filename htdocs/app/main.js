// The page's wiring: the store, who writes to it, and the one place that draws it.

import { copy } from './clipboard.js';
import { startHealth } from './health.js';
import { startKeys } from './keys.js';
import { makeLookup, nothingLookedUp } from './lookup.js';
import { startRecent } from './recent.js';
import { orderHash, routeOf, startRouter } from './router.js';
import { makeSearches } from './searches.js';
import { fetchOrder, fetchRecent } from './server.js';
import { makeStore } from './store.js';
import { makeTheme } from './theme.js';
import { duration } from '../text/time.js';
import { render } from '../vendor/lit-html/lit-html.js';
import { place } from '../views/answer.js';
import { frame, titleOf } from '../views/frame.js';
import { spoken } from '../views/notice.js';

// Items drawn before one asks for more, and then at each asking: thousands at once hold a browser up.
const itemsAtFirst = 100;
const moreItems = 500;

const store = makeStore({
  route: { view: 'orders', id: null },
  field: '',
  hint: '',
  lookup: nothingLookedUp,
  recent: { phase: 'loading', entries: [] },
  health: { phase: 'loading', list: [], rates: {} },
  searches: [],
  raw: { open: false, indented: true },
  itemsShown: itemsAtFirst,
  copied: '',
  said: '',
  theme: 'system',
  singleKeys: true,
  now: Date.now(),
});
const root = document.querySelector('#page');
const field = () => document.querySelector('#id');
const keysDialog = () => document.querySelector('#keys');

/** Speaks a sentence; the pause makes a repeated one heard again. */
function say(sentence) {
  store.set({ said: '' });
  setTimeout(() => store.set({ said: sentence }), 50);
}

const theme = makeTheme(store);
const searches = makeSearches(store);
const recent = startRecent(store, fetchRecent);
let headingWanted = false; // a link in the lists was followed: the reader goes where the answer is

const lookup = makeLookup(store, fetchOrder, ({ id, outcome }, attempt) => {
  store.set({ now: Date.now() });
  if (outcome.kind === 'found' || outcome.kind === 'absent') searches.add(id);
  if (outcome.kind === 'found')
    say(`Order ${id} found: ${place(outcome.source)}, ${duration(outcome.ms)}.`);
  else if (attempt === 0) say(spoken(store.get().lookup));
  if (headingWanted) queueMicrotask(() => root.querySelector('main h1')?.focus());
  headingWanted = false;
});
startHealth(store, lookup.askNowIfWaiting);

function find(id) {
  const hash = orderHash(id);
  if (location.hash === hash) lookup.ask(id);
  else location.hash = hash;
}

/** A whole link to an order is taken for the id in it. */
function idOf(text) {
  const trimmed = text.trim();
  const start = `${location.origin}/#/order/`;
  return trimmed.startsWith(start)
    ? routeOf(trimmed.slice(start.length - '#/order/'.length)).id
    : trimmed;
}

async function copied(what, text) {
  const done = (await copy(text)) ? what : `${what} failed`;
  store.set({ copied: done });
  say(done === what ? 'Copied.' : 'The browser did not allow copying.');
  setTimeout(() => store.get().copied === done && store.set({ copied: '' }), 1500);
}

const setRaw = (changes) => store.set({ raw: { ...store.get().raw, ...changes } });

const act = {
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
  indentRaw: (indented) => setRaw({ indented }),
  showMoreItems: () => store.set({ itemsShown: store.get().itemsShown + moreItems }),
  clearSearches() {
    searches.clear();
    say('The list of your searches is empty.');
    field().focus();
  },
  hold: recent.hold,
  nextTheme() {
    theme.next();
    say(`Theme: ${store.get().theme}`);
  },
  showKeys: () => keysDialog().showModal(),
  /** Its button, or a click beside the dialog. */
  closeKeys: ({ target }) =>
    (target.matches('dialog') || target.closest('[data-closes]')) && keysDialog().close(),
  switchSingleKeys: (event) => keys.setSingleKeys(event.target.checked),
  skip(event) {
    event.preventDefault(); // "#main" is no address of this page
    root.querySelector('main').focus();
  },
};

function toSearch() {
  field()?.focus();
  field()?.select();
}

function toOrders() {
  location.hash = '#/';
  setTimeout(toSearch);
}

const keys = startKeys(store, {
  '/': () => (field() ? toSearch() : toOrders()),
  '?': act.showKeys,
  a: act.again,
  r: act.toggleRaw,
  'g o': toOrders,
  'g p': () => (location.hash = '#/pipeline'),
  Escape: () => setRaw({ open: false }),
});

let drawing = false;
function draw() {
  drawing = false;
  render(frame(store.get(), act), root);
  document.title = titleOf(store.get());
}
store.subscribe(() => {
  if (drawing) return;
  drawing = true;
  queueMicrotask(draw);
});

root.addEventListener('click', ({ target }) => {
  headingWanted = Boolean(target.closest('.list a'));
});
document.addEventListener('visibilitychange', () => document.hidden || lookup.askNowIfWaiting());
addEventListener('online', lookup.askNowIfWaiting);
setInterval(() => document.hidden || store.set({ now: Date.now() }), 1000);

root.replaceChildren();
startRouter((route) => {
  store.set({ route });
  if (route.view !== 'orders') return;
  if (route.id !== store.get().lookup.id)
    store.set({ raw: { ...store.get().raw, open: false }, itemsShown: itemsAtFirst });
  store.set({ field: route.id ?? '', hint: '' });
  if (route.id === null) lookup.clear();
  else lookup.ask(route.id);
});
draw();
field()?.focus();
