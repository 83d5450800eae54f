// A moment: the reader's own time, then UTC, then the text of the document where it says more.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { NumberText } from '../text/json.js';
import { value } from '../text/shown.js';
import { bothTimes, instantOf } from '../text/time.js';

function shownMoment(ms, original) {
  const { day, time, zone, utc } = bothTimes(ms);
  return html`<time datetime=${new Date(ms).toISOString()}
      >${day}, <span class="together">${time} <span class="soft">${zone}</span></span></time
    >
    ${zone === 'UTC' ? nothing : html`<span class="soft below">${utc}</span>`}
    ${original ? html`<span class="soft below mono">${original}</span>` : nothing}`;
}

/** A member that holds an RFC 3339 text. */
export function textMoment(member) {
  const ms = typeof member === 'string' ? instantOf(member) : undefined;
  if (ms === undefined) return value(member);
  const plain = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(member);
  return shownMoment(ms, plain ? undefined : member);
}

/** A member that holds whole seconds since 1970. */
export function unixMoment(member) {
  const seconds =
    member instanceof NumberText && /^-?\d{1,11}$/.test(member.text)
      ? Number(member.text)
      : undefined;
  return seconds === undefined ? value(member) : shownMoment(seconds * 1000, member.text);
}
