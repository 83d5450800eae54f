// What happened to a message: each stage's verdict and time, where it is kept, or why it was
// rejected.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { lettersHash, orderHash } from '../app/router.js';
import { shown, text } from '../text/shown.js';
import { instantOf, shortDuration, span } from '../text/time.js';
import { placeOf, why } from './message.js';
import { textMoment } from './moment.js';

const levels = { stored: 'ok', rejected: 'bad', failed: 'bad', dropped: 'warn' };

function sinceRead(at, read) {
  const [from, to] = [instantOf(String(read)), instantOf(String(at))];
  return from === undefined || to === undefined || to < from ? '' : `+ ${span(to - from)}`;
}

const step = (name, fate, at, read, more = nothing, took = '') =>
  html`<li class=${levels[fate] ?? ''}>
    <span
      ><b>${name}</b> ${shown(fate)}
      ${took ? html`<span class="soft">in ${took}</span>` : nothing}</span
    >
    <span class="soft small">${sinceRead(at, read)}</span>
    ${more}
  </li>`;

const took = (stage) =>
  typeof stage.seconds === 'number' ? shortDuration(stage.seconds * 1000) : '';

const message = (one) =>
  html`<article>
    <div class="row">
      <h3 class="mono">${text(placeOf(one))}</h3>
      <span class="pill flat ${levels[one.outcome] ?? ''}">${shown(one.outcome)}</span>
    </div>
    <ol class="steps">
      <li>
        <span
          ><b>read</b> <span class="soft">${one.read_at ? textMoment(one.read_at) : ''}</span></span
        >
      </li>
      ${one.stages.map((stage) =>
        step(shown(stage.stage), stage.fate, stage.at, one.read_at, why(stage), took(stage)),
      )}
      ${one.settled_at ? step('settled', '', one.settled_at, one.read_at) : nothing}
      ${one.committed_at ? step('committed', '', one.committed_at, one.read_at) : nothing}
    </ol>
  </article>`;

const rows = (list) =>
  list.length
    ? html`<h3>Where it is kept</h3>
        <ul class="kept">
          ${list.map(
            (row) =>
              html`<li>
                <b>${shown(row.stage)}</b> has <span class="mono">${text(placeOf(row))}</span>
                ${row.stored_at ? html`<span class="soft">since</span> ${textMoment(row.stored_at)}` : nothing}
              </li>`,
          )}
        </ul>`
    : nothing;

const dead = (list, name) =>
  list.length
    ? html`<h3>Dead letters</h3>
        <ul class="kept">
          ${list.map(
            (letter) =>
              html`<li>
                <a
                  class="mono"
                  href=${lettersHash({
                    pipeline: name,
                    text: typeof letter.key === 'string' ? letter.key : undefined,
                    place: String(letter.place),
                  })}
                  >${text(placeOf(letter))}</a
                >
                ${why(letter)}
              </li>`,
          )}
        </ul>`
    : nothing;

const silent = ({ stage, reason }) =>
  html`<p class="disagrees">
    <b>${shown(stage)}</b> could not be asked: ${shown(reason)}; what it knows is missing here.
  </p>`;

const group = (one) =>
  html`<section class="card trace" aria-label=${one.name}>
    <div class="row">
      <h2 class="title">${text(one.name)}</h2>
      <span class="soft small"
        >${
          one.fromMemory
            ? 'from memory'
            : one.rows.length + one.letters.length
              ? 'from rows and letters: times of the stages are no longer known'
              : 'no trace of it here'
        }</span
      >
    </div>
    ${one.unanswered.map(silent)} ${one.messages.map(message)} ${rows(one.rows)}
    ${dead(one.letters, one.name)}
  </section>`;

const note = (title, say) =>
  html`<section class="card notice warn">
    <h2 class="title">${title}</h2>
    <p>${say}</p>
  </section>`;

function body({ phase, groups, why: reason, offered }) {
  if (phase === 'failed') return note('The server does not tell', shown(reason));
  if (phase !== 'ready') return html`<p class="soft late">Looking …</p>`;
  if (groups.length) return groups.map(group);
  if (!offered) return note('No traces here', 'This server keeps no traces of messages.');
  return note(
    'No trace of it',
    'No pipeline has read it, or it has left memory, rows and letters. Keys are compared letter by letter.',
  );
}

export function trace(state, act) {
  const { route, trace: known } = state;
  return html`<div class="stack">
    <div class="row">
      <h1 tabindex="-1">Trace of <bdi class="mono">${text(route.id)}</bdi></h1>
      <a class="button" href=${orderHash(route.id)}>Look up as an order</a>
      <button type="button" @click=${act.traceAgain}>Ask again</button>
    </div>
    ${known?.id === route.id ? body(known) : nothing}
  </div>`;
}
