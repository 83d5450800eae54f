// Brings the feed into the page: by the worker that all tabs share, or by itself.

import { startFeed } from './feed.js';

const patience = 5000; // ms for the worker's first word

/** Calls `told(news)` for each of the feed's news (`feed.js`). */
export function startLive(told) {
  let left = false; // for the feed in this page

  function alone() {
    if (left) return;
    left = true;
    startFeed(told);
  }

  if (typeof SharedWorker !== 'function') return alone();
  const worker = new SharedWorker('/app/live-worker.js', { type: 'module', name: 'weir' });
  const timer = setTimeout(alone, patience);
  worker.addEventListener('error', alone);
  worker.port.addEventListener('message', ({ data }) => {
    clearTimeout(timer);
    if (!left && data.kind !== 'hello') told(data);
  });
  worker.port.start();
  // A page that is kept for the way back hears nothing meanwhile.
  addEventListener('pagehide', () => worker.port.postMessage('leave'));
  addEventListener('pageshow', ({ persisted }) => persisted && worker.port.postMessage('join'));
}
