// Where the page is, as the part of the address after "#": it works on reload, and with back and
// forward.

/**
 * "#/order/a%2Fb" → {view: "orders", id: "a/b"}. An address that means nothing is the view "lost".
 */
export function routeOf(hash) {
  const path = hash.replace(/^#/, '') || '/';
  if (path === '/') return { view: 'orders', id: null };
  const watched = /^\/pipeline(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(path);
  if (watched) return { view: 'pipeline', name: decoded(watched[1]), stage: decoded(watched[2]) };
  const letters = /^\/dead-letters(?:\?(.*))?$/.exec(path);
  if (letters) return { view: 'letters', filter: filterOf(letters[1]) };
  const trace = /^\/trace\/(.+)$/.exec(path);
  if (trace) return { view: 'trace', id: decoded(trace[1]) };
  const order = /^\/order\/(.+)$/.exec(path);
  if (!order) return { view: 'lost', hash };
  return { view: 'orders', id: decoded(order[1]) };
}

function decoded(part) {
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a lone "%": taken as it was typed
  }
}

/** The address of an order. Lone surrogates cannot be sent and become the replacement character. */
export const orderHash = (id) => `#/order/${segment(id)}`;

/** The address of a pipeline, and of one of its stages. */
export const pipelineHash = (name, stage) =>
  `#/pipeline/${segment(name)}${stage === undefined ? '' : `/${segment(stage)}`}`;

const filterNames = ['pipeline', 'text', 'code', 'stage', 'from', 'to', 'place'];

function filterOf(query = '') {
  const given = new URLSearchParams(query);
  return Object.fromEntries(
    filterNames.filter((name) => given.get(name)).map((name) => [name, given.get(name)]),
  );
}

/** The address of the dead letters that a filter shows, and of one of them (`place`). */
export function lettersHash(filter = {}) {
  const query = new URLSearchParams();
  for (const name of filterNames) if (filter[name]) query.set(name, wellFormed(filter[name]));
  return `#/dead-letters${query.size ? `?${query}` : ''}`;
}

/** The address of what happened to a key, or to the message at "origin@position". */
export const traceHash = (id) => `#/trace/${segment(id)}`;

const segment = (text) => encodeURIComponent(wellFormed(text));

export const wellFormed = (id) => id.replace(/\p{Surrogate}/gu, '\ufffd');

/** Tells `arrive(route)` now and at each change of the address. */
export function startRouter(arrive) {
  const tell = () => arrive(routeOf(location.hash));
  addEventListener('hashchange', tell);
  tell();
}
