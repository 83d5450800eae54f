// The ids that were looked up in this browser, newest first.

import * as kept from './kept.js';

const most = 12;

function load() {
  const ids = kept.read('searches', []);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').slice(0, most) : [];
}

export function makeSearches(store) {
  const show = () => store.set({ searches: load() });
  const save = (ids) => {
    kept.write('searches', ids);
    store.set({ searches: ids });
  };
  kept.onChange('searches', show);
  show();
  return {
    /** From what was stored, not from what is shown: another tab may have added one. */
    add: (id) => save([id, ...load().filter((other) => other !== id)].slice(0, most)),
    clear: () => save([]),
  };
}
