// What was asked and how it was answered: the id, where from, how fast, and what can be done with
// it.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { traceHash } from '../app/router.js';
import { writeJson } from '../text/json.js';
import { text } from '../text/shown.js';
import { duration, times } from '../text/time.js';

// The names that the order pipeline gives its stages.
const places = new Map([
  ['cache', 'cache'],
  ['store', 'database'],
]);

export const place = (source) => places.get(source) ?? (source || 'source not told');
const thePlace = (source) => (source ? `the ${place(source)}` : 'a source that was not told');

/** "cache · 0.04 ms · round trip 1.3 ms" */
export function badge({ source, times: steps, ms, roundMs }) {
  const server = steps.length ? ` · ${duration(ms)}` : '';
  return html`<span
    class="badge from-${places.get(source) ?? 'other'}"
    title="where the answer came from, the server's own time, the time until the page had it"
    ><b>${text(place(source))}</b>${server} · round trip ${duration(roundMs)}</span
  >`;
}

/** What the answer says about the cache. */
export function gain({ source, times: steps, ms, earlier }) {
  if (earlier) {
    const ratio = ms > 0 ? earlier.ms / ms : 0;
    const then = `Earlier from ${thePlace(earlier.source)} in ${duration(earlier.ms)}`;
    if (ratio > 1) return `${then}: ${thePlace(source)} was ${times(ratio)} times faster.`;
    return `${then}.`;
  }
  if (source === 'cache') return 'Straight from memory: the database was not asked.';
  if (steps.length > 1) {
    const [first, last] = [steps[0], steps[steps.length - 1]];
    const missed = `Not in ${thePlace(first.stage)} (${duration(first.ms)})`;
    const asked = `so ${thePlace(last.stage)} was asked (${duration(last.ms)})`;
    return `${missed}, ${asked}. Ask again to see what the cache gains.`;
  }
  return '';
}

function copyButton(what, label, state, copy) {
  const shown = new Map([
    [what, 'Copied'],
    [`${what} failed`, 'Not allowed'],
  ]);
  return html`<button type="button" @click=${copy}>${shown.get(state.copied) ?? label}</button>`;
}

/** The id in the document, where it is not the one that was asked for. */
function otherId(id, document) {
  const said = document instanceof Map ? document.get('order_uid') : undefined;
  if (said === undefined || said === id) return nothing;
  const shown = typeof said === 'string' ? said : writeJson(said);
  return html`<p class="disagrees">
    The document says another order_uid: <span class="mono">${text(shown)}</span>
  </p>`;
}

export function answer(state, act) {
  const { id, answer: shown, busy } = state.lookup;
  return html`<section class="card answer" aria-labelledby="shown-id">
    <div class="row">
      <h1 id="shown-id" class="mono" tabindex="-1">${text(id)}</h1>
      ${badge(shown)}
      <button type="button" class="again" aria-disabled=${busy} @click=${act.again}>
        ${busy ? 'Asking …' : 'Ask again'}
      </button>
    </div>
    <p class="soft gain">${text(gain(shown))}</p>
    ${otherId(id, shown.document.value)}
    <div class="row tools">
      ${copyButton('link', 'Copy link', state, act.copyLink)}
      ${copyButton('json', 'Copy JSON', state, act.copyJson)}
      <button
        type="button"
        aria-expanded=${state.raw.open}
        aria-controls="raw"
        @click=${act.toggleRaw}
      >
        Raw JSON
      </button>
      <a class="button" href=${traceHash(id)}>Trace</a>
    </div>
  </section>`;
}

/**
 * The document as JSON: indented, or byte for byte as it came. Open by itself where it is no JSON.
 */
export function raw(state, act) {
  const { answer: shown } = state.lookup;
  const { value, failed } = shown.document;
  if (!state.raw.open && !failed) return html`<div id="raw" hidden></div>`;
  const indented = !failed && state.raw.indented;
  const choice = (label, on) =>
    html`<button type="button" aria-pressed=${indented === on} @click=${() => act.indentRaw(on)}>
      ${label}
    </button>`;
  return html`<section class="card" id="raw" aria-labelledby="raw-title">
    <div class="row">
      <h2 id="raw-title">Raw JSON</h2>
      ${
        failed
          ? html`<p class="disagrees">
              This is not JSON that the page can read (${failed}), so here it is as it came.
            </p>`
          : html`<span class="choice" role="group" aria-label="How to show it"
              >${choice('Indented', true)}${choice('As it came', false)}</span
            >`
      }
    </div>
    <pre tabindex="0" role="region" aria-label="Text of the document">
${text(indented ? writeJson(value) : shown.text)}</pre>
  </section>`;
}
