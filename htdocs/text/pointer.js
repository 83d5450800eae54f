// Finds the place in a document that a JSON Pointer (RFC 6901) or an error's byte number means.

import { readJson, writeJson } from './json.js';

const tokensOf = (pointer) =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));

const joined = (open, entries, close, indent) => {
  if (!entries.length) return [open + close, '', ''];
  const deeper = `${indent}  `;
  const at = entries.findIndex(Array.isArray);
  const texts = entries.map((entry) => (Array.isArray(entry) ? entry : [entry, '', '']));
  const flat = (list) => list.map(([text]) => deeper + text).join(',\n');
  const before = flat(texts.slice(0, at));
  const after = flat(texts.slice(at + 1));
  const [start, marked, end] = texts[at];
  return [
    `${open}\n${before}${before && ',\n'}${deeper}${start}`,
    marked,
    `${end}${after && ',\n'}${after}\n${indent}${close}`,
  ];
};

/** [before, marked, after] of the indented text; undefined where the place is not there. */
function around(value, [token, ...rest], indent) {
  if (token === undefined) return ['', writeJson(value, indent), ''];
  const deeper = `${indent}  `;
  if (value instanceof Map && value.has(token)) {
    const inner = around(value.get(token), rest, deeper);
    if (!inner) return undefined;
    const entries = [...value].map(([name, member]) => {
      const start = `${JSON.stringify(name)}: `;
      if (name !== token) return start + writeJson(member, deeper);
      return [start + inner[0], inner[1], inner[2]];
    });
    return joined('{', entries, '}', indent);
  }
  if (Array.isArray(value) && /^(0|[1-9]\d*)$/.test(token) && Number(token) < value.length) {
    const inner = around(value[token], rest, deeper);
    if (!inner) return undefined;
    const entries = value.map((entry, index) =>
      index === Number(token) ? inner : writeJson(entry, deeper),
    );
    return joined('[', entries, ']', indent);
  }
  return undefined;
}

/** The place of a byte in a text: it and what stands there. */
function atByte(text, reason) {
  const found = /\bbyte (\d{1,9})\b/.exec(reason ?? '');
  if (!found) return [text, '', ''];
  const bytes = new TextEncoder().encode(text).slice(0, Number(found[1]));
  const at = new TextDecoder().decode(bytes).length;
  const [marked = ''] = text.slice(at);
  return [text.slice(0, at), marked, text.slice(at + marked.length)];
}

/**
 * {parts: [before, marked, after], missing}: the text to show, indented where it is JSON. `missing`:
 * the pointer names a member that is not there.
 */
export function pointed(text, pointer, reason) {
  let value;
  try {
    value = readJson(text);
  } catch {
    return { parts: atByte(text, reason), missing: false };
  }
  const plain = [writeJson(value), '', ''];
  if (typeof pointer !== 'string' || pointer === '') return { parts: plain, missing: false };
  const tokens = tokensOf(pointer);
  for (let length = tokens.length; length > 0; length -= 1) {
    const parts = around(value, tokens.slice(0, length), '');
    if (parts) return { parts, missing: length < tokens.length };
  }
  return { parts: plain, missing: true };
}
