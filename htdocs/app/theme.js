// Light, dark, or as the system says: which is the default.

import * as kept from './kept.js';

const order = ['system', 'light', 'dark'];

export function makeTheme(store) {
  const show = () => {
    const chosen = kept.read('theme', 'system');
    const theme = order.includes(chosen) ? chosen : 'system';
    document.documentElement.dataset.theme = theme;
    store.set({ theme });
  };
  kept.onChange('theme', show);
  show();
  return {
    next() {
      kept.write('theme', order[(order.indexOf(store.get().theme) + 1) % order.length]);
      show();
    },
  };
}
