// Values of a document as something to look at. Bytes from outside become text nodes, nothing else.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { grouped } from './decimal.js';
import { NumberText, writeJson } from './json.js';

// Characters that show nothing, or turn the direction of what follows. The two joiners are left
// out: scripts need them.
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
const unseenApart = new RegExp(`(${unseen.source})`);
const codeOf = (char) => 'U+' + char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');

/** A text with its invisible characters made visible. */
export function text(value) {
  if (!unseen.test(value)) return value;
  return value
    .split(unseenApart)
    .map((part, index) => (index % 2 ? html`<span class="unseen">${codeOf(part)}</span>` : part));
}

/** The same of a member that may be missing, or be no text. */
export const shown = (member) => text(String(member ?? ''));

/** A text as a string, for what can hold no elements. */
export const plain = (value) =>
  unseen.test(value)
    ? String(value)
        .split(unseenApart)
        .map((part, index) => (index % 2 ? `⟨${codeOf(part)}⟩` : part))
        .join('')
    : String(value);

const absence = (word) => html`<span class="soft absent">${word}</span>`;

/** Any value of a document. `missing` is said where the document has no such member. */
export function value(member, { missing = 'not given', group = false } = {}) {
  if (member === undefined) return absence(missing);
  if (member === null) return absence('null');
  if (member === '') return absence('empty');
  if (typeof member === 'string') return text(member);
  if (typeof member === 'boolean') return String(member);
  if (member instanceof NumberText) return group ? grouped(member.text) : member.text;
  return html`<code class="json">${text(writeJson(member))}</code>`;
}

/**
 * The classes of a number's cell: kept on one line, unless it is no number that a person would
 * write.
 */
export const numeric = (member) =>
  member instanceof NumberText && member.text.length <= 20 ? 'n' : 'n long';

/** One row of a list of terms. */
export const term = (name, shown, { mono = false } = {}) =>
  html`<div class="term">
    <dt>${name}</dt>
    <dd class=${mono ? 'mono' : nothing}>${shown}</dd>
  </div>`;

const memberName = (name) => html`<span class="mono">${text(name)}</span>`;

/** The members that no section knows, so that nothing of the document is hidden. */
export function otherMembers(members, known) {
  const rest = [...members].filter(([name]) => !known.has(name));
  if (!rest.length) return nothing;
  return html`<h3>Also in the message</h3>
    <dl class="terms">${rest.map(([name, member]) => term(memberName(name), value(member)))}</dl>`;
}
