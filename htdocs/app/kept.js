// What this browser remembers for its user, and nobody else: localStorage, where it is allowed.

export function read(name, otherwise) {
  try {
    const text = localStorage.getItem(`weir.${name}`);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise; // storage is switched off, or somebody wrote nonsense
  }
}

export function write(name, value) {
  try {
    localStorage.setItem(`weir.${name}`, JSON.stringify(value));
  } catch {
    // Storage is full or switched off: it is forgotten on reload.
  }
}

/** Tells of a change that another tab made. */
export const onChange = (name, told) =>
  addEventListener('storage', ({ key }) => (key === `weir.${name}` || key === null) && told());
