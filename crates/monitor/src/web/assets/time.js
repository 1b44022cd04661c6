// Sales over time: where each day, week or month stands, and the cut between history and real time.

import { equal, grouped, rounded, short, size, sum } from '/decimals.js';

const DAY = 86400 * 1000;
const COLUMNS = {
  sales_by_day: ['sale_date', 'day'],
  sales_by_week: ['week', 'week'],
  sales_by_month: ['month', 'month'],
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** How many days, weeks or months a date is after the year 1970 began. */
function place(text, unit) {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time)) return null;
  if (unit === 'month') return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
  return Math.round(time / DAY / (unit === 'week' ? 7 : 1));
}

function dated(text, unit) {
  if (unit === 'month') return text.slice(0, 7);
  if (unit === 'week') return `week of ${text}`;
  return `${WEEKDAYS[new Date(`${text}T00:00:00Z`).getUTCDay()]} ${text}`;
}

/** The points of one of the three results, by date; what has no date is only a note. */
export function seriesOf(result, rows) {
  const [column, unit] = COLUMNS[result.name];
  const known = rows.filter((row) => row[column] !== null && place(row[column], unit) !== null);
  const without = rows.filter((row) => !known.includes(row));
  const long = known.length > 0 && Date.parse(known.at(-1)[column]) - Date.parse(known[0][column]) > 62 * DAY;
  let month = null;
  const points = known.map((row) => {
    const date = row[column];
    const begins = long ? date.slice(0, 7) !== month : true;
    month = date.slice(0, 7);
    const name = MONTHS[Number(date.slice(5, 7)) - 1];
    const year = date.slice(5, 7) === '01' || row === known[0] ? ` ${date.slice(0, 4)}` : '';
    const mean = row.revenue_mean_7 ?? null;
    const parts = [
      dated(date, unit),
      grouped(row.revenue),
      `${grouped(row.orders)} orders`,
      mean !== null && `mean ${grouped(rounded(mean, 2))}`,
    ];
    return {
      date,
      name: dated(date, unit),
      place: place(date, unit),
      value: size(row.revenue),
      told: short(row.revenue),
      mean: mean === null ? null : size(mean),
      orders: row.orders,
      revenue: row.revenue,
      label: begins ? (long ? `${name}${year}` : `${name} ${Number(date.slice(8, 10))}`) : null,
      text: parts.filter(Boolean).join(' · '),
    };
  });
  const note = without.length ? `${grouped(sum(without.map((row) => row.revenue)))} without a date` : '';
  return { points, unit, note };
}

/**
 * Where real time begins: the day before which exactly the historical part was sold. If there is none, the first day of
 * the stream, as long as the monitor has all its days.
 */
export function cutOf({ points }, result, snapshot) {
  if (!result) return null;
  const index = (name) => result.columns.findIndex((column) => column.name === name);
  const part = (name) => result.rows.find((row) => row[index('part')] === name);
  const [history, late] = [part('historical'), part('real-time')];
  if (!history || !late) return null;
  const cell = (row, name) => row[index(name)];
  const days = snapshot?.live?.days ?? [];
  const whole = days.length > 0 && days.reduce((total, day) => total + day.orders, 0) === snapshot.live.orders;
  const begins =
    exact(points, cell(history, 'revenue'), cell(history, 'orders')) ??
    points.find((it) => whole && it.date >= days[0].key)?.place;
  if (begins === undefined) return null;
  const words = (name, row) => [
    `${name} · ${grouped(cell(row, 'revenue'))} · ${grouped(cell(row, 'orders'))} orders`,
    `${name} · ${grouped(cell(row, 'revenue'))}`,
    name,
  ];
  return { place: begins, before: words('history', history), after: words('real time', late) };
}

function exact(points, revenue, orders) {
  let [money, count] = ['0', '0'];
  for (const point of points) {
    if (equal(count, orders) && equal(money, revenue)) return point.place;
    [money, count] = [sum([money, point.revenue]), sum([count, point.orders])];
  }
  return undefined;
}
