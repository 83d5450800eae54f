// The orders view: the search, what it found, the orders that came last, and the ids that were
// looked for.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { guard } from '../vendor/lit-html/directives/guard.js';
import { orderHash } from '../app/router.js';
import { text } from '../text/shown.js';
import { age } from '../text/time.js';
import { answer, raw } from './answer.js';
import { notice } from './notice.js';
import { oddDocument, order } from './order.js';

const search = (state, act) =>
  html`<form class="search" role="search" @submit=${act.submit}>
      <label class="off-screen" for="id">Order id</label>
      <input
        id="id"
        type="text"
        name="id"
        placeholder="Order id"
        autocomplete="off"
        autocapitalize="off"
        autocorrect="off"
        spellcheck="false"
        enterkeyhint="search"
        aria-describedby="hint"
        .value=${state.field}
        @input=${act.type}
        @paste=${act.paste}
      />
      <button class="main">Find</button>
    </form>
    <p class="hint" id="hint">${state.hint}</p>`;

const link = (id, current, beside) =>
  html`<li>
    <a class="mono" href=${orderHash(id)} aria-current=${id === current ? 'true' : nothing}
      >${text(id)}</a
    >${beside}
  </li>`;

function recentList({ phase, entries }, state) {
  if (phase === 'off') return html`<p class="soft">This server keeps no list of recent orders.</p>`;
  if (phase === 'loading') return html`<p class="soft late">Looking …</p>`;
  if (!entries.length) {
    const nothingYet = 'Nothing yet. Orders appear here once they are stored.';
    return html`<p class="soft">${phase === 'away' ? 'The server does not say.' : nothingYet}</p>`;
  }
  const ago = ({ at, skewMs }) =>
    at === undefined
      ? nothing
      : html`<span class="soft age">${age(state.now + skewMs - at)}</span>`;
  return html`<ul class="list">
    ${entries.map((entry) => link(entry.key, state.lookup.id, ago(entry)))}
  </ul>`;
}

function recent(state, act) {
  const stale = state.recent.phase === 'away' && state.recent.entries.length > 0;
  return html`<section
    class="card recent ${state.lookup.id === null ? '' : 'beside-result'}"
    aria-labelledby="recent-title"
    @pointerenter=${() => act.hold(true)}
    @pointerleave=${() => act.hold(false)}
    @focusin=${() => act.hold(true)}
    @focusout=${() => act.hold(false)}
  >
    <h2 id="recent-title">
      Just in ${stale ? html`<span class="aside">not updated just now</span>` : nothing}
    </h2>
    ${recentList(state.recent, state)}
  </section>`;
}

const clearButton = (act) =>
  html`<button type="button" class="quiet" @click=${act.clearSearches}>
    Clear<span class="off-screen"> the list of your searches</span>
  </button>`;

const searches = (state, act) =>
  html`<section class="card" aria-labelledby="searches-title">
    <div class="row">
      <h2 id="searches-title">You looked for</h2>
      ${state.searches.length ? clearButton(act) : nothing}
    </div>
    ${
      state.searches.length
        ? html`<ul class="list">
            ${state.searches.map((id) => link(id, state.lookup.id, nothing))}
          </ul>`
        : html`<p class="soft">Ids that you look up are remembered here, in this browser only.</p>`
    }
  </section>`;

function body({ value, failed }, state, act) {
  if (failed) return nothing;
  return value instanceof Map ? order(value, state, act) : oddDocument(value);
}

/** The clock draws the page every second: a large order is drawn only when it is another one. */
function found(state, act) {
  const { document } = state.lookup.answer;
  return html`${answer(state, act)} ${guard([document, state.raw], () => raw(state, act))}
  ${guard([document, state.itemsShown], () => body(document, state, act))}`;
}

function result(state, act) {
  const { lookup } = state;
  const problem = lookup.outcome && lookup.outcome.kind !== 'found' ? notice(state, act) : nothing;
  if (lookup.answer) return html`${problem} ${found(state, act)}`;
  if (lookup.outcome) return problem;
  return html`<section class="card">
    <h1 tabindex="-1">Looking for <bdi class="mono">${text(lookup.id ?? '')}</bdi> …</h1>
  </section>`;
}

const hints = (state, act) =>
  html`<p class="soft hints">
    <span><kbd>/</kbd> search</span>
    ${state.lookup.id === null ? nothing : html`<span><kbd>a</kbd> ask again</span>`}
    <button type="button" class="quiet" @click=${act.showKeys}><kbd>?</kbd> all keys</button>
  </p>`;

/** Before anything was looked up the newest orders take the room of the result. */
const start = (state, act) =>
  html`<h1 class="off-screen">Orders</h1>
    <p class="lead">Type or paste an order id, or pick an order that has just come in.</p>
    <div class="columns start">
      <div class="stack">${recent(state, act)}</div>
      <div class="stack">${searches(state, act)} ${hints(state, act)}</div>
    </div>`;

export function orders(state, act) {
  const asked = state.lookup.id !== null;
  return html`${search(state, act)}
  ${
    asked
      ? html`<div class="columns">
          <div class="stack" aria-busy=${state.lookup.busy}>${result(state, act)}</div>
          <div class="stack">
            ${recent(state, act)} ${searches(state, act)} ${hints(state, act)}
          </div>
        </div>`
      : start(state, act)
  }`;
}
