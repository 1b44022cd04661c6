// The picture: stations and the lines between them, as on the map of an underground railway.

import { clock, counted, draw, number, rate, setText, sign, stateOf } from '/words.js';

const BEND = 16; // radius of a bend
const FAST = 30; // arrivals a second at which the dots run at full speed

// Where the stations are, for a wide and for a narrow page: x, y, and the side of the name.
const WIDE = {
  size: [1200, 404],
  stations: {
    csv: [96, 171, 'above'], historical: [336, 70, 'above'], realtime: [336, 272, 'above'],
    mysql: [700, 70, 'above'], kafka: [700, 205, 'above'], spool: [700, 340, 'above'],
    sqoop: [1150, 70, 'end'], transactions: [1150, 205, 'end'], logs: [1150, 340, 'end'],
  },
  lines: {
    split: [[[96, 171], [186, 171], [287, 70], [336, 70]], [[96, 171], [186, 171], [287, 272], [336, 272]]],
    mysql: [[[336, 70], [700, 70]]],
    sqoop: [[[700, 70], [1150, 70]]],
    kafka: [[[336, 272], [388, 272], [455, 205], [700, 205]]],
    'flume-kafka': [[[700, 205], [1150, 205]]],
    spool: [[[336, 272], [388, 272], [456, 340], [700, 340]]],
    'flume-logs': [[[700, 340], [1150, 340]]],
  },
  plates: {
    split: [96, 171, 'below'], mysql: [545, 70], sqoop: [885, 70], kafka: [545, 205],
    'flume-kafka': [885, 205], spool: [545, 340], 'flume-logs': [885, 340],
  },
};

const NARROW = {
  size: [390, 840],
  stations: {
    csv: [195, 40, 'right'], historical: [66, 262, 'below'], realtime: [260, 262, 'below'],
    mysql: [66, 520, 'below'], kafka: [195, 520, 'below'], spool: [324, 520, 'below'],
    sqoop: [66, 774, 'below'], transactions: [195, 774, 'below'], logs: [324, 774, 'below'],
  },
  lines: {
    split: [[[195, 40], [195, 70], [66, 199], [66, 262]], [[195, 40], [195, 134], [260, 199], [260, 262]]],
    mysql: [[[66, 262], [66, 520]]],
    sqoop: [[[66, 520], [66, 774]]],
    kafka: [[[260, 262], [195, 327], [195, 520]]],
    'flume-kafka': [[[195, 520], [195, 774]]],
    spool: [[[260, 262], [324, 326], [324, 520]]],
    'flume-logs': [[[324, 520], [324, 774]]],
  },
  plates: {
    split: [195, 134, 'plate'], mysql: [66, 418, 'plate'], sqoop: [66, 665, 'plate'], kafka: [195, 418, 'plate'],
    'flume-kafka': [195, 665, 'plate'], spool: [324, 418, 'plate'], 'flume-logs': [324, 665, 'plate'],
  },
};

// Each station: the probe that it depends on, and the hop and end that give its name.
const STATIONS = {
  csv: ['work', 'split', 'from'], historical: ['work', 'mysql', 'from'], realtime: ['work', 'kafka', 'from'],
  mysql: ['mysql', 'mysql', 'to'], kafka: ['kafka', 'kafka', 'to'], spool: ['work', 'spool', 'to'],
  sqoop: ['hdfs', 'sqoop', 'to'], transactions: ['hdfs', 'flume-kafka', 'to'], logs: ['hdfs', 'flume-logs', 'to'],
};

/** A path through the points whose corners are round. */
function track(points) {
  const parts = [`M${points[0]}`];
  for (let index = 1; index < points.length - 1; index += 1) {
    const corner = points[index];
    const [before, after] = [points[index - 1], points[index + 1]].map((other) => {
      const length = Math.hypot(other[0] - corner[0], other[1] - corner[1]);
      const share = Math.min(BEND, length / 2) / length;
      return corner.map((value, axis) => value + (other[axis] - value) * share);
    });
    parts.push(`L${before}`, `Q${corner} ${after}`);
  }
  return [...parts, `L${points.at(-1)}`].join(' ');
}

