// A message beside what was done to it: the reject with its place in the payload, or the edit.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { orderHash, traceHash } from '../app/router.js';
import { bytes, count } from '../text/figures.js';
import { pointed } from '../text/pointer.js';
import { plain, shown, text } from '../text/shown.js';

export const placeOf = ({ origin, position }) => `${origin} @ ${count(position)}`;

/** The payload as text, the offending place marked. */
export function payload(message, label = 'Payload') {
  const { value, value_base64: base64, value_bytes: size, truncated, pointer, reason } = message;
  if (typeof base64 === 'string')
    return html`<p class="soft small">No UTF-8: ${bytes(size)}, here in base64.</p>
      <pre class="code" tabindex="0" role="region" aria-label=${label}>${text(base64)}</pre>`;
  if (typeof value !== 'string') return html`<p class="soft">The message has no value.</p>`;
  const { parts, missing } = pointed(value, pointer, reason);
  const [before, marked, after] = parts;
  return html`${
      truncated ? html`<p class="soft small">Cut: the whole has ${bytes(size)}.</p>` : nothing
    }
    ${
      missing
        ? html`<p class="soft small">
            The document has nothing at <span class="mono">${shown(pointer)}</span>.
          </p>`
        : nothing
    }
    <pre class="code" tabindex="0" role="region" aria-label=${label}>
${text(before)}${marked ? html`<mark>${text(marked)}</mark>` : nothing}${text(after)}</pre>`;
}

export const why = ({ code, reason, pointer }) =>
  code || reason
    ? html`<p class="why">
        <span class="pill bad flat">${shown(code)}</span>
        ${pointer ? html`<code class="mono">${shown(pointer)}</code>` : nothing} ${shown(reason)}
      </p>`
    : nothing;

export const keyLine = ({ key, origin, position }) =>
  html`<p class="small">
    ${
      typeof key === 'string'
        ? html`<span class="soft">Key</span>
            <a class="mono" href=${orderHash(key)}>${shown(key)}</a> ·`
        : nothing
    }
    <a href=${traceHash(`${origin}@${position}`)}
      >Trace<span class="off-screen"> of ${plain(`${origin}@${position}`)}</span></a
    >
  </p>`;

export const headers = ({ headers: list }) =>
  Array.isArray(list) && list.length
    ? html`<details>
        <summary>Headers · ${count(list.length)}</summary>
        <dl class="terms">
          ${list.map(
            (pair) =>
              html`<div class="term">
                <dt class="mono">${shown(pair?.[0])}</dt>
                <dd class="mono">${shown(pair?.[1])}</dd>
              </div>`,
          )}
        </dl>
      </details>`
    : nothing;
