// What to say when there is no order to show, or none that is fresh: what happened, and what
// happens next.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { answersForOrders } from '../app/server.js';
import { lettersHash, traceHash } from '../app/router.js';
import { count } from '../text/figures.js';
import { text } from '../text/shown.js';
import { age, instantOf } from '../text/time.js';

/** A slip of the hand that is hard to see in an id. */
function slip(id) {
  if (/\s/.test(id)) return 'The id has a space in it: is it one id?';
  if (/^["'<{[]|["'>}\],;]$/.test(id))
    return 'The id begins or ends with a quote, bracket or comma: does that belong to it?';
  if (/[^\x21-\x7e]/.test(id))
    return 'The id has characters beyond plain letters and digits: were they meant?';
  return 'Ids are compared letter by letter, capitals included.';
}

const words = {
  absent: ({ id }) => ({
    title: 'No such order',
    say: html`Neither the cache nor the database has <bdi class="mono">${text(id)}</bdi>.`,
    more: slip(id),
  }),
  starting: ({ outcome: { pipeline } }) => ({
    title: 'The pipeline is not ready yet',
    say: html`<bdi>${text(pipeline.name)}</bdi> is ${text(pipeline.state)}: orders can be asked for
      once it runs.`,
    more: text(pipeline.reason ?? ''),
  }),
  invalid: ({ id, outcome }) => ({
    title: 'This is not an order id',
    say:
      text(outcome.detail) ||
      html`The server does not take <bdi class="mono">${text(id.slice(0, 80))}</bdi> as an id.`,
    more: 'An id has 1 to 512 bytes and no control characters.',
  }),
  unavailable: ({ outcome }) => ({
    title: 'The database cannot be asked just now',
    say: 'The order is not in the cache, and the database does not answer the server.',
    more: text(outcome.detail),
  }),
  unreachable: ({ outcome }) => ({
    title: 'The server does not answer',
    say: `This page cannot reach ${location.host}: ${outcome.why}.`,
  }),
  refused: ({ outcome }) => ({
    title: `The server answered ${outcome.status}`,
    say: text(outcome.title) || 'It gave no reason.',
    more: text(outcome.detail),
  }),
};
const severe = new Set(['unreachable', 'refused']);
const waiting = new Set(['unreachable', 'unavailable', 'starting']); // asked again by itself

/** The notice as one sentence, for those who hear the page. */
export function spoken(lookup) {
  const { title } = words[lookup.outcome.kind](lookup);
  return lookup.retryAt === null
    ? `${title}: ${lookup.id}`
    : `${title}. The page asks again by itself.`;
}

/** Which pipeline would have brought it, and when that last heard of anything. */
function pipelineSays({ health, now }) {
  const one = health.list.find(answersForOrders);
  if (!one) return nothing;
  const at = instantOf(String(one.last_message_at));
  const last =
    at === undefined
      ? 'has read no message since it started'
      : `read its last message ${now - at < 1000 ? 'just now' : `${age(now - at)} ago`}`;
  return html`<p>
    The pipeline <bdi>${text(one.name)}</bdi> is ${text(String(one.state))} and ${last}.
  </p>`;
}

/** Whether the id is among the dead letters. */
function lettersSay({ absence, lookup }) {
  if (absence?.id !== lookup.id || absence.phase === 'unknown') return nothing;
  if (absence.phase === 'looking')
    return html`<p class="soft">Looking among the dead letters …</p>`;
  const { letters, more } = absence;
  if (!letters.length)
    return html`<p>
      ${more ? 'It is not among the newest dead letters.' : 'It is not among the dead letters.'}
    </p>`;
  const [newest] = letters;
  const at = instantOf(String(newest.written_at));
  return html`<p>
    <a href=${lettersHash({ text: lookup.id, place: String(newest.place) })}
      >${letters.length === 1 && !more ? 'A dead letter has it' : `${count(letters.length)} or more dead letters have it`}</a
    >: rejected by ${text(String(newest.stage ?? ''))}
    (${text(String(newest.code ?? ''))})${
      at === undefined ? nothing : ` ${age(Date.now() - at)} ago`
    }.
  </p>`;
}

function nextTry({ retryAt, busy }, now) {
  if (busy) return 'Asking …';
  const seconds = Math.ceil((retryAt - now) / 1000);
  return seconds > 0 ? `Asks again by itself in ${seconds} s.` : 'Asking …';
}

export function notice(state, act) {
  const { lookup, now } = state;
  const { outcome, answer, retryAt, busy } = lookup;
  const { title, say, more } = words[outcome.kind](lookup);
  const waits = retryAt !== null || (busy && waiting.has(outcome.kind));
  return html`<section
    class="card notice ${severe.has(outcome.kind) ? 'bad' : 'warn'}"
    aria-labelledby="notice-title"
  >
    ${
      answer
        ? html`<h2 class="title" id="notice-title">${title}</h2>`
        : html`<h1 id="notice-title" tabindex="-1">${title}</h1>`
    }
    <p>${say}</p>
    ${more ? html`<p class="soft">${more}</p>` : nothing}
    ${
      answer
        ? html`<p class="soft">Below is the order as it was ${age(now - answer.at)} ago.</p>`
        : nothing
    }
    ${outcome.kind === 'absent' ? html`${pipelineSays(state)} ${lettersSay(state)}` : nothing}
    <div class="row">
      <button type="button" @click=${act.again}>${waits ? 'Ask now' : 'Ask again'}</button>
      ${
        outcome.kind === 'absent'
          ? html`<a class="button" href=${traceHash(lookup.id)}>Trace</a>`
          : nothing
      }
      ${waits ? html`<span class="soft">${nextTry(lookup, now)}</span>` : nothing}
    </div>
  </section>`;
}
