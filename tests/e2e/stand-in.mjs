// A small server with the service's HTTP contract, for states that the real one cannot easily show:
// away, without its database, slow, or with documents that no pipeline would let pass. `node
// stand-in.mjs [PORT]` serves it by hand.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleOrder, sampleId } from './samples.mjs';

const page = fileURLToPath(new URL('../../htdocs/', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const security = {
  'Content-Security-Policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const stage = (name, type, role, more = {}) => ({
  name,
  type,
  role,
  in: 84_295,
  rejected: 0,
  dropped: 0,
  retries: 0,
  p50_seconds: null,
  p99_seconds: null,
  ...more,
});
const lane = (number, read, more = {}) => ({
  origin: `demo/orders/${number}`,
  lane: number,
  shard: number % 2,
  position: read,
  read,
  inserted: 0,
  stored: read - 3,
  rejected: 3,
  dropped: 0,
  in_flight: 0,
  ...more,
});

export const samplePipelines = () => [
  {
    name: 'orders',
    file: 'pipelines/orders.yaml',
    state: 'healthy',
    reason: '',
    ready: true,
    uptime_seconds: 754.2,
    commit_age_seconds: 0.1,
    stages: [
      stage('source', 'kafka-source', 'source'),
      stage('check', 'json-schema-validate', 'step', {
        p50_seconds: 0.0000094,
        p99_seconds: 0.000011,
        rejected: 251,
      }),
      stage('store', 'pg-sink', 'step', {
        in: 84_044,
        p50_seconds: 0.031,
        p99_seconds: 0.058,
        retries: 2,
      }),
      stage('cache', 'cache-sink', 'step', {
        in: 84_044,
        p50_seconds: 0.0004,
        p99_seconds: 0.0011,
      }),
      stage('dead letters', 'dead-letter-log', 'reject', { in: 251 }),
      stage('query', 'http-query', 'service', { in: 0 }),
    ],
    lanes: [lane(0, 28_143), lane(1, 28_012, { in_flight: 201, stored: 27_808 }), lane(2, 28_140)],
  },
];

/** Starts it. What the returned object's members say is answered; change them at any time. */
export async function startStandIn(port = 0) {
  const standIn = {
    orders: new Map([[sampleId, JSON.stringify(sampleOrder)]]), // id -> the document's bytes
    cached: new Set(),
    recent: [], // [{key, stored_at}], or null where the list is not offered
    pipelines: samplePipelines(),
    storeAway: false,
    status: undefined, // a status for every order request
    delay: 0, // ms before each answer about an order
    asked: [], // ids, in order
  };

  const problem = (status, title, detail, headers = {}) => ({
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: 'about:blank', title, status, detail }),
  });
  const json = (value) => ({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  });

  function order(id) {
    standIn.asked.push(id);
    if (standIn.status)
      return problem(standIn.status, 'Odd', 'The stand-in was told to answer so.');
    if (Buffer.byteLength(id) > 512 || /[\u0000-\u001f\u007f]/.test(id)) {
      return problem(
        400,
        'Bad Request',
        `The id has ${Buffer.byteLength(id)} bytes: send 1 to 512 without control characters.`,
      );
    }
    const found = (source, timing) => ({
      status: 200,
      headers: {
        'Content-Type': 'application/json',
        'Weir-Source': source,
        'Server-Timing': timing,
      },
      body: standIn.orders.get(id),
    });
    if (standIn.cached.has(id)) return found('cache', 'cache;dur=0.040');
    if (standIn.storeAway) {
      return problem(
        503,
        'Service Unavailable',
        'The stage store cannot be asked: connection refused.',
        {
          'Retry-After': '1',
        },
      );
    }
    if (!standIn.orders.has(id)) return problem(404, 'Not Found', `No order ${id}.`);
    standIn.cached.add(id);
    return found('store', 'cache;dur=0.010, store;dur=1.900');
  }

  async function file(path) {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const body = await readFile(join(page, name));
      return {
        status: 200,
        headers: { 'Content-Type': types[extname(name)] ?? 'text/plain' },
        body,
      };
    } catch {
      return problem(404, 'Not Found', 'No such file.');
    }
  }

  async function answer(url) {
    const { pathname } = url;
    if (pathname.startsWith('/order/')) {
      await new Promise((resolve) => setTimeout(resolve, standIn.delay));
      return order(decodeURIComponent(pathname.slice('/order/'.length)));
    }
    if (pathname === '/orders' && standIn.recent)
      return json({ entries: standIn.recent.slice(0, 20) });
    if (pathname === '/api/pipelines' && standIn.pipelines)
      return json({ pipelines: standIn.pipelines });
    return file(pathname);
  }

  const server = createServer(async (request, response) => {
    const { status, headers, body } = await answer(new URL(request.url, 'http://stand-in'));
    response.writeHead(status, { ...security, 'Cache-Control': 'no-store', ...headers });
    response.end(body);
  });
  const listen = (on) => new Promise((resolve) => server.listen(on, '127.0.0.1', resolve));

  await listen(port);
  standIn.port = server.address().port;
  standIn.url = `http://127.0.0.1:${standIn.port}`;
  standIn.goAway = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  standIn.comeBack = () => listen(standIn.port);
  return standIn;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const standIn = await startStandIn(Number(process.argv[2] ?? 8080));
  let number = 0;
  setInterval(() => {
    const key = `${((++number * 2654435761) % 2 ** 32).toString(16).padStart(8, '0')}demo`;
    standIn.orders.set(key, JSON.stringify({ ...sampleOrder, order_uid: key }));
    standIn.recent = [{ key, stored_at: new Date().toISOString() }, ...standIn.recent].slice(0, 20);
    for (const one of standIn.pipelines[0].stages) one.in += 3;
  }, 700);
  console.log(`${standIn.url}/#/order/${sampleId}`);
}
