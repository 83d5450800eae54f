// Reads JSON and changes nothing: a number keeps its text (integers beyond 2^53 stay exact), an
// object keeps the order of its members and any name it has ("__proto__" as well). JSON.parse can
// do neither everywhere.

/** A number of the document, as it was written there. */
export class NumberText {
  constructor(text) {
    this.text = text;
  }
}

const longestNesting = 200;
const space = /[ \t\n\r]*/y;
const string = /"[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*"/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

/**
 * Objects come as Map, arrays as Array, numbers as NumberText, the rest as itself.
 * Throws SyntaxError on what is not JSON; callers then show the text as it is.
 */
export function readJson(text) {
  let at = 0;

  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    at = pattern.lastIndex;
    return found[0];
  };
  const skipSpace = () => take(space);
  const refuse = (what) => {
    throw new SyntaxError(`not JSON at character ${at}: ${what}`);
  };
  const takeMark = (mark) => {
    skipSpace();
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  const readString = () => {
    skipSpace();
    const found = take(string);
    return found === undefined ? refuse('a string is expected') : JSON.parse(found);
  };

  function readObject(nesting) {
    const members = new Map();
    if (takeMark('}')) return members;
    do {
      const name = readString();
      if (!takeMark(':')) refuse('":" is expected');
      if (members.has(name)) refuse('a member stands twice');
      members.set(name, readValue(nesting));
    } while (takeMark(','));
    return takeMark('}') ? members : refuse('"," or "}" is expected');
  }

  function readArray(nesting) {
    const entries = [];
    if (takeMark(']')) return entries;
    do entries.push(readValue(nesting));
    while (takeMark(','));
    return takeMark(']') ? entries : refuse('"," or "]" is expected');
  }

  function readValue(nesting) {
    if (nesting > longestNesting) refuse(`nested deeper than ${longestNesting}`);
    if (takeMark('{')) return readObject(nesting + 1);
    if (takeMark('[')) return readArray(nesting + 1);
    if (text[at] === '"') return readString();
    const digits = take(number);
    if (digits !== undefined) return new NumberText(digits);
    const found = take(word);
    if (found === undefined) refuse('a value is expected');
    return found === 'null' ? null : found === 'true';
  }

  const value = readValue(0);
  skipSpace();
  if (at !== text.length) refuse('the text goes on');
  return value;
}

/** The value as indented JSON, every number as it was written. */
export function writeJson(value, indent = '') {
  const deeper = indent + '  ';
  const list = (open, lines, close) =>
    lines.length
      ? `${open}\n${lines.map((line) => deeper + line).join(',\n')}\n${indent}${close}`
      : open + close;

  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value))
    return list(
      '[',
      value.map((entry) => writeJson(entry, deeper)),
      ']',
    );
  if (value instanceof Map) {
    const lines = [...value].map(
      ([name, member]) => `${JSON.stringify(name)}: ${writeJson(member, deeper)}`,
    );
    return list('{', lines, '}');
  }
  return JSON.stringify(value);
}
