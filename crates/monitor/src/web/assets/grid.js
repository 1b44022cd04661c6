// The drawing of a grid: regions by payment method, cohorts, segments.

import { fit, measure, write, writeName } from '/chart.js';
import { draw } from '/words.js';

const SLANT = 78; // the height of names that stand aslant
const WIDEST = 150; // of a cell
const SLIM = 44; // cells below this width have a smaller text

const at = (value) => value.toFixed(1);

/**
 * A grid of cells, shaded by `share` (0 to 1): `rows` and `heads` are names, `cells[row][column]` has `share`, `told`,
 * `text`, perhaps `tight` (a shorter `told`), `note` and `strong`, or is null. `side` names what the rows are.
 */
export function grid({ rows, heads, cells, high = 34, side = '', foot = '' }, width) {
  const wanted = Math.max(measure(side, 12), ...rows.map((name) => measure(name.slice(0, 60))));
  const names = Math.min(width * 0.3, wanted) + 10;
  const slot = Math.min(WIDEST, (width - names) / heads.length);
  const [head, marks] = above(heads, names, slot);
  if (side) marks.push(writeName(side, { x: 0, y: head - 8, width: names - 8, font: 12, class: 'quiet' }));
  const points = [];
  rows.forEach((name, row) => {
    const y = head + row * high;
    marks.push(writeName(name, { x: 0, y: y + high / 2 + 4, width: names - 8 }));
    cells[row].forEach((cell, column) => {
      if (!cell) return;
      const box = { x: names + column * slot, y, width: slot - 2, height: high - 2 };
      marks.push(...marksOf(cell, box));
      points.push({ ...box, row, column, text: cell.text });
    });
  });
  const bottom = head + rows.length * high;
  if (foot) marks.push(write(foot, { class: 'quiet', x: at(names), y: bottom + 14 }));
  return { height: bottom + (foot ? 20 : 2), marks, points };
}

/** The names above the columns and their height: upright in one or two lines, or aslant if they do not fit. */
function above(heads, left, slot) {
  const wraps = heads.map((name) => wrap(name, slot - 4));
  const fits = wraps.flat().every((line) => measure(line.slice(0, 60), 12) <= slot - 2);
  if (!fits && slot < WIDEST / 2)
    return [SLANT, heads.map((name, column) => aslant(name, left + (column + 0.5) * slot))];
  const height = 6 + 15 * Math.max(1, ...wraps.map((lines) => lines.length));
  const place = { width: slot - 4, font: 12, anchor: 'middle', class: 'quiet' };
  const marks = wraps.flatMap((lines, column) =>
    lines.map((line, index) => {
      const y = height - 8 - (lines.length - 1 - index) * 15;
      return writeName(line, { x: left + column * slot + 2, y, ...place });
    }),
  );
  return [height, marks];
}

function aslant(name, x) {
  const text = writeName(name, { x: 0, y: 0, width: SLANT * 1.1, font: 12, class: 'quiet' });
  return draw('g', { transform: `translate(${at(x)} ${SLANT - 6}) rotate(-50)` }, text);
}

/** A name in at most two lines, broken at a space. */
function wrap(name, width) {
  const space = name.indexOf(' ');
  if (measure(name.slice(0, 60), 12) <= width || space < 1 || name.length > 60) return [name];
  return [name.slice(0, space), name.slice(space + 1)];
}

function marksOf(cell, { x, y, width, height }) {
  const opacity = (0.05 + 0.5 * Math.max(0, cell.share)).toFixed(3);
  const shade = draw('rect', { class: 'cell', x: at(x), y, width: at(width), height, rx: 3, 'fill-opacity': opacity });
  const slim = width < SLIM;
  const font = slim ? 12 : 13;
  const known = [cell.told, cell.tight ?? cell.told].find((text) => measure(text, font, 500) < width + 1);
  const middle = { x: at(x + width / 2), 'text-anchor': 'middle' };
  const line = y + height / 2 + (cell.note ? -4 : 5);
  const look = [slim && 'small', cell.strong && 'strong'].filter(Boolean).join(' ') || null;
  const marks = [shade, write(known ?? fit(cell.told, width, font), { class: look, y: line, ...middle })];
  if (!cell.note) return marks;
  const small = measure(cell.note, 12) < width ? 'small' : 'tiny';
  return [...marks, write(cell.note, { class: small, y: line + 17, ...middle })];
}
