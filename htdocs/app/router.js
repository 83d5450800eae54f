// Where the page is, as the part of the address after "#": it works on reload, and with back and
// forward.

/**
 * "#/order/a%2Fb" → {view: "orders", id: "a/b"}. An address that means nothing is the view "lost".
 */
export function routeOf(hash) {
  const path = hash.replace(/^#/, '') || '/';
  if (path === '/') return { view: 'orders', id: null };
  if (path === '/pipeline') return { view: 'pipeline' };
  const order = /^\/order\/(.+)$/.exec(path);
  if (!order) return { view: 'lost', hash };
  try {
    return { view: 'orders', id: decodeURIComponent(order[1]) };
  } catch {
    return { view: 'orders', id: order[1] }; // a lone "%": taken as it was typed
  }
}

/** The address of an order. Lone surrogates cannot be sent and become the replacement character. */
export const orderHash = (id) => `#/order/${encodeURIComponent(wellFormed(id))}`;

export const wellFormed = (id) => id.replace(/\p{Surrogate}/gu, '\ufffd');

/** Tells `arrive(route)` now and at each change of the address. */
export function startRouter(arrive) {
  const tell = () => arrive(routeOf(location.hash));
  addEventListener('hashchange', tell);
  tell();
}
