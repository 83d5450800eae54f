// What a snapshot of a pipeline means: how much waits at the source, whether the books balance.

const lagName = 'weir_kafka_lag_messages';
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

export const sourceOf = ({ stages }) => stages.find(({ role }) => role === 'source');

/** Messages a second that the pipeline reads. */
export function rateOf(one, rates) {
  const source = sourceOf(one);
  return source && rates[`${one.name}/${source.name}`];
}

const lagFigures = ({ stages }) =>
  stages.flatMap(({ figures }) =>
    figures.filter(({ name, value }) => name === lagName && isNumber(value) && value >= 0),
  );

/** Messages that wait at the source; undefined where no stage tells. */
export function lagOf(one) {
  const figures = lagFigures(one);
  return figures.length ? figures.reduce((sum, { value }) => sum + value, 0) : undefined;
}

/** The same by lane: a function of the lane's origin ("cluster/topic/partition"). */
export function lagByLane(one) {
  const known = new Map(
    lagFigures(one).map(({ labels, value }) => [`${labels?.topic}/${labels?.partition}`, value]),
  );
  return (origin) => known.get(String(origin).split('/').slice(-2).join('/'));
}

/** How long it takes to read what waits, at this rate, in seconds. */
export const behind = (lag, rate) => (lag > 0 && rate > 0 ? lag / rate : undefined);

export const balances = (lane) =>
  lane.read + lane.inserted === lane.stored + lane.rejected + lane.dropped + lane.in_flight;

export const laneMembers = ['read', 'inserted', 'stored', 'rejected', 'dropped', 'in_flight'];

export const totalsOf = (lanes) =>
  Object.fromEntries(
    laneMembers.map((name) => [name, lanes.reduce((sum, lane) => sum + (lane[name] ?? 0), 0)]),
  );

/** How full the inbox of a shard is, from 0 to 1; undefined where it does not tell. */
export function fillOf({ inbox_bytes: bytes, inbox_bytes_limit: limit }) {
  return isNumber(bytes) && limit > 0 ? Math.min(1, bytes / limit) : undefined;
}

/** The figure of that name, its labels summed up. */
export function figureOf(stage, name) {
  const found = stage.figures.filter((one) => one.name === name && isNumber(one.value));
  return found.length ? found.reduce((sum, { value }) => sum + value, 0) : undefined;
}
