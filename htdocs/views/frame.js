// What surrounds every view: the header, the dialog of keys, and the line that screen readers
// speak.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { answersForOrders } from '../app/server.js';
import { text } from '../text/shown.js';
import { rateOf } from '../app/flow.js';
import { perSecond } from '../text/figures.js';
import { stateClass } from './glance.js';
import { letters } from './letters.js';
import { orders } from './orders.js';
import { pipeline } from './pipeline.js';
import { trace } from './trace.js';

const tabs = {
  orders: { title: 'Orders', href: '#/', draw: orders },
  pipeline: { title: 'Pipeline', href: '#/pipeline', draw: pipeline },
  letters: { title: 'Dead letters', href: '#/dead-letters', draw: letters },
};
const views = { ...tabs, trace: { title: 'Trace', draw: trace } };

const lost = (state) =>
  html`<section class="card notice warn">
    <h1 tabindex="-1">There is nothing at this address</h1>
    <p><span class="mono">${text(state.route.hash)}</span></p>
    <p><a href="#/">To the orders</a></p>
  </section>`;

/** " · 4,182/s" of the pipeline that answers for the orders. */
function rate({ list, rates }) {
  const messages = rateOf(list.find(answersForOrders) ?? list[0], rates);
  return messages === undefined ? '' : ` · ${perSecond(messages)}`;
}

/** One glance: how the pipelines are, or that the server is away. */
function pill({ health, lookup }) {
  if (health.phase === 'away' || lookup.outcome?.kind === 'unreachable')
    return html`<span class="pill bad">server away</span>`;
  if (!health.list.length) return nothing;
  const worst = ['failed', 'stopped', 'waiting', 'starting', 'draining'].find((state) =>
    health.list.some((one) => one.state === state),
  );
  const names = health.list.filter((one) => one.state === worst).map((one) => one.name);
  const label = worst
    ? `${names.length < health.list.length ? `${names.join(', ')} ` : ''}${worst}`
    : `healthy${rate(health)}`;
  return html`<a class="pill ${stateClass(worst ?? 'healthy')}" href="#/pipeline"
    >${text(label)}</a
  >`;
}

const themes = { system: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark'] };

function header(state, act) {
  const [sign, name] = themes[state.theme];
  const tab = ([view, { title, href }]) =>
    html`<a href=${href} aria-current=${state.route.view === view ? 'page' : nothing}>${title}</a>`;
  return html`<header>
    <a class="brand" href="#/"
      ><svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M3 10h13c5 0 4 12 9 12h4M3 16h8M3 22h8" /></svg
      >Weir</a
    >
    <nav aria-label="Views">${Object.entries(tabs).map(tab)}</nav>
    ${pill(state)}
    <button
      type="button"
      class="theme"
      aria-label="Theme: ${name}"
      title="Theme: ${name}"
      @click=${act.nextTheme}
    >
      <span aria-hidden="true">${sign}</span>
    </button>
  </header>`;
}

const keyList = [
  ['/', 'go to the search'],
  ['Enter', 'find'],
  ['a', 'ask again'],
  ['r', 'raw JSON'],
  ['g o', 'orders'],
  ['g p', 'pipeline'],
  ['g d', 'dead letters'],
  ['j k', 'down and up in a list'],
  ['?', 'these keys'],
  ['Esc', 'close'],
];

const keys = (state, act) =>
  html`<dialog id="keys" aria-labelledby="keys-title" @click=${act.closeKeys}>
    <div class="row">
      <h2 id="keys-title">Keys</h2>
      <button type="button" class="quiet" data-closes>Close</button>
    </div>
    <dl class="terms">
      ${keyList.map(
        ([key, does]) =>
          html`<div class="term">
            <dt>${key.split(' ').map((one) => html`<kbd>${one}</kbd> `)}</dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
    <label class="check"
      ><input type="checkbox" .checked=${state.singleKeys} @change=${act.switchSingleKeys} /> Single
      keys work outside of fields</label
    >
  </dialog>`;

export const titleOf = ({ route, lookup }) =>
  route.view === 'orders' && lookup.id !== null
    ? `${lookup.id} · Weir`
    : `${views[route.view]?.title ?? 'Weir'} · Weir`;

export const frame = (state, act) =>
  html` <a class="skip" href="#main" @click=${act.skip}>Skip to the content</a>
    ${header(state, act)}
    <main id="main" tabindex="-1">${(views[state.route.view]?.draw ?? lost)(state, act)}</main>
    ${keys(state, act)}
    <p class="off-screen" role="status" aria-live="polite">${state.said}</p>`;
