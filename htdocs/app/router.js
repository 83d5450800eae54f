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

const segment = (text) => encodeURIComponent(wellFormed(text));

export const wellFormed = (id) => id.replace(/\p{Surrogate}/gu, '\ufffd');

/** Tells `arrive(route)` now and at each change of the address. */
export function startRouter(arrive) {
  const tell = () => arrive(routeOf(location.hash));
  addEventListener('hashchange', tell);
  tell();
}
