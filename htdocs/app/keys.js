// Keyboard shortcuts. Single keys can be switched off, because voice control and unsteady hands
// press them by accident.

import * as kept from './kept.js';

const together = 1000; // ms between the two keys of "g p"

const typing = (target) => target.closest?.('input, textarea, select, [contenteditable]');

/** `keys`: {"/": action, "g p": action, …}. Returns what the dialog needs. */
export function startKeys(store, keys) {
  let first = { key: '', at: 0 };
  const show = () => store.set({ singleKeys: kept.read('single-keys', true) === true });
  kept.onChange('single-keys', show);
  show();

  addEventListener('keydown', (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.isComposing ||
      event.defaultPrevented
    )
      return;
    if (event.key === 'Escape') {
      if (!document.querySelector('dialog[open]')) keys.Escape();
      return;
    }
    if (!store.get().singleKeys || typing(event.target) || document.querySelector('dialog[open]'))
      return;
    const pair = event.timeStamp - first.at < together ? `${first.key} ${event.key}` : '';
    first = { key: event.key, at: event.timeStamp };
    const action = keys[pair] ?? keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  return {
    setSingleKeys(on) {
      kept.write('single-keys', on);
      show();
    },
  };
}
