// The mark beside a number that was checked.

import { html, nothing } from '../vendor/lit-html/lit-html.js';

/** ✓ or ≠, in words for those who hear the page. */
export function mark(check, agrees) {
  if (check.state === 'agrees')
    return html`<span class="mark ok" role="img" aria-label=${agrees} title=${agrees}>✓</span>`;
  if (check.state === 'unknown') return nothing;
  return html`<span class="mark bad" role="img" aria-label="does not agree" title="does not agree"
    >≠</span
  >`;
}
