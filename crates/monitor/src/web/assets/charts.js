// Time series of the last hour: for each hop how many records had arrived, and how fast.

import { clock, draw, make, number, rate, setText } from '/words.js';

const SHOWN = ['mysql', 'kafka', 'spool', 'sqoop', 'flume-kafka', 'flume-logs'];
const HOUR = 3600 * 1000;
const POINTS = 720;
const [WIDTH, HEIGHT, STRIP] = [300, 84, 22]; // the strip below is the rate

export class Charts {
  constructor(place) {
    this.points = [];
    this.hops = {};
    this.views = Object.fromEntries(SHOWN.map((id) => [id, this.view(id)]));
    place.append(...Object.values(this.views).map((view) => view.figure));
  }

  view(id) {
    const path = (name) => draw('path', { class: name });
    const view = { area: path('area'), line: path('line'), goal: path('goal'), rates: path('rates'), cursor: path('cursor') };
    view.picture = draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT + STRIP}`, preserveAspectRatio: 'none', tabindex: 0, role: 'img' }, ...Object.values(view));
    view.title = make('h3');
    view.value = make('p', { class: 'value' });
    view.begin = make('span');
    view.end = make('span');
    view.figure = make('figure', {}, view.title, view.value, view.picture, make('figcaption', {}, view.begin, view.end));
    view.picture.addEventListener('pointermove', (event) => {
      const { left, width } = view.picture.getBoundingClientRect();
      this.point(this.nearest((event.clientX - left) / width));
    });
    for (const leave of ['pointerleave', 'blur']) view.picture.addEventListener(leave, () => this.point(null));
    view.picture.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const last = this.points.length - 1;
      this.point(Math.max(0, Math.min(last, (this.pointed ?? last) + step)));
    });
    return view;
  }

  /** Takes the hour that the monitor has kept; points that arrived in the meantime stay. */
  load(points) {
    const seen = new Set(points.map((point) => point.taken));
    this.points = [...points, ...this.points.filter((point) => !seen.has(point.taken) && point.taken > (points.at(-1)?.taken ?? ''))];
    this.draw();
  }

  add(snapshot) {
    this.hops = Object.fromEntries(snapshot.hops.map((hop) => [hop.id, hop]));
    const hops = snapshot.hops.map((hop) => ({ id: hop.id, arrived: hop.arrived?.value ?? null, rate: hop.rate }));
    // A recording that starts again goes back in time.
    if (snapshot.taken < (this.points.at(-1)?.taken ?? '')) this.points = [];
    if (snapshot.taken !== this.points.at(-1)?.taken) this.points.push({ taken: snapshot.taken, hops });
    this.draw();
  }

  draw() {
    if (this.points.length === 0) return;
    const newest = Date.parse(this.points.at(-1).taken);
    this.points = this.points.filter((point) => Date.parse(point.taken) >= newest - HOUR).slice(-POINTS);
    const oldest = Date.parse(this.points[0].taken);
    this.times = this.points.map((point) => (newest === oldest ? 1 : (Date.parse(point.taken) - oldest) / (newest - oldest)));
    for (const id of SHOWN) this.drawOne(id, this.views[id]);
  }

  drawOne(id, view) {
    const hop = this.hops[id];
    const series = this.points.map((point) => point.hops.find((it) => it.id === id) ?? { arrived: null, rate: null });
    const most = Math.max(1, hop?.expected ?? 0, ...series.map((it) => it.arrived ?? 0));
    const fastest = Math.max(0, ...series.map((it) => it.rate ?? 0));
    const x = (index) => (this.times[index] * WIDTH).toFixed(2);
    const y = (value) => (HEIGHT - (value / most) * (HEIGHT - 6)).toFixed(2);
    const runs = stretches(series.map((it) => it.arrived));
    view.line.setAttribute('d', runs.map(([from, to]) => outline(from, to, (index) => `${x(index)} ${y(series[index].arrived)}`)).join(' '));
    view.area.setAttribute('d', runs.map(([from, to]) => `${outline(from, to, (index) => `${x(index)} ${y(series[index].arrived)}`)} V${HEIGHT} H${x(from)} Z`).join(' '));
    view.goal.setAttribute('d', hop?.expected ? `M0 ${y(hop.expected)} H${WIDTH}` : '');
    const height = (value) => (HEIGHT + STRIP - (value / (fastest || 1)) * (STRIP - 5)).toFixed(2);
    view.rates.setAttribute('d', stretches(series.map((it) => it.rate)).map(([from, to]) => `${outline(from, to, (index) => `${x(index)} ${height(series[index].rate)}`)} V${HEIGHT + STRIP} H${x(from)} Z`).join(' '));
    setText(view.title, hop ? `${hop.from} → ${hop.to}` : id);
    setText(view.begin, clock(this.points[0].taken));
    setText(view.end, clock(this.points.at(-1).taken));
    view.series = series;
    view.picture.setAttribute('aria-label', `${view.title.textContent}: ${number(series.at(-1).arrived)} arrived, at most ${rate(fastest)}; arrow keys show earlier values`);
    this.label(view);
  }

  nearest(share) {
    let best = 0;
    this.times?.forEach((time, index) => {
      if (Math.abs(time - share) < Math.abs(this.times[best] - share)) best = index;
    });
    return best;
  }

  /** Shows all series at one moment; the newest one for `null`. */
  point(index) {
    this.pointed = index;
    for (const view of Object.values(this.views)) if (view.series) this.label(view);
  }

  label(view) {
    const index = Math.min(this.pointed ?? Infinity, this.points.length - 1);
    const { arrived, rate: speed } = view.series[index];
    const time = this.pointed === null || this.pointed === undefined ? '' : `${clock(this.points[index].taken)} · `;
    setText(view.value, `${time}${number(arrived)} arrived · ${speed === null ? '–' : rate(speed)}`);
    view.cursor.setAttribute('d', time ? `M${(this.times[index] * WIDTH).toFixed(2)} 0 V${HEIGHT + STRIP}` : '');
  }
}

/** The ranges with values: a gap stays a gap. */
function stretches(values) {
  const found = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (found.at(-1)?.[1] === index - 1) found.at(-1)[1] = index;
    else found.push([index, index]);
  });
  return found;
}

function outline(from, to, at) {
  let d = `M${at(from)}`;
  for (let index = from + 1; index <= to; index += 1) d += ` L${at(index)}`;
  return d;
}
