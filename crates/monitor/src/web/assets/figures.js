// The key figures: in all, large; and those of the last 30 days, with their change against the 30 days before.

import { difference, growth, grouped, percent, short } from '/decimals.js';
import { rowsOf } from '/rows.js';
import { make } from '/words.js';

const DAY = 86400 * 1000;
const LONGEST = 12; // characters of a large number; a longer one is shortened, and told in full below

/** The rows of both results by their period. */
function periods(results) {
  const found = { all: {}, 'last 30 days': {}, '30 days before': {} };
  for (const row of results.filter((it) => it).flatMap(rowsOf))
    if (row.period in found) Object.assign(found[row.period], row);
  for (const row of Object.values(found))
    row.repeats = row.customers ? percent(row.repeat_customers, row.customers) : undefined;
  return [found.all, found['last 30 days'], found['30 days before']];
}

/** Whether there are sales from 60 days before the last one: otherwise there is nothing to compare with. */
function comparable(days) {
  const dates = days
    ? rowsOf(days)
        .map((row) => Date.parse(row.sale_date))
        .filter((date) => !Number.isNaN(date))
    : [];
  return dates.length > 0 && (dates.at(-1) - dates[0]) / DAY >= 59;
}

const FIGURES = [
  ['Revenue', 'revenue'],
  ['Orders', 'orders'],
  ['Units', 'units'],
  ['Average order', 'average_order'],
  ['Customers', 'customers'],
  ['Repeat rate', 'repeats', ' %'],
];

export function keyFigures(results, { results: others }) {
  const [all, now, before] = periods(results);
  const compared = comparable(others.get('sales_by_day'));
  const shown = FIGURES.filter(([, column]) => all[column] !== undefined && all[column] !== null);
  if (shown.length === 0) return null;
  const full = (column, unit) => `${grouped(all[column])}${unit}`;
  const large = (column, unit) =>
    full(column, unit).length > LONGEST ? `${short(all[column])}${unit}` : full(column, unit);
  const longest = Math.max(...shown.map(([, column, unit = '']) => large(column, unit).length));
  const tiles = shown.map(([name, column, unit = '']) => {
    const [exact, told] = [full(column, unit), large(column, unit)];
    const whole = told === exact ? null : make('span', {}, exact);
    return make(
      'div',
      {},
      make('dt', {}, name),
      make('dd', {}, make('strong', {}, told), whole, ...recent(now[column], before[column], unit, compared)),
    );
  });
  const list = make('dl', { class: 'figures' }, ...tiles);
  list.style.setProperty('--longest', longest);
  list.style.setProperty(
    '--all',
    shown.reduce((count, [, column, unit = '']) => count + Math.max(6, large(column, unit).length), 0),
  );
  return make(
    'div',
    { class: 'strip' },
    list,
    make(
      'p',
      { class: 'remark' },
      compared
        ? 'Small: the last 30 days with sales, and their change against the 30 days before.'
        : 'Small: the last 30 days with sales. There are no whole 30 days before to compare with.',
    ),
  );
}

function recent(now, before, unit, compared) {
  if (now === undefined || now === null) return [];
  const period = make('span', {}, `30 days: ${grouped(now)}${unit}`);
  const change = !compared ? null : unit ? difference(now, before) : growth(now, before);
  if (change === null) return [period];
  const none = /^-?0(\.0*)?$/.test(change);
  const mark = none ? '=' : change.startsWith('-') ? '▼' : '▲';
  return [period, make('b', {}, `${mark} ${grouped(change.replace('-', ''))} ${unit ? 'points' : '%'}`)];
}
