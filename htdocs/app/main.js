// The page's wiring: the store, who writes to it, and the one place that draws it.

import './chart.js';
import { makeAbsence } from './absence.js';
import { startHealth } from './health.js';
import { startHistory } from './history.js';
import { startKeys } from './keys.js';
import { makeLetters } from './letters.js';
import { makeLookup, nothingLookedUp } from './lookup.js';
import { field, itemsAtFirst, makeOrderActs, toSearch } from './order-acts.js';
import { lanesAtFirst, makePipelineActs, startWidth } from './pipeline-acts.js';
import { startRecent } from './recent.js';
import { makeReplay } from './replay.js';
import { startRouter } from './router.js';
import { makeSearches } from './searches.js';
import { fetchOrder, fetchRecent } from './server.js';
import { makeStore } from './store.js';
import { makeTap } from './tap.js';
import { makeTheme } from './theme.js';
import { makeTrace } from './trace.js';
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
  tap: null,
  letters: { list: [], next: null, phase: 'loading' },
  replay: {},
  trace: null,
  absence: null,
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

const lookForAbsent = makeAbsence(store);
const lookup = makeLookup(store, fetchOrder, ({ id, outcome }, attempt) => {
  store.set({ now: Date.now() });
  if (outcome.kind === 'found' || outcome.kind === 'absent') searches.add(id);
  if (outcome.kind === 'absent') lookForAbsent(id);
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
const tap = makeTap(store);
const letters = makeLetters(store);
const trace = makeTrace(store);

const act = {
  ...makeOrderActs(store, { lookup, searches, recent, say }),
  ...makePipelineActs(store),
  ...tap.acts,
  ...letters.acts,
  ...makeReplay(store, letters.reread),
  traceAgain: () => trace.show(store.get().route.id),
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

/** To the next or the last entry of the list in view; a letter is shown at once where there is room. */
function stepInList(by) {
  const entries = [...root.querySelectorAll('main .list a, .passing')].filter(
    (entry) => entry.offsetParent !== null,
  );
  const at = entries.findIndex((entry) => entry === document.activeElement);
  const here = at < 0 ? entries.findIndex((entry) => entry.matches('[aria-current]')) : at;
  const next = entries[here < 0 ? (by > 0 ? 0 : entries.length - 1) : here + by];
  next?.focus();
  if (next?.closest('.letters') && matchMedia('(min-width: 60rem)').matches)
    location.replace(next.href);
}

const keys = startKeys(store, {
  '/': () => (field() ? toSearch() : toOrders()),
  '?': act.showKeys,
  a: act.again,
  r: act.toggleRaw,
  'g o': toOrders,
  'g p': () => (location.hash = '#/pipeline'),
  'g d': () => (location.hash = '#/dead-letters'),
  j: () => stepInList(1),
  k: () => stepInList(-1),
  Escape: act.closeRaw,
});

let drawing = false;
let marked;

/** A message that is shown anew begins where its offending place is in view. */
function toMark({ route, tap }) {
  const shown = route.filter?.place ?? tap?.chosen?.number;
  const mark = root.querySelector('.letter mark');
  if (!mark || shown === marked) return;
  marked = shown;
  const text = mark.closest('pre');
  text.scrollTop = mark.offsetTop - text.clientHeight / 3;
}

function draw() {
  drawing = false;
  render(frame(store.get(), act), root);
  toMark(store.get());
  document.title = titleOf(store.get());
}
store.subscribe(() => {
  if (drawing) return;
  drawing = true;
  queueMicrotask(draw);
});

root.addEventListener('click', ({ target }) => {
  headingWanted = Boolean(target.closest('.list:not(.letters) a'));
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
  letters: (route) => letters.show(route),
  trace: ({ id }) => trace.show(id),
};

root.replaceChildren();
startRouter((route) => {
  store.set({ route });
  tap.watch(route.name, route.stage);
  arrivals[route.view]?.(route);
});
draw();
field()?.focus();
