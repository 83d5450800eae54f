// The page's wiring: the store, who writes to it, and the one place that draws it.

import './chart.js';
import { startHealth } from './health.js';
import { startHistory } from './history.js';
import { startKeys } from './keys.js';
import { makeLookup, nothingLookedUp } from './lookup.js';
import { field, itemsAtFirst, makeOrderActs, toSearch } from './order-acts.js';
import { lanesAtFirst, makePipelineActs, startWidth } from './pipeline-acts.js';
import { startRecent } from './recent.js';
import { startRouter } from './router.js';
import { makeSearches } from './searches.js';
import { fetchOrder, fetchRecent } from './server.js';
import { makeStore } from './store.js';
import { makeTheme } from './theme.js';
import { duration } from '../text/time.js';
import { render } from '../vendor/lit-html/lit-html.js';
import { place } from '../views/answer.js';
import { frame, titleOf } from '../views/frame.js';
import { spoken } from '../views/notice.js';
import { shownPipeline } from '../views/pipeline.js';

const store = makeStore({
  route: { view: 'orders', id: null },
  field: '',
  hint: '',
  lookup: nothingLookedUp,
  recent: { phase: 'loading', entries: [] },
  health: { phase: 'loading', list: [], rates: {} },
  history: null,
  tables: new Set(),
  file: null,
  lanesShown: lanesAtFirst,
  width: 1000,
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
startHistory(store, () =>
  store.get().route.view === 'pipeline' ? shownPipeline(store.get())?.name : undefined,
);
startWidth(store);

const act = {
  ...makeOrderActs(store, { lookup, searches, recent, say }),
  ...makePipelineActs(store),
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
  Escape: act.closeRaw,
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

function toOrder(id) {
  if (id !== store.get().lookup.id)
    store.set({ raw: { ...store.get().raw, open: false }, itemsShown: itemsAtFirst });
  store.set({ field: id ?? '', hint: '' });
  if (id === null) lookup.clear();
  else lookup.ask(id);
}

const arrivals = {
  orders: ({ id }) => toOrder(id),
};

root.replaceChildren();
startRouter((route) => {
  store.set({ route });
  arrivals[route.view]?.(route);
});
draw();
field()?.focus();
