// Letters sent once more: what a dry run or a replay says of each, and what can be done next.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { lettersHash } from '../app/router.js';
import { count } from '../text/figures.js';
import { shown, text } from '../text/shown.js';
import { placeOf } from './message.js';

// outcome -> its level, what a dry run says of it, and a replay where that differs
const words = new Map([
  ['stored', ['ok', 'Would be stored now', 'Stored now']],
  ['superseded', ['warn', 'A newer order is there: superseded']],
  ['rejected', ['bad', 'Still refused']],
  ['done', ['', 'Nothing is left to do']],
  ['dropped', ['warn', 'Would be dropped on purpose', 'Dropped on purpose']],
  ['unknown', ['bad', 'There is no letter at this place']],
]);

function pill(outcome, dry) {
  const [level, would, did = would] = words.get(outcome) ?? ['', shown(outcome)];
  return html`<span class="pill flat ${level}">${dry ? would : did}</span>`;
}

const verdict = ({ outcome, stage, code, pointer, reason }, dry) =>
  html`${pill(outcome, dry)} <b>${shown(stage)}</b> ${shown(code)}
    <span class="mono">${shown(pointer)}</span> ${shown(reason)}`;

function says({ phase, why, status, dry, seen, rows, counts, wanted, stopping }) {
  if (phase === 'asking')
    return html`<p class="late">
      ${stopping ? 'Stops with the next answer' : dry ? 'Dry run' : 'Replaying'} …
    </p>`;
  if (phase === 'token') return html`<p>The server asks for a token: ${shown(why)}</p>`;
  if (phase === 'failed')
    return html`<p class="disagrees">
      ${status ? `The server answers ${status}` : 'The server does not answer'}: ${shown(why)}
      ${dry ? nothing : 'What was replayed stays so, and is not replayed twice.'}
    </p>`;
  if (wanted.places) return html`<p>${verdict(rows[0], dry)}</p>`;
  return html`<p>
      ${phase === 'stopped' ? 'Stopped. ' : ''}${dry ? 'Dry run of' : 'Replayed:'} ${count(seen)}
      ${seen === 1 ? 'letter' : 'letters'}${dry ? ', nothing was changed' : ''}.
      ${phase === 'stopped' && dry ? 'They can be replayed once it has seen all.' : nothing}
    </p>
    <ul class="row">
      ${[...counts].map(([outcome, number]) => html`<li>${pill(outcome, dry)} ${count(number)}</li>`)}
    </ul>`;
}

const tokenField = (which, act) =>
  html`<form class="filter" @submit=${(event) => act.giveToken(which, event)}>
    <div class="field">
      <label for="token-${which}">Token</label>
      <input id="token-${which}" type="password" autocomplete="off" required pattern="[ !-~]+" />
    </div>
    <button>Send</button>
  </form>`;

const button = (label, does, kind = '') =>
  html`<button type="button" class=${kind} @click=${does}>${label}</button>`;

function next({ phase, dry, counts }, which, label, act) {
  const on = () => act.goOnReplaying(which);
  if (phase === 'asking') return which === 'all' ? button('Stop', act.stopReplay) : nothing;
  return html`${phase === 'token' ? tokenField(which, act) : nothing}
    <div class="row">
      ${
        phase === 'ready' && dry && counts.has('stored')
          ? button(label, (event) => act.replayTried(which, event), 'main')
          : nothing
      }
      ${phase === 'failed' ? button('Try again', on) : nothing}
      ${phase === 'stopped' ? button('Go on', on) : nothing}
      ${button('Close', () => act.closeReplay(which))}
    </div>`;
}

/** In a letter's card. */
export function replayOne({ place }, { replay: { one }, letters }, act) {
  const run = one?.name === letters.name && one.key === place && one;
  return html`<section class="replay" aria-label="Replay of this letter">
    <div role="status" tabindex="-1">${run ? says(run) : nothing}</div>
    ${run ? next(run, 'one', 'Replay it', act) : button('Replay', () => act.tryLetter(place))}
  </section>`;
}

const answers = ({ rows, seen, dry, shown: filter }) =>
  html`<ul class="kept passings small">
      ${rows.map(
        (one) =>
          html`<li>
            <a class="mono" href=${lettersHash({ ...filter, place: String(one.place) })}
              >${text(placeOf(one))}</a
            >
            <span class="soft mono">${shown(one.key)}</span> ${verdict(one, dry)}
          </li>`,
      )}
    </ul>
    ${
      seen > rows.length
        ? html`<p class="soft small">The first ${count(rows.length)} of ${count(seen)}.</p>`
        : nothing
    }`;

/** Above the list. */
export function replayAll({ replay: { all }, letters, route }, act) {
  const run = (all?.phase === 'asking' || all?.key === letters.key) && all;
  if (!run && !letters.list.length) return nothing;
  const { pipeline, place, ...filter } = run ? run.shown : route.filter;
  return html`<section class="card replay" aria-label="Replay of all letters">
    <p class="soft small">
      All letters of
      <bdi>${text(run ? run.name : letters.name)}</bdi>${Object.entries(filter).map(
        ([name, value]) => html`, ${name} <bdi>${text(value)}</bdi>`,
      )}${run ? '' : ', not only those in the list. A dry run comes first and changes nothing.'}
    </p>
    <div role="status" tabindex="-1">${run ? says(run) : nothing}</div>
    ${
      run
        ? html`${
            run.phase === 'asking'
              ? html`<p>
                  ${count(run.seen)}${run.dry ? '' : ` of about ${count(run.of)}`} letters so far
                </p>`
              : nothing
          }
          ${next(run, 'all', `Replay ${count(run.counts.get('stored'))} letters`, act)}
          ${run.phase === 'asking' ? nothing : answers(run)}`
        : button('Replay all shown by the filter …', act.tryLetters)
    }
  </section>`;
}
