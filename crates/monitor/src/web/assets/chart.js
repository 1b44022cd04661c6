// What every chart has: it fills the width that it gets, and a cursor tells the value of each mark in a line of text.

import { draw, make, setText } from '/words.js';

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const PAGE = 10;
const ROOMY = matchMedia('(min-width: 1500px)'); // a screen that a room looks at
const LARGE = 1.2;

/**
 * A drawing is a function `(data, width)` that returns `height`, the `marks` as SVG elements, and `points`: what the
 * cursor can stand on, each with `x`, `y`, `width`, `height`, its `text`, and in a grid its `row` and `column`.
 */
export class Chart {
  constructor(drawing) {
    this.drawing = drawing;
    this.points = [];
    this.at = null;
    this.scale = 1;
    this.cursor = draw('rect', { class: 'cursor', rx: 3, 'aria-hidden': 'true' });
    // A slider is what the cursor is: programs that read pages pass arrow keys on to it and speak its value.
    this.picture = draw('svg', {
      class: 'chart',
      tabindex: 0,
      role: 'slider',
      'aria-roledescription': 'chart',
      'aria-valuemin': 1,
    });
    this.told = make('p', { class: 'told' });
    this.element = make('figure', { class: 'drawing' }, this.told, this.picture);
    this.picture.addEventListener('keydown', (event) => this.press(event));
    this.picture.addEventListener('focus', () => this.point(this.at ?? this.first));
    for (const kind of ['pointermove', 'pointerdown']) {
      this.picture.addEventListener(kind, (event) => {
        const { left, top } = this.picture.getBoundingClientRect();
        this.point(this.nearest((event.clientX - left) / this.scale, (event.clientY - top) / this.scale));
      });
    }
    for (const leave of ['pointerleave', 'blur']) this.picture.addEventListener(leave, () => this.point(null));
    // After the observer's turn: a drawing changes the height.
    new ResizeObserver(() => requestAnimationFrame(() => this.draw())).observe(this.element);
  }

  /** Shows the data: `label` names the chart, `summary` is told while the cursor is nowhere. */
  show(data, label, summary) {
    this.data = data;
    this.summary = summary;
    this.picture.setAttribute('aria-label', `${label} ${summary} Arrow keys tell each value.`);
    this.width = null;
    this.draw();
  }

  draw() {
    const width = this.element.clientWidth;
    // A hidden chart has no width; it is drawn when it is seen.
    if (!this.data || width === 0 || width === this.width) return;
    this.width = width;
    this.scale = ROOMY.matches ? LARGE : 1;
    const { height, marks, points, first = 0 } = this.drawing(this.data, width / this.scale);
    [this.points, this.first] = [points, Math.min(first, points.length - 1)];
    this.picture.setAttribute('viewBox', `0 0 ${width / this.scale} ${height}`);
    this.picture.setAttribute('height', height * this.scale);
    this.picture.setAttribute('aria-valuemax', Math.max(1, points.length));
    this.picture.replaceChildren(...marks, this.cursor);
    this.point(this.at === null || this.at >= points.length ? null : this.at);
  }

  press(event) {
    const to = this.step(event.key);
    if (to === null) return;
    event.preventDefault();
    this.point(to);
  }

  /** The point that a key leads to, or `null` if the key means nothing here. */
  step(key) {
    const last = this.points.length - 1;
    if (last < 0) return null;
    const at = this.at ?? this.first;
    const jump = { Home: 0, End: last, PageUp: at - PAGE, PageDown: at + PAGE }[key];
    if (jump !== undefined) return Math.max(0, Math.min(last, jump));
    if (!STEPS[key]) return null;
    const [down, right] = STEPS[key];
    const { row, column } = this.points[at];
    if (row === undefined) return Math.max(0, Math.min(last, at + down + right));
    const found = this.points.findIndex((point) => point.row === row + down && point.column === column + right);
    return found < 0 ? at : found;
  }

  nearest(x, y) {
    let best = null;
    let least = Infinity;
    this.points.forEach((point, index) => {
      const away =
        Math.max(point.x - x, 0, x - point.x - point.width) + Math.max(point.y - y, 0, y - point.y - point.height);
      if (away < least) [best, least] = [index, away];
    });
    return best;
  }

  point(index) {
    this.at = index;
    const point = index === null ? null : this.points[index];
    this.cursor.classList.toggle('shown', Boolean(point));
    setText(this.told, point ? point.text : (this.summary ?? ''));
    this.told.classList.toggle('pointed', Boolean(point));
    this.picture.setAttribute('aria-valuenow', (index ?? this.first ?? 0) + 1);
    this.picture.setAttribute('aria-valuetext', point ? point.text : (this.summary ?? ''));
    if (!point) return;
    for (const side of ['x', 'y']) this.cursor.setAttribute(side, point[side].toFixed(1));
    for (const side of ['width', 'height']) this.cursor.setAttribute(side, Math.max(1, point[side]).toFixed(1));
  }
}

const ruler = document.createElement('canvas').getContext('2d');

/** The width of a text in pixels. */
export function measure(text, font = 13, weight = 400) {
  ruler.font = `${weight} ${font}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text, cut so that it fits. Isolated, because a name may be written from right to left. */
export function fit(text, width, font = 13, weight = 400) {
  const plain = text.replace(/\s+/g, ' ');
  if (measure(plain.slice(0, 400), font, weight) <= width && plain.length <= 400) return `\u2068${plain}\u2069`;
  const parts = [...characters.segment(plain.slice(0, 400))].map((it) => it.segment);
  let [few, many] = [0, parts.length];
  while (few < many) {
    const middle = Math.ceil((few + many) / 2);
    if (measure(`${parts.slice(0, middle).join('')}…`, font, weight) <= width) few = middle;
    else many = middle - 1;
  }
  return `\u2068${parts.slice(0, few).join('').trimEnd()}…\u2069`;
}

/** An SVG text. A frame around a name keeps marks that are stacked above a letter out of the lines around it. */
export function write(text, properties) {
  return draw('text', properties, text);
}

export function writeName(name, { x, y, width, font = 13, weight = 400, ...rest }) {
  const frame = draw('svg', {
    x: x.toFixed(1),
    y: (y - font - 3).toFixed(1),
    width: Math.max(0, width).toFixed(1),
    height: font + 9,
    class: 'frame',
  });
  frame.append(
    draw(
      'text',
      {
        x: rest.anchor === 'middle' ? width / 2 : rest.anchor === 'end' ? width : 0,
        y: font + 3,
        'text-anchor': rest.anchor,
        class: rest.class,
      },
      fit(name, width, font, weight),
    ),
  );
  return frame;
}
