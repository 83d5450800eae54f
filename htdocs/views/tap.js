// Messages as they pass at a stage, with the edit or the reject beside them.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { guard } from '../vendor/lit-html/directives/guard.js';
import { pipelineHash } from '../app/router.js';
import { count } from '../text/figures.js';
import { text } from '../text/shown.js';
import { headers, keyLine, payload, placeOf, why } from './message.js';

const levels = { rejected: 'bad', dropped: 'warn', replaced: 'from', inserted: 'from' };

const row = (message, chosen, act) =>
  html`<li>
    <button
      type="button"
      class="passing"
      aria-expanded=${chosen === message}
      @click=${() => act.chooseMessage(message)}
    >
      <span class="fate ${levels[message.fate] ?? ''}">${text(String(message.fate))}</span>
      <span class="mono">${text(placeOf(message))}</span>
      <span class="mono soft cut">${text(String(message.key ?? ''))}</span>
      <span class="soft">${text(String(message.code ?? ''))}</span>
    </button>
  </li>`;

const detail = (message) =>
  html`<section class="letter" aria-label="The message">
    <h3 class="mono">${text(placeOf(message))}</h3>
    ${why(message)} ${keyLine(message)}
    <div class=${typeof message.edited === 'string' ? 'pair' : ''}>
      <div>
        ${typeof message.edited === 'string' ? html`<h3>As it came</h3>` : nothing}
        ${payload(message)}
      </div>
      ${
        typeof message.edited === 'string'
          ? html`<div>
              <h3>As it goes on</h3>
              ${payload({ value: message.edited }, 'Payload after the edit')}
            </div>`
          : nothing
      }
    </div>
    ${headers(message)}
  </section>`;

function said({ on, failed, list, skipped }) {
  if (failed)
    return on
      ? 'The server does not answer: asked again by itself.'
      : 'The server offers no tap here.';
  const more = skipped ? ` · ${count(skipped)} passed too fast to be shown` : '';
  if (!list.length) return on ? 'Nothing has passed since you look.' : 'Paused.';
  return `${on ? 'Watching' : 'Paused'} · ${count(list.length)} shown${more}`;
}

export function tapPanel({ tap }, act) {
  if (!tap) return nothing;
  return html`<section class="card tap" aria-labelledby="tap-title">
    <div class="row">
      <h2 class="title" id="tap-title">Tap: ${text(tap.stage)}</h2>
      <span class="soft small grow">${said(tap)}</span>
      <button type="button" @click=${act.switchTap}>${tap.on ? 'Pause' : 'Start'}</button>
      <button type="button" @click=${act.clearTap}>Clear</button>
      <a class="button" href=${pipelineHash(tap.name)}>Close</a>
    </div>
    <form class="filter" @submit=${act.filterTap} aria-label="Filter of the tap">
      <div class="field">
        <label for="tap-filter">Only messages that contain</label>
        <input id="tap-filter" name="filter" autocomplete="off" spellcheck="false" />
      </div>
      <button>Filter</button>
    </form>
    ${guard([tap.list, tap.chosen], () =>
      tap.list.length || tap.chosen
        ? html`<div class="tap-room">
            <ul class="passings" aria-label="Messages, newest first">
              ${tap.list.map((message) => row(message, tap.chosen, act))}
            </ul>
            ${tap.chosen ? detail(tap.chosen) : html`<p class="soft">Pick a message to see it.</p>`}
          </div>`
        : nothing,
    )}
  </section>`;
}
