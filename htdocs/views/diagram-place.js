// Where everything of the picture stands: a line with the reject track below it, or, where that
// finds no room, upright with the track at its right.

const narrowestBox = 158;
const gap = 38;
const inboxGap = 96;
const rail = 22; // from the boxes to the reject track
const heightOf = (lines) => 17 * lines + 24;

const fonts = { name: '600 14.5px system-ui, sans-serif', other: '12.5px system-ui, sans-serif' };
const measured = new Map();
let pen;

function widthOf(text, font) {
  const key = font + text;
  if (!measured.has(key)) {
    if (measured.size > 2000) measured.clear();
    pen ??= document.createElement('canvas').getContext('2d');
    pen.font = font;
    measured.set(key, pen.measureText(text).width);
  }
  return measured.get(key);
}

/** The text, cut to the width with an ellipsis. */
export function fit(text, width, name) {
  const font = fonts[name] ?? fonts.other;
  const start = [...text.slice(0, 200)];
  if (start.length === text.length && widthOf(text, font) <= width) return text;
  let length = start.length;
  while (length > 1 && widthOf(`${start.slice(0, length).join('')}…`, font) > width)
    length = Math.min(length - 1, Math.ceil(length * 0.9));
  return `${start.slice(0, length).join('')}…`;
}

const centre = ({ x, width }) => x + width / 2;
const bottom = ({ y, height }) => y + height;
const right = ({ x, width }) => x + width;
const of = ({ stages }, ...roles) => stages.filter(({ role }) => roles.includes(role));

/** The gap behind the stage: wider where the inboxes are shown. */
const gapAfter = (stage, tall) =>
  stage.role === 'source' ? (tall ? 56 : inboxGap) : tall ? 26 : gap;

function line(width, chain, ends, lines) {
  const gaps = chain.slice(0, -1).map((stage) => gapAfter(stage, false));
  const each = (width - 2 - gaps.reduce((sum, more) => sum + more, 0)) / chain.length;
  const height = heightOf(lines);
  let x = 1;
  const boxes = chain.map((stage, index) => {
    const room = { x, y: 1, width: each, height };
    x += each + (gaps[index] ?? 0);
    return { stage, room };
  });
  const edges = boxes.slice(1).map(({ room }, index) => ({
    from: { x: right(boxes[index].room), y: height / 2 },
    to: { x: room.x - 2, y: height / 2 },
  }));
  const [rejecting, services] = ['reject', 'service'].map((role) =>
    ends.filter((stage) => stage.role === role),
  );
  // Rejects begin under the first step, services end under the last one.
  const first = chain.length > 1 ? 1 : 0;
  const perRow = chain.length - first;
  const beside = rejecting.length + services.length <= perRow;
  const cells = [
    ...rejecting.map((stage, index) => ({ stage, cell: index })),
    ...services.map((stage, index) => ({
      stage,
      cell: beside
        ? perRow - services.length + index
        : Math.ceil(rejecting.length / perRow) * perRow + index,
    })),
  ];
  const rowTop = height + 2 * rail;
  for (const { stage, cell } of cells) {
    const room = {
      x: boxes[first + (cell % perRow)].room.x,
      y: rowTop + Math.floor(cell / perRow) * (height + 14),
      width: each,
      height,
    };
    boxes.push({ stage, room });
  }
  const lowest = Math.max(...boxes.map(({ room }) => bottom(room)));
  const targets = boxes.filter(({ stage }) => stage.role === 'reject');
  const tracks = targets.length
    ? boxes
        .filter(({ stage }) => stage.role === 'step' || (stage.role === 'source' && stage.rejected))
        .map(({ stage, room }) => {
          const [target] = targets;
          const points = [
            { x: centre(room), y: bottom(room) },
            { x: centre(room), y: height + rail },
            { x: centre(target.room), y: height + rail },
            { x: centre(target.room), y: target.room.y },
          ];
          return { used: stage.rejected > 0, points };
        })
    : [];
  const inboxRoom = edges.length && {
    x: edges[0].from.x + 10,
    y: height / 2,
    width: inboxGap - 24,
  };
  return { size: { width, height: lowest + 2 }, boxes, edges, tracks: inOrder(tracks), inboxRoom };
}

/** What is used is drawn over what is not. */
const inOrder = (tracks) => tracks.sort((one, other) => Number(one.used) - Number(other.used));

function upright(width, chain, ends, lines) {
  const apart = width >= 560; // room for a second column
  const each = apart ? Math.min(420, width * 0.56) : width - 2 - (ends.length ? rail : 0);
  const height = heightOf(lines);
  let y = 1;
  const boxes = chain.map((stage, index) => {
    const room = { x: 1, y, width: each, height };
    y += height + (index < chain.length - 1 ? gapAfter(stage, true) : 0);
    return { stage, room };
  });
  const edges = boxes.slice(1).map(({ room }, index) => ({
    from: { x: 30, y: bottom(boxes[index].room) },
    to: { x: 30, y: room.y - 2 },
  }));
  let endY = apart ? (boxes[1]?.room.y ?? 1) : y + 22;
  for (const stage of ends) {
    const x = apart ? each + 2 * rail : 1;
    boxes.push({
      stage,
      room: { x, y: endY, width: width - 1 - x - (apart ? 0 : rail), height },
    });
    endY += height + 14;
  }
  const target = boxes.find(({ stage }) => stage.role === 'reject');
  const side = each + 1 + rail - 4;
  const tracks = target
    ? boxes
        .filter(({ stage }) => stage.role === 'step')
        .map(({ stage, room }) => {
          const from = room.y + height / 2;
          const to = target.room.y + height / 2;
          const points = [
            { x: right(room), y: from },
            { x: side, y: from },
            { x: side, y: to },
            { x: apart ? target.room.x : right(target.room), y: to },
          ];
          return { used: stage.rejected > 0, points };
        })
    : [];
  const inboxRoom = edges.length && { x: 52, y: bottom(boxes[0].room) + 27, width: 110 };
  const lowest = Math.max(...boxes.map(({ room }) => bottom(room)));
  return { size: { width, height: lowest + 2 }, boxes, edges, tracks: inOrder(tracks), inboxRoom };
}

/**
 * {size, boxes: [{stage, room}], edges: [{from, to}], tracks: [{used, points}], inboxRoom}. `lines`:
 * of words in the fullest box.
 */
export function place(one, width, lines) {
  const chain = of(one, 'source', 'step');
  const ends = of(one, 'reject', 'service');
  if (!chain.length) return { size: { width, height: 1 }, boxes: [], edges: [], tracks: [] };
  const needed = chain.length * narrowestBox + (chain.length - 2) * gap + inboxGap;
  return (width >= needed ? line : upright)(width, chain, ends, lines);
}
