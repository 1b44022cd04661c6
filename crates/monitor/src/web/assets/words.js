// How numbers, times and states are written, and how elements are made. Data only ever becomes text nodes.

const SVG = 'http://www.w3.org/2000/svg';

// Signs of the states, drawn so that they look the same in every font.
const SIGNS = {
  complete: 'M7 12.5l3.5 3.5L17 8.5',
  moving: 'M7 12h9M12.5 8l4 4-4 4',
  waiting: 'M8 12h.01M12 12h.01M16 12h.01',
  unknown: 'M9 9.5a3 3 0 1 1 4.2 2.7c-.8.4-1.2.9-1.2 1.8M12 17h.01',
  wrong: 'M12 7v6M12 16.5h.01',
};

export const STATES = {
  complete: 'complete',
  moving: 'moving',
  waiting: 'waiting',
  unknown: 'unknown: last known numbers',
  wrong: 'short or over',
};

const VERDICTS = {
  idle: ['waiting', 'Idle'],
  moving: ['moving', 'Moving'],
  complete: ['complete', 'Complete'],
  unreachable: ['unknown', 'Unreachable'],
  wrong: ['wrong', 'Wrong'],
};

const NAMES = { work: 'work folder', mysql: 'MySQL', kafka: 'Kafka', hdfs: 'HDFS' };

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An HTML element. */
export function make(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** An SVG element. */
export function draw(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

/** Sets the text of an element if it differs, so that nothing is drawn or announced twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The sign of a state, to show beside its word. */
export function sign(state) {
  const outline = state === 'wrong' ? draw('path', { d: 'M12 2.5 22.5 21h-21z' }) : draw('circle', { cx: 12, cy: 12, r: 10 });
  const mark = draw('path', { d: SIGNS[state], class: 'mark' });
  return draw('svg', { class: `sign-${state}`, viewBox: '0 0 24 24', 'aria-hidden': 'true' }, outline, mark);
}

export const verdictOf = (snapshot) => VERDICTS[snapshot.verdict] ?? ['unknown', String(snapshot.verdict)];

export const nameOf = (probe) => NAMES[probe] ?? String(probe);

/** 1,398 */
export function number(value) {
  return value === null || value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A count with the sign of its precision. */
export function counted(count) {
  if (!count) return '–';
  return { exact: '', estimate: '≈ ', upper_bound: '≤ ' }[count.precision] + number(count.value);
}

/** 35/s, 0.4/s */
export function rate(value) {
  if (!value) return '0/s';
  return `${value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 })}/s`;
}

/** 4.5 MiB */
export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toLocaleString('en-US', { maximumFractionDigits: unit && value < 100 ? 1 : 0 })} ${units[unit]}`;
}

/** 10:42:07 in the local time of the browser; with the date if it is not today. */
export function clock(time, today = new Date()) {
  if (!time) return '–';
  const date = new Date(time);
  const text = date.toLocaleTimeString('en-GB');
  return date.toDateString() === today.toDateString() ? text : `${date.toLocaleDateString('en-CA')} ${text}`;
}

/** 12 s, 3 min, 2 h, 5 days */
export function span(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** How long before `now` (milliseconds) the time was. */
export const ago = (time, now) => (time ? `${span((now - Date.parse(time)) / 1000)} ago` : '–');

/** The state of a hop, as one of five looks, and in words. */
export function stateOf(hop) {
  const { is, by } = hop.state;
  if (is === 'short' || is === 'over') return ['wrong', `${is} by ${number(by)}`];
  if (is === 'unknown') return ['unknown', 'unknown'];
  if (is === 'moving' && hop.stale) return ['moving', 'late'];
  return STATES[is] ? [is, is] : ['unknown', String(is)];
}
