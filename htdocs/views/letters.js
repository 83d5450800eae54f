// The dead letters: a list that can be filtered, and the one in hand with the place that was wrong.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { guard } from '../vendor/lit-html/directives/guard.js';
import { letterAt, queryOf, rejectedOf, withLetters } from '../app/letters.js';
import { lettersHash } from '../app/router.js';
import { count } from '../text/figures.js';
import { shown, text } from '../text/shown.js';
import { age, instantOf } from '../text/time.js';
import { headers, keyLine, payload, placeOf, why } from './message.js';
import { textMoment } from './moment.js';
import { replayAll, replayOne } from './replay.js';

const field = (name, label, input) =>
  html`<div class="field"><label for="letters-${name}">${label}</label>${input}</div>`;

const option = (value, label, chosen) =>
  html`<option value=${value} ?selected=${value === chosen}>${text(label)}</option>`;

function filterForm({ health, letters, route: { filter } }, act) {
  const able = withLetters(health.list);
  const one = health.list.find(({ name }) => name === letters.name);
  const stages = (one?.stages ?? []).filter(({ role }) => role === 'source' || role === 'step');
  const codes = [...new Set(letters.list.map(({ code }) => String(code ?? '')))].filter(Boolean);
  const time = (name, label) =>
    field(
      name,
      label,
      html`<input
        id="letters-${name}"
        type="datetime-local"
        name=${name}
        .value=${filter[name] ?? ''}
        @change=${act.filterLetters}
      />`,
    );
  const typed = (name, label, more = nothing) =>
    field(
      name,
      label,
      html`<input
        id="letters-${name}"
        name=${name}
        autocomplete="off"
        spellcheck="false"
        list=${more}
        .value=${filter[name] ?? ''}
        @change=${act.filterLetters}
      />`,
    );
  return html`<form class="filter" @submit=${act.filterLetters} aria-label="Filter">
    ${
      able.length > 1
        ? field(
            'pipeline',
            'Pipeline',
            html`<select id="letters-pipeline" name="pipeline" @change=${act.filterLetters}>
              ${able.map(({ name }) => option(name, name, letters.name))}
            </select>`,
          )
        : nothing
    }
    ${typed('text', 'Text')} ${typed('code', 'Code', 'letters-codes')}
    <datalist id="letters-codes">
      ${codes.map((code) => html`<option value=${code}></option>`)}
    </datalist>
    ${field(
      'stage',
      'Stage',
      html`<select id="letters-stage" name="stage" @change=${act.filterLetters}>
        ${option('', 'any', filter.stage ?? '')}
        ${stages.map(({ name }) => option(name, name, filter.stage))}
      </select>`,
    )}
    ${time('from', 'From')} ${time('to', 'Until')}
    <button>Filter</button>
  </form>`;
}

const ago = (moment, now) => {
  const at = instantOf(String(moment));
  return at === undefined ? '' : age(now - at);
};

const entry = (letter, { route, now }) =>
  html`<li>
    <a
      href=${lettersHash({ ...route.filter, place: letter.place })}
      aria-current=${route.filter.place === letter.place ? 'true' : nothing}
    >
      <span class="mono">${text(placeOf(letter))}</span>
      <span class="soft small"
        >${shown(letter.code)} ·
        ${shown(letter.stage)}${
          letter.pointer ? html` · <span class="mono">${shown(letter.pointer)}</span>` : nothing
        }</span
      >
      ${
        letter.replayed_at
          ? html`<span class="small replayed">Replayed · ${ago(letter.replayed_at, now)}</span>`
          : nothing
      }
    </a>
    <span class="soft age">${ago(letter.written_at, now)}</span>
  </li>`;

const back = ({ filter }) =>
  html`<p class="back">
    <a href=${lettersHash({ ...filter, place: undefined })}>All letters</a>
  </p>`;

const letterCard = (letter, state, act) =>
  html`<section class="card letter" aria-labelledby="letter-title">
    ${back(state.route)}
    <h2 class="title mono" id="letter-title">${text(placeOf(letter))}</h2>
    ${why(letter)} ${keyLine(letter)}
    <p class="small">
      <span class="soft">Rejected by</span> ${shown(letter.stage)}
      <span class="soft">at</span> ${textMoment(letter.written_at)}
    </p>
    ${
      letter.replayed_at
        ? html`<p class="small replayed">Replayed at ${textMoment(letter.replayed_at)}</p>`
        : nothing
    }
    ${replayOne(letter, state, act)}
    ${guard([letter], () => html`${payload(letter)} ${headers(letter)}`)}
  </section>`;

/** The letter of the address, or why there is none. */
function inHand(state, act) {
  const { letters, route } = state;
  const { place } = route.filter;
  const letter = place && letterAt(letters, place);
  if (!letter) return undefined;
  if (letter.place) return letterCard(letter, state, act);
  return html`<section class="card letter">
    ${back(route)}
    ${
      letter.why
        ? html`<p>${text(letter.why)}.</p>
            <button type="button" @click=${act.linkAgain}>Ask again</button>`
        : html`<p class="soft late">Looking …</p>`
    }
  </section>`;
}

function foot({ letters }, act) {
  if (letters.phase === 'loading') return html`<p class="soft late">Looking …</p>`;
  if (letters.phase === 'failed')
    return html`<p class="disagrees">The server does not tell: ${shown(letters.why)}.</p>
      <button type="button" @click=${act.newerLetters}>Ask again</button>`;
  if (letters.next === null) return nothing;
  return html`<button type="button" @click=${act.moreLetters}>Show older letters</button>`;
}

function list(state, act) {
  const { letters, health, route } = state;
  const one = health.list.find(({ name }) => name === letters.name);
  const newer = rejectedOf(one) - letters.rejected;
  const nothingFits = queryOf(route.filter).size
    ? 'No letter fits the filter.'
    : 'No letters: nothing was rejected.';
  return html`<section class="card" aria-labelledby="letters-title">
    <div class="row">
      <h2 id="letters-title">Newest first</h2>
      <a
        class="small"
        download
        href="/api/pipelines/${encodeURIComponent(letters.name)}/dead-letters.jsonl?${queryOf(route.filter)}"
        >Download as JSON Lines</a
      >
    </div>
    ${
      newer > 0
        ? html`<button type="button" class="wide" @click=${act.newerLetters}>
            Show ${count(newer)} newer
          </button>`
        : nothing
    }
    ${
      letters.list.length
        ? html`<ul class="list letters">
            ${letters.list.map((letter) =>
              entry({ ...letter, ...letters.read.get(letter.place) }, state),
            )}
          </ul>`
        : letters.phase === 'ready'
          ? html`<p class="soft">${nothingFits}</p>`
          : nothing
    }
    <div class="next">${foot(state, act)}</div>
  </section>`;
}

export function letters(state, act) {
  const { letters: known, health } = state;
  const title = html`<h1 class="off-screen" tabindex="-1">Dead letters</h1>`;
  if (known.key === undefined || health.phase === 'loading')
    return html`${title}
      <p class="soft late">Looking …</p>`;
  if (known.phase === 'none')
    return html`${title}
      <section class="card">
        <p>No pipeline here keeps its dead letters where the page can read them.</p>
      </section>`;
  const chosen = inHand(state, act);
  return html`${title}
    <div class="stack">
      ${filterForm(state, act)} ${replayAll(state, act)}
      <div class="letters-room ${chosen ? 'chosen' : ''}">
        ${list(state, act)}
        ${
          chosen ??
          html`<section class="card hint-card">
            <p class="soft">Pick a letter to see what was wrong with it.</p>
          </section>`
        }
      </div>
    </div>`;
}