/** Breaks a long name after a slash or hyphen into lines of about `width` characters. */
function lines(name, width) {
  const found = [''];
  for (const part of name.split(/(?<=[/ -])/)) {
    if (found.at(-1) && found.at(-1).length + part.trimEnd().length > width) found.push('');
    found[found.length - 1] += part;
  }
  const shown = found.slice(0, 3).map((line) => (line.length > width + 4 ? `${line.slice(0, width + 3)}…` : line));
  return shown.map((line) => line.trimEnd());
}

export class Flow {
  /** Draws into `place`; calls `choose(id)` when a hop is chosen. */
  constructor(place, choose) {
    this.place = place;
    this.choose = choose;
    this.calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.narrow = matchMedia('(max-width: 760px)');
    for (const query of [this.calm, this.narrow]) {
      query.addEventListener('change', () => this.build());
    }
    this.build();
  }

  build() {
    this.plan = this.narrow.matches ? NARROW : WIDE;
    this.slim = this.narrow.matches;
    const [width, height] = this.plan.size;
    const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, class: this.slim ? 'slim' : 'wide', role: 'group', 'aria-labelledby': 'flow-title' });
    this.hops = {};
    this.stations = {};
    const shown = Object.keys(this.plan.lines).map((id) => this.hop(id));
    // Lines below, stations above them, plates on top.
    svg.append(...shown.map((hop) => hop.rails), ...Object.keys(STATIONS).map((id) => this.station(id)), ...shown.map((hop) => hop.group));
    this.place.replaceChildren(svg);
    if (this.snapshot) this.show(this.snapshot);
  }

  hop(id) {
    const rails = draw('g', { class: 'rails', 'aria-hidden': 'true' });
    const fills = [];
    const dots = [];
    for (const points of this.plan.lines[id]) {
      const d = track(points);
      fills.push(draw('path', { d, class: 'fill', pathLength: 100 }));
      dots.push(draw('path', { d, class: 'dots' }));
      rails.append(draw('path', { d, class: 'rail' }), fills.at(-1), dots.at(-1));
    }
    const [x, y, side] = this.plan.plates[id];
    const texts = Object.fromEntries(['carrier', 'count', 'state', 'more'].map((name) => [name, draw('text', { class: name })]));
    const badge = draw('g', { class: 'badge' });
    const group = draw('g', { class: 'hop', role: 'button', tabindex: 0, transform: `translate(${x} ${y})` });
    const box = side === 'plate' ? [-61, -46, 122, 92] : side === 'below' ? [-92, 18, 184, 84] : [-118, -56, 236, 96];
    group.append(draw('rect', { class: side === 'plate' ? 'plate' : 'target', x: box[0], y: box[1], width: box[2], height: box[3], rx: 10 }));
    group.append(...Object.values(texts), badge);
    const rows = { plate: [-29, -7, 15, 34], below: [38, 66, 91, 108] }[side] ?? [-41, -14, 31, 49];
    Object.values(texts).forEach((text, index) => text.setAttribute('y', rows[index]));
    group.addEventListener('click', () => this.choose(id));
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.choose(id);
    });
    const motions = dots.map((path) => this.motion(path));
    this.hops[id] = { rails, fills, motions, group, texts, badge, row: rows[2], slim: side === 'plate' };
    return this.hops[id];
  }

  /** Dots that run along a line; hidden until records arrive. */
  motion(path) {
    if (this.calm.matches) return null;
    const motion = path.animate([{ strokeDashoffset: 26 }, { strokeDashoffset: 0 }], { duration: 1000, iterations: Infinity });
    motion.pause();
    return motion;
  }

  station(id) {
    const [x, y, side] = this.plan.stations[id];
    const name = draw('text', { class: 'name' });
    const since = draw('text', { class: 'since' });
    const title = draw('title');
    const group = draw('g', { class: `station ${side}`, transform: `translate(${x} ${y})` });
    group.append(title, draw('circle', { r: this.slim ? 11 : 13 }), name, since);
    this.stations[id] = { group, name, since, title, side };
    return group;
  }

  show(snapshot) {
    this.snapshot = snapshot;
    for (const hop of snapshot.hops) if (this.hops[hop.id]) this.showHop(this.hops[hop.id], hop);
    for (const [id, [probe, hop, end]] of Object.entries(STATIONS)) {
      this.showStation(this.stations[id], snapshot.probes.find((it) => it.name === probe), snapshot.hops.find((it) => it.id === hop)?.[end] ?? id);
    }
  }

  showHop(view, hop) {
    const [state, word] = stateOf(hop);
    view.rails.dataset.state = state;
    view.group.dataset.state = state;
    const arrived = hop.arrived?.value ?? 0;
    const share = hop.expected ? Math.min(1, arrived / hop.expected) : Number(state === 'complete');
    // One record of a million must be visible as arrived, and one missing as missing.
    const percent = share === 0 || share === 1 ? share * 100 : Math.min(93, Math.max(4, share * 100));
    for (const fill of view.fills) fill.style.strokeDasharray = `${percent} 100`;
    for (const motion of view.motions) this.run(motion, state === 'moving' ? hop.rate : 0);
    setText(view.texts.carrier, lines(hop.carrier, 24)[0]);
    setText(view.texts.count, view.slim ? counted(hop.arrived) : `${counted(hop.arrived)} / ${number(hop.expected)}`);
    const more = [];
    if (hop.in_flight && state !== 'complete') more.push(`${number(hop.in_flight)} in flight`);
    if (hop.rate && state === 'moving') more.push(rate(hop.rate));
    setText(view.texts.state, view.slim ? word : [word, ...more].join(' · '));
    setText(view.texts.more, view.slim ? (more.at(-1) ?? `of ${number(hop.expected)}`) : '');
    if (view.badge.dataset.state !== state) {
      view.badge.dataset.state = state;
      view.badge.replaceChildren(sign(state));
    }
    this.placeBadge(view);
    const label = `${hop.from} to ${hop.to} by ${hop.carrier}: ${counted(hop.arrived)} of ${number(hop.expected)} ${hop.unit}, ${[word, ...more].join(', ')}`;
    view.group.setAttribute('aria-label', label);
  }

  /** Puts the sign left of its word, and centers both. */
  placeBadge(view) {
    const size = view.slim ? 15 : 19;
    const width = view.texts.state.getComputedTextLength();
    view.texts.state.setAttribute('x', (size + 5) / 2);
    view.badge.setAttribute('transform', `translate(${-(width + size + 5) / 2} ${view.row - size * 0.8}) scale(${size / 24})`);
    const inner = view.badge.firstChild;
    inner.setAttribute('width', 24);
    inner.setAttribute('height', 24);
  }

  run(motion, speed) {
    if (!motion) return;
    if (!speed) {
      motion.pause();
      motion.effect.target.classList.remove('running');
      return;
    }
    motion.effect.target.classList.add('running');
    motion.updatePlaybackRate(0.3 + 1.7 * Math.min(1, Math.log1p(speed) / Math.log1p(FAST)));
    motion.play();
  }

  showStation(view, probe, name) {
    const lost = probe?.state === 'unreachable';
    view.group.dataset.state = lost ? 'unknown' : 'known';
    const shown = lines(name, this.slim ? 14 : 18).slice(0, 3);
    const up = view.side === 'above' || view.side === 'end';
    const first = up ? -7 - shown.length * 18 : view.side === 'right' ? 5 : 30;
    view.name.replaceChildren(...shown.map((line, index) => {
      const span = draw('tspan', { x: view.side === 'right' ? 20 : view.side === 'end' ? 14 : 0, y: first + index * (up ? 18 : 16) });
      span.textContent = line;
      return span;
    }));
    setText(view.title, name);
    setText(view.since, lost ? `${this.slim ? '' : 'unreachable '}since ${clock(probe.unreachable_since)}` : '');
    view.since.setAttribute('x', view.side === 'end' ? 14 : 0);
    view.since.setAttribute('y', up ? 55 : first + shown.length * 16);
  }
}
