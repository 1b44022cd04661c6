// The drawings: data and a width become SVG elements and the points that the cursor can stand on.

import { measure, write, writeName } from '/chart.js';
import { draw } from '/words.js';

const FOOT = 22; // for the labels below
const NARROW = 460; // below this width a name stands above its bar

const at = (value) => value.toFixed(1);

/** A few round numbers up to `most`: 2,000, 4,000. */
function ticks(most) {
  if (most <= 0) return { top: 1, values: [] };
  const step = 10 ** Math.floor(Math.log10(most));
  const by = [0.5, 1, 2, 5].map((it) => it * step).find((it) => most / it <= 3) ?? step * 5;
  const top = Math.max(most * 1.02, by);
  return { top, values: Array.from({ length: Math.floor(top / by) }, (_, index) => (index + 1) * by) };
}

const tickText = (value) => {
  const [divisor, unit] =
    value >= 1e9 ? [1e9, ' B'] : value >= 1e6 ? [1e6, ' M'] : value >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${(value / divisor).toLocaleString('en-US', { maximumFractionDigits: 2 })}${unit}`;
};

/** The scale of a chart with upright bars: faint lines, their numbers left of `edge`, and where zero is. */
function upright(values, { width, head, body, unit = '', plain = false }) {
  const least = Math.min(0, ...values);
  const { top, values: lines } = ticks(Math.max(0, ...values));
  const y = (value) => head + body - ((value - least) / (top - least)) * body;
  const texts = plain ? [] : lines.map((value) => `${tickText(value)}${unit}`);
  const edge = plain ? 0 : Math.ceil(Math.max(0, ...texts.map((text) => measure(text, 12)))) + 8;
  const marks = texts.flatMap((text, index) => [
    draw('path', { class: 'tick', d: `M${edge} ${at(y(lines[index]))}H${width}` }),
    write(text, { class: 'quiet', x: edge - 8, y: at(y(lines[index]) + 4), 'text-anchor': 'end' }),
  ]);
  marks.push(draw('path', { class: 'base', d: `M${edge} ${at(y(0))}H${width}` }));
  return { y, marks, edge };
}

/** Whether there is room to write each value over its bar: then no scale is needed. */
const isRoomy = (points, width) => points.every((it) => measure(it.told, 12) < width / points.length - 4);

const rectangle = (x, y, width, height) => `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h${at(-width)}z`;

/** A bar from zero to the value. */
function upTo(y, value, x, width, from = 0) {
  const [above, below] = [y(Math.max(from, value)), y(Math.min(from, value))];
  return rectangle(x, above, width, Math.max(below - above, value === from ? 0 : 1));
}

/** Labels below that do not touch. */
function below(labels, y, width) {
  let end = -Infinity;
  return labels.flatMap(({ x, text }) => {
    const half = measure(text, 12) / 2;
    const middle = Math.min(width - half, Math.max(half, x));
    if (middle - half < end + 10) return [];
    end = middle + half;
    return [write(text, { class: 'quiet', x: at(middle), y, 'text-anchor': 'middle' })];
  });
}

/**
 * Sales over time. `points`: `place` (days, weeks or months since the first), `value`, `mean` or null, `late` after the
 * cut, `label` at the beginning of a month or null, `text`. `cut`: its place and the words left and right of it.
 */
export function overTime({ points, cut, mean }, width) {
  const [head, body] = [26, width < NARROW ? 150 : 240];
  const places = Math.max(1, points.at(-1).place - points[0].place + 1);
  const roomy = places === points.length && isRoomy(points, width);
  const { y, marks, edge } = upright(
    points.map((it) => it.value),
    { width, head, body, plain: roomy },
  );
  const slot = (width - edge) / places;
  const gap = slot > 8 ? slot * 0.22 : slot > 3 ? 1 : 0;
  const x = (place) => edge + (place - points[0].place) * slot;
  for (const late of [false, true]) {
    const bars = points
      .filter((it) => it.late === late)
      .map((it) => upTo(y, it.value, x(it.place) + gap / 2, Math.max(0.6, slot - gap)));
    marks.push(draw('path', { class: late ? 'bar' : 'bar soft', d: bars.join('') }));
  }
  const line = points.filter((it) => it.mean !== null).map((it) => `${at(x(it.place) + slot / 2)} ${at(y(it.mean))}`);
  if (mean && line.length > 1) marks.push(draw('path', { class: 'line', d: `M${line.join('L')}` }));
  if (roomy)
    marks.push(
      ...points.map((it) =>
        write(it.told, {
          class: 'halo',
          x: at(x(it.place) + slot / 2),
          y: at(y(Math.max(0, it.value)) - 5),
          'text-anchor': 'middle',
        }),
      ),
    );
  if (cut) marks.push(...cutMarks(cut, x(cut.place), { width, head, body }));
  marks.push(
    ...below(
      points.filter((it) => it.label).map((it) => ({ x: x(it.place) + slot / 2, text: it.label })),
      head + body + 16,
      width,
    ),
  );
  const stand = points.map((it) => ({ x: x(it.place), width: slot, y: head, height: body, text: it.text }));
  return { height: head + body + FOOT, marks, points: stand, first: points.length - 1 };
}

function cutMarks(cut, x, { width, head, body }) {
  const marks = [draw('path', { class: 'cut', d: `M${at(x)} 2V${head + body}` })];
  const wide = (text) => measure(text, 13, 600);
  const words = (texts, room) => texts.find((text) => wide(text) < room);
  const [before, after] = [words(cut.before, x - 8), words(cut.after, width - x - 8)];
  const [early, late] = [before ?? cut.before.at(-1), after ?? cut.after.at(-1)];
  // Near an edge, a word keeps away from the edge rather than from the cut.
  const begin = after ? x + 8 : width - wide(late);
  const end = before ? Math.min(x - 8, begin - 14) : wide(early);
  marks.push(write(early, { class: 'strong', x: at(end), y: 13, 'text-anchor': 'end' }));
  marks.push(write(late, { class: 'strong late', x: at(Math.max(begin, end + 14)), y: 13 }));
  return marks;
}

/** A few upright bars, each with one value or with several on top of each other: `label`, `values`, `told`, `text`. */
export function columns({ points, unit }, width) {
  const [head, body] = [20, width < NARROW ? 130 : 160];
  const totals = points.map((it) => it.values.reduce((total, value) => total + value, 0));
  const roomy = isRoomy(points, width);
  const { y, marks, edge } = upright(totals, { width, head, body, unit, plain: roomy });
  const slot = (width - edge) / points.length;
  const bar = Math.min(64, slot * 0.72);
  const most = totals.indexOf(Math.max(...totals));
  points.forEach((it, index) => {
    const left = edge + index * slot + (slot - bar) / 2;
    let from = 0;
    it.values.forEach((value, part) => {
      marks.push(
        draw('path', {
          class: part < it.values.length - 1 ? 'bar soft' : 'bar',
          d: upTo(y, from + value, left, bar, from),
        }),
      );
      from += value;
    });
    if (!roomy && index !== most) return;
    const half = measure(it.told, 12) / 2;
    const middle = Math.min(width - half, Math.max(half, left + bar / 2));
    marks.push(
      write(it.told, { class: 'halo', x: at(middle), y: at(Math.min(y(from), y(0)) - 5), 'text-anchor': 'middle' }),
    );
  });
  marks.push(
    ...below(
      points.map((it, index) => ({ x: edge + (index + 0.5) * slot, text: it.label })),
      head + body + 16,
      width,
    ),
  );
  const stand = points.map((it, index) => ({
    x: edge + index * slot,
    width: slot,
    y: head,
    height: body,
    text: it.text,
  }));
  return { height: head + body + FOOT, marks, points: stand };
}

/** Bars with a name and a value each: `name`, `value`, `told`, `note`, `text`, `soft`. */
export function bars({ points }, width) {
  const narrow = width < NARROW;
  const row = narrow ? 42 : 30;
  const most = Math.max(1e-9, ...points.map((it) => Math.abs(it.value)));
  const told = Math.max(...points.map((it) => measure(it.told, 13, 600)));
  const note = Math.max(0, ...points.map((it) => (it.note ? measure(it.note, 13) + 10 : 0)));
  const names = narrow
    ? 0
    : Math.min(width * 0.34, Math.max(...points.map((it) => measure(it.name.slice(0, 99))))) + 14;
  const room = narrow ? width : width - names - told - note - 14;
  const marks = [];
  points.forEach((it, index) => {
    const top = index * row;
    const text = narrow ? top + 17 : top + 20;
    marks.push(writeName(it.name, { x: 0, y: text, width: narrow ? width - told - note - 10 : names - 12 }));
    const long = Math.max(it.value === 0 ? 0 : 1.5, (Math.abs(it.value) / most) * room);
    const [y, high] = narrow ? [top + 24, 8] : [top + 6, 19];
    marks.push(
      draw('rect', {
        class: it.value < 0 ? 'bar below' : it.soft ? 'bar soft' : 'bar',
        x: at(names),
        y,
        width: at(long),
        height: high,
        rx: 2,
      }),
    );
    marks.push(write(it.told, { class: 'strong', x: at(width - note), y: text, 'text-anchor': 'end' }));
    if (it.note) marks.push(write(it.note, { class: 'quiet large', x: at(width), y: text, 'text-anchor': 'end' }));
  });
  const stand = points.map((it, index) => ({
    x: -4,
    width: width + 8,
    y: index * row + 1,
    height: row - 3,
    text: it.text,
  }));
  return { height: points.length * row + 2, marks, points: stand };
}

/**
 * Products from the greatest to the smallest, and what they make together: `value`, `so_far` (0 to 1), `letter`, `text`.
 * `classes`: the words under each class, by its letter. Where a class ends, `made` says what all up to there make.
 */
export function pareto({ points, classes, high }, width) {
  const [head, body] = [16, width < NARROW ? 150 : high - 46];
  const slot = width / points.length;
  const gap = slot > 6 ? slot * 0.2 : 0;
  const { y, marks } = upright(
    points.map((it) => it.value),
    { width, head, body, plain: true },
  );
  const share = (part) => head + body - part * body;
  let start = 0;
  const feet = [];
  for (const letter of ['A', 'B', 'C']) {
    const found = points.filter((it) => it.letter === letter);
    if (found.length === 0) continue;
    const d = found.map((it, index) => upTo(y, it.value, (start + index) * slot, Math.max(0.6, slot - gap)));
    marks.push(draw('path', { class: `bar class-${letter}`, d: d.join('') }));
    const end = (start + found.length) * slot;
    marks.push(
      draw('path', { class: `band class-${letter}`, d: `M${at(start * slot + 1)} ${head + body + 6}H${at(end - 1)}` }),
    );
    feet.push({ x: (start * slot + end) / 2, texts: classes[letter], left: start * slot, right: end });
    start += found.length;
  }
  const line = points.map((it, index) => `${at((index + 0.5) * slot)} ${at(share(it.so_far))}`);
  marks.push(draw('path', { class: 'line', d: `M${line.join('L')}` }));
  points.forEach(({ made }, last) => {
    if (!made) return;
    const [px, py] = [(last + 0.5) * slot, share(points[last].so_far)];
    marks.push(draw('circle', { class: 'dot', cx: at(px), cy: at(py), r: 4 }));
    marks.push(write(made, { class: 'halo', x: at(Math.min(width - 40, px + 8)), y: at(py + 18) }));
  });
  // The words of a class stand below its band where they fit, else in a list that the card tells anyway.
  for (const { x, texts, left, right } of feet) {
    const text = texts.find((it) => measure(it, 12) < right - left - 6);
    if (text) marks.push(write(text, { class: 'quiet', x: at(x), y: head + body + 24, 'text-anchor': 'middle' }));
  }
  const stand = points.map((it, index) => ({ x: index * slot, width: slot, y: head, height: body, text: it.text }));
  return { height: head + body + 30, marks, points: stand };
}
