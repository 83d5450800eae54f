// Pipelines, as `GET /api/pipelines` tells of them.

const figure = (name, value, labels = {}, kind = 'counter') => ({ name, labels, kind, value });

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
  figures: [],
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
  last_read_at: new Date(Date.now() - 3000).toISOString(),
  ...more,
});

const shard = (number, more = {}) => ({
  shard: number,
  inbox_messages: 0,
  inbox_bytes: 0,
  inbox_bytes_limit: 8 * 1024 * 1024,
  in_hand_messages: 0,
  ...more,
});

const lag = (partition, value) =>
  figure('weir_kafka_lag_messages', value, { topic: 'orders', partition: `${partition}` }, 'gauge');

export const samplePipelines = () => [
  {
    name: 'orders',
    file: 'pipelines/orders.yaml',
    state: 'healthy',
    reason: '',
    ready: true,
    uptime_seconds: 754.2,
    commit_age_seconds: 0.1,
    last_message_at: new Date(Date.now() - 3000).toISOString(),
    waiting: [],
    batch: { messages: 1000, bytes: 4_194_304 },
    shards: [
      shard(0, { inbox_messages: 212, inbox_bytes: 503_316, in_hand_messages: 201 }),
      shard(1),
    ],
    stages: [
      stage('source', 'kafka-source', 'source', { figures: [lag(0, 611), lag(1, 201), lag(2, 0)] }),
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
        figures: [
          figure('weir_pg_messages_total', 83_790),
          {
            name: 'weir_pg_batch_seconds',
            labels: {},
            kind: 'histogram',
            value: { count: 412, sum: 12.7, p50: 0.031, p99: 0.058 },
          },
        ],
      }),
      stage('cache', 'cache-sink', 'step', {
        in: 84_044,
        p50_seconds: 0.0004,
        p99_seconds: 0.0011,
        figures: [
          figure('weir_cache_entries', 83_100, {}, 'gauge'),
          figure('weir_cache_bytes', 123_731_968, {}, 'gauge'),
          figure('weir_cache_hits_total', 4_910),
          figure('weir_cache_misses_total', 90),
        ],
      }),
      stage('dead letters', 'dead-letter-log', 'reject', { in: 251 }),
      stage('query', 'http-query', 'service', { in: 0 }),
    ],
    lanes: [lane(0, 28_143), lane(1, 28_012, { in_flight: 201, stored: 27_808 }), lane(2, 28_140)],
  },
];

/** A second, small pipeline beside it. */
export const emulator = () => ({
  ...samplePipelines()[0],
  name: 'emulator',
  file: 'pipelines/emulator.yaml',
  shards: [shard(0)],
  stages: [
    stage('generate', 'generate-source', 'source', { in: 9000 }),
    stage('send', 'kafka-sink', 'step', { in: 9000, p50_seconds: 0.004, p99_seconds: 0.012 }),
  ],
  lanes: [lane(0, 9000, { origin: 'generate/0', rejected: 0, stored: 9000 })],
});

/** A pipeline of as many lanes as one wants. */
export const manyLanes = (count) => ({
  ...samplePipelines()[0],
  lanes: Array.from({ length: count }, (_, index) =>
    lane(index, 1_000_000 + index * 7, index === count - 1 ? { stored: 5 } : {}),
  ),
});

/** Ten minutes of it: totals at one sample per two seconds, with a gap where nothing was sampled. */
export function sampleHistory(pipeline, seconds = 600) {
  const count = seconds / 2;
  const now = Math.floor(Date.now() / 1000);
  const column = (make) =>
    Array.from({ length: count }, (_, index) =>
      index > count * 0.3 && index < count * 0.33 ? null : make(index),
    );
  const wave = (index, size) => Math.round(size * (1 + 0.4 * Math.sin(index / 19)));
  let read = 50_000;
  const total = column((index) => (read += wave(index, 120)));
  const share = (part) => total.map((value) => value && Math.round(value * part));
  return {
    period_seconds: 2,
    times: Array.from({ length: count }, (_, index) => now - (count - 1 - index) * 2),
    read: total,
    stored: share(0.997),
    rejected: share(0.003),
    dropped: share(0),
    retries: column((index) => Math.floor(index / 90)),
    in_flight: column((index) => wave(index, 150)),
    commit_age_seconds: column((index) => 0.1 + 0.1 * Math.abs(Math.sin(index / 7))),
    stages: Object.fromEntries(
      pipeline.stages.map(({ name }, place) => [
        name,
        { in: total, p99_seconds: column((index) => (place * wave(index, 20)) / 1000) },
      ]),
    ),
    figures: {
      [pipeline.stages[0].name]: {
        weir_kafka_lag_messages: column((index) => wave(index * 2, 400)),
      },
    },
  };
}

export const sampleYaml = `# The order service.
pipeline: orders
source:
  stage: kafka-source
  with: { brokers: "\${KAFKA_BROKERS:-127.0.0.1:9092}", topic: orders }
steps:
  - name: store
    stage: pg-sink
    with:
      dsn: "\${WEIR_PG_DSN}"
      other: postgresql://weir:***@127.0.0.1/weir
`;
