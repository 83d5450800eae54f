// One stream for all tabs of this browser: a browser opens six connections to a server, and a
// seventh tab must not hang.

import { startFeed } from './feed.js';

const ports = new Set();
let last; // what was told last: a new tab need not wait

function tell(news) {
  last = news;
  for (const port of ports) port.postMessage(news);
}

addEventListener('connect', ({ ports: [port] }) => {
  ports.add(port);
  port.addEventListener('message', ({ data }) => {
    if (data === 'leave') ports.delete(port);
    if (data === 'join') ports.add(port);
  });
  port.start();
  port.postMessage(last ?? { kind: 'hello' });
});

startFeed(tell);
