// Which drawing answers which question. A result that is not here, such as a user's own, is shown as a table.

import { grouped, percent, rounded, short, size, sum } from '/decimals.js';
import { bars, columns, grid, overTime, pareto } from '/drawings.js';
import { keyFigures, rowsOf } from '/figures.js';
import { cutOf, seriesOf } from '/time.js';

const TOP = 12; // names in a list of bars; the table has all
const COHORTS = 13; // a year, and the month before it
const METHODS = 7; // columns of a grid; the last one is what remains
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const CLASSES = { A: 'A: the first 80 %', B: 'B: the next 15 %', C: 'C: the rest' };

const named = (name) => (name === null ? 'not given' : name === '' ? '(empty)' : name);
const many = (count, word) => `${grouped(count)} ${word}${count === '1' ? '' : 's'}`;
const percents = (text) => (text === null ? '–' : `${grouped(text)} %`);
const hour = (text) => `${text.padStart(2, '0')}:00`;
const best = (rows, column) => rows.reduce((one, other) => (size(other[column]) > size(one[column]) ? other : one));

function timeLine(result, { results, snapshot }) {
  const series = seriesOf(result, rowsOf(result));
  if (series.points.length === 0) return [];
  const cut = result.name === 'sales_by_day' ? cutOf(series, results.get('sales_by_part'), snapshot) : null;
  for (const point of series.points) point.late = cut === null || point.place >= cut.place;
  const top = series.points.reduce((one, other) => (other.value > one.value ? other : one));
  const mean = series.points.some((it) => it.mean !== null);
  const summary = [`Best ${series.unit}: ${top.name}, ${grouped(top.revenue)}`, mean && 'the line is the mean of seven days', series.note].filter(Boolean).join(' · ');
  return [{ drawing: overTime, data: { points: series.points, cut, mean }, summary }];
}

function products(result) {
  const rows = rowsOf(result);
  const sold = rows.filter((row) => size(row.revenue) !== 0);
  if (sold.length === 0) return [];
  const text = (row) => `${row.revenue_rank}. ${named(row.product_id)} · ${grouped(row.revenue)} · ${percents(row.share_percent)} · ${many(row.orders, 'order')} · class ${row.pareto_class}`;
  const list = rows.slice(0, TOP).map((row) => ({ name: named(row.product_id), value: size(row.revenue), told: grouped(row.revenue), note: percents(row.share_percent), text: text(row) }));
  // With rows left out, the sum of all follows from the share of the first.
  const all = result.cut ? (size(rows[0].revenue) * 100) / size(rows[0].share_percent) : size(sum(rows.map((row) => row.revenue)));
  let soFar = 0;
  const points = rows.map((row) => {
    soFar += size(row.revenue);
    return { value: size(row.revenue), so_far: Math.max(0, Math.min(1, soFar / all)), letter: row.pareto_class, text: text(row) };
  });
  // Where a class ends, exactly; with rows left out, their share is not known so exactly.
  for (const letter of ['A', 'B']) {
    const last = rows.findLastIndex((row) => row.pareto_class === letter);
    if (!result.cut && last >= 0 && last < rows.length - 1) points[last].made = percents(percent(sum(rows.slice(0, last + 1).map((row) => row.revenue)), sum(rows.map((row) => row.revenue))));
  }
  const count = (letter) => rows.filter((row) => row.pareto_class === letter).length;
  const classes = Object.fromEntries(Object.entries(CLASSES).map(([letter, words]) => [letter, [`${words}, ${count(letter)} products`, `${letter}: ${count(letter)}`, letter]]));
  const counts = Object.keys(CLASSES).map((letter) => `${letter}: ${count(letter)}`).join(' · ');
  const more = result.total - list.length;
  return [
    { drawing: bars, data: { points: list }, summary: more > 0 ? `The first ${list.length}; ${grouped(String(more))} more are in the table` : 'From the most to the least' },
    { drawing: pareto, data: { points, classes, high: list.length * 30 }, summary: `Products by class: ${counts}${result.cut ? ' of the rows here' : ''} · the line is what they make together` },
  ];
}

/** Names with a revenue each: categories, statuses. */
const shares = (column) => (result) => {
  const rows = rowsOf(result);
  const text = (row) => `${named(row[column])} · ${grouped(row.revenue)} · ${percents(row.share_percent)} · ${many(row.orders, 'order')} · ${many(row.units, 'unit')}`;
  const sorted = [...rows].sort((one, other) => size(other.revenue) - size(one.revenue));
  const points = sorted.slice(0, TOP).map((row) => ({ name: named(row[column]), value: size(row.revenue), told: grouped(row.revenue), note: percents(rounded(row.share_percent, 1)), text: text(row) }));
  const more = rows.length - points.length;
  return points.length ? [{ drawing: bars, data: { points }, summary: more > 0 ? `The first ${points.length}; ${more} more are in the table` : `Revenue and share of all ${grouped(sum(rows.map((row) => row.revenue)))}` }] : [];
};

function regions(result) {
  const rows = rowsOf(result);
  const names = (column) => {
    const totals = new Map();
    for (const row of rows) totals.set(row[column], (totals.get(row[column]) ?? 0) + size(row.revenue));
    return [...totals].sort((one, other) => other[1] - one[1]).map(([name]) => name);
  };
  const [regionNames, methods] = [names('region').slice(0, 20), names('payment_method')];
  const few = methods.length > METHODS + 1 ? methods.slice(0, METHODS) : methods;
  const groups = [...few.map((name) => [named(name), (row) => row.payment_method === name])];
  if (few.length < methods.length) groups.push([`${methods.length - few.length} others`, (row) => !few.includes(row.payment_method)]);
  groups.push(['all', () => true]);
  const found = regionNames.map((region) => groups.map(([, has]) => rows.filter((row) => row.region === region && has(row))));
  const value = (cell) => sum(cell.map((row) => row.revenue));
  const most = Math.max(1, ...found.flatMap((line) => line.slice(0, -1).map((cell) => size(value(cell)))));
  const cells = found.map((line, row) => line.map((cell, column) => (cell.length === 0 ? null : {
    share: column === groups.length - 1 ? 0 : size(value(cell)) / most, told: short(value(cell)), tight: short(value(cell), 2).replace(' ', ''), strong: column === groups.length - 1,
    text: `${named(regionNames[row])} · ${groups[column][0]} · ${grouped(value(cell))} · ${many(sum(cell.map((it) => it.orders)), 'order')}`,
  })));
  return rows.length ? [{ drawing: grid, data: { rows: regionNames.map(named), heads: groups.map(([name]) => name), cells }, summary: `Revenue; the most: ${named(best(rows, 'revenue').region)}, ${named(best(rows, 'revenue').payment_method)}, ${grouped(best(rows, 'revenue').revenue)}` }] : [];
}

/** A few upright bars of revenue. */
const upright = (column, name, mark) => (result) => {
  const rows = rowsOf(result).filter((row) => row[column] !== null);
  if (rows.length === 0) return [];
  const points = rows.map((row) => ({ label: mark(row[column]), values: [size(row.revenue)], told: short(row.revenue), text: `${name(row[column])} · ${grouped(row.revenue)} · ${many(row.orders, 'order')}` }));
  const top = best(rows, 'revenue');
  return [{ drawing: columns, data: { points }, summary: `The most: ${name(top[column])}, ${grouped(top.revenue)}` }];
};
const weekday = (text) => WEEKDAYS[text - 1] ?? text;

/** Those that gained most, and those that lost most. */
function changes(result) {
  const rows = rowsOf(result);
  const gains = rows.filter((row) => size(row.change) > 0).slice(0, TOP / 2);
  const losses = rows.filter((row) => size(row.change) < 0).slice(-TOP / 2);
  const shown = [...gains, ...losses];
  const points = shown.map((row) => ({
    name: named(row.product_id), value: size(row.change), told: `${row.change.startsWith('-') ? '' : '+'}${grouped(row.change)}`, note: row.growth_percent === null ? 'new' : percents(rounded(row.growth_percent, 0)),
    text: `${named(row.product_id)} · ${grouped(row.revenue_before)} before, ${grouped(row.revenue_now)} now`,
  }));
  return points.length && !result.cut ? [{ drawing: bars, data: { points }, summary: `The ${gains.length} that gained most, and the ${losses.length} that lost most` }] : [];
}

function cohorts(result) {
  const rows = rowsOf(result);
  const months = [...new Set(rows.map((row) => row.cohort))].slice(-COHORTS);
  const first = new Map(rows.filter((row) => row.months_later === '0').map((row) => [row.cohort, row.customers]));
  const latest = Math.min(COHORTS - 1, Math.max(0, ...rows.filter((row) => months.includes(row.cohort)).map((row) => size(row.months_later))));
  const known = new Map(rows.map((row) => [`${row.cohort} ${row.months_later}`, row.customers]));
  const heads = ['all', ...Array.from({ length: latest }, (_, later) => String(later + 1))];
  const cells = months.map((month, row) => heads.map((_, later) => {
    const customers = known.get(`${month} ${later}`);
    // Within the triangle, no row means that nobody came back.
    if (customers === undefined && (later === 0 || row + later >= months.length)) return null;
    const share = percent(customers ?? '0', first.get(month));
    const text = later === 0 ? `${month.slice(0, 7)} · ${many(customers, 'new customer')}` : `${month.slice(0, 7)} · ${later === 1 ? '1 month' : `${later} months`} later ${many(customers ?? '0', 'customer')}, ${percents(share)}`;
    return { share: later === 0 ? 0 : size(share) / 100, told: later === 0 ? grouped(customers) : rounded(share, 0) ?? '–', strong: later === 0, text };
  }));
  const all = new Set(rows.map((row) => row.cohort)).size;
  return months.length ? [{ drawing: grid, data: { rows: months.map((month) => month.slice(0, 7)), heads, cells, high: 27, side: 'first sale', foot: '% who bought again, months later' }, summary: all > months.length ? `The last ${months.length} of ${all} months; all are in the table` : `${many(sum([...first.values()]), 'customer')} by the month of their first sale` }] : [];
}

function segmentOf(recency, frequency) {
  if (frequency >= 4) return recency >= 4 ? 'champion' : 'loyal';
  if (recency >= 4 && frequency <= 2) return 'new';
  if (recency <= 2) return frequency === 3 ? 'at risk' : 'lost';
  return 'promising';
}

function segments(result) {
  const rows = rowsOf(result);
  const most = Math.max(1, ...rows.map((row) => size(row.customers)));
  const fifths = [5, 4, 3, 2, 1];
  const cells = fifths.map((frequency) => [1, 2, 3, 4, 5].map((recency) => {
    const row = rows.find((it) => it.recency === String(recency) && it.frequency === String(frequency));
    const segment = segmentOf(recency, frequency);
    const told = row ? `${many(row.customers, 'customer')} · ${many(row.orders, 'order')} · ${grouped(row.revenue)}` : 'nobody';
    return { share: row ? size(row.customers) / most : 0, told: row ? grouped(row.customers) : '0', note: segment, text: `${segment} · recency ${recency}, frequency ${frequency} · ${told}` };
  }));
  return rows.length ? [{ drawing: grid, data: { rows: ['5 often', '4', '3', '2', '1 rarely'], heads: ['1 long ago', '2', '3', '4', '5 lately'], cells, high: 52 }, summary: 'Customers by how lately and how often they bought, each in fifths' }] : [];
}

function payments(result) {
  const rows = rowsOf(result).filter((row) => row.hour_of_day !== null);
  if (rows.length === 0) return [];
  const text = (row) => `${hour(row.hour_of_day)} · ${percents(row.declined_percent)} declined · ${grouped(row.declined)} declined, ${grouped(row.authorized)} authorized, ${many(row.gateway_failures, 'gateway failure')}`;
  const points = rows.map((row) => ({ label: row.hour_of_day, values: [size(row.declined_percent)], told: percents(rounded(row.declined_percent, 1)), text: text(row) }));
  return [{ drawing: columns, data: { points, unit: ' %' }, summary: `The most: ${text(best(rows, 'declined_percent'))}` }];
}

function returning(result) {
  const rows = rowsOf(result);
  if (rows.length === 0) return [];
  const points = rows.map((row) => ({
    label: row.month.slice(0, 7), values: [size(row.new_revenue), size(row.returning_revenue)], told: short(sum([row.new_revenue, row.returning_revenue])),
    text: `${row.month.slice(0, 7)} · new ${grouped(row.new_revenue)} of ${many(row.new_customers, 'customer')} · returning ${grouped(row.returning_revenue)} of ${grouped(row.returning_customers)}`,
  }));
  return [{ drawing: columns, data: { points }, summary: 'Pale: new customers · full: customers who had bought in an earlier month' }];
}

function repeats(result) {
  const rows = rowsOf(result);
  const groups = [['once', 1, 1], ['2 to 4 times', 2, 4], ['5 to 9 times', 5, 9], ['10 to 19 times', 10, 19], ['20 times or more', 20, Infinity]];
  const all = sum(rows.map((row) => row.customers));
  const points = groups.map(([name, from, to]) => [name, rows.filter((row) => size(row.orders) >= from && size(row.orders) <= to)]).filter(([, found]) => found.length).map(([name, found]) => {
    const [customers, revenue] = [sum(found.map((row) => row.customers)), sum(found.map((row) => row.revenue))];
    return { name, value: size(customers), told: grouped(customers), note: percents(percent(customers, all)), text: `${name} · ${many(customers, 'customer')} · ${grouped(revenue)}` };
  });
  return points.length ? [{ drawing: bars, data: { points }, summary: `${many(all, 'customer')} by the number of their orders` }] : [];
}

function funnel(result) {
  const rows = rowsOf(result);
  const most = rows.length ? best(rows, 'customers').customers : '0';
  const points = rows.slice(0, TOP).map((row) => ({ name: named(row.event_type), value: size(row.customers), told: grouped(row.customers), note: percents(percent(row.customers, most)), text: `${named(row.event_type)} · ${many(row.customers, 'customer')} · ${many(row.events, 'event')}` }));
  return points.length ? [{ drawing: bars, data: { points }, summary: 'Customers, and their share of the first' }] : [];
}

function parts(result) {
  const rows = rowsOf(result);
  const all = sum(rows.map((row) => row.revenue));
  const points = rows.map((row) => ({ name: named(row.part), soft: row.part === 'historical', value: size(row.revenue), told: grouped(row.revenue), note: percents(percent(row.revenue, all)), text: `${named(row.part)} · ${grouped(row.revenue)} · ${many(row.orders, 'order')} · ${many(row.records, 'record')}` }));
  return points.length ? [{ drawing: bars, data: { points }, summary: `Revenue, of ${grouped(all)} in all` }] : [];
}

export const KEYS = { names: ['key_figures', 'key_figures_customers'], choices: ['Sales', 'Customers'], choosing: 'Table', size: 'full', view: keyFigures };

/** In the order of the page. `names` with several results: one card in which they are chosen. */
export const QUESTIONS = [
  { names: ['sales_by_day', 'sales_by_week', 'sales_by_month'], choices: ['Day', 'Week', 'Month'], choosing: 'Over time', size: 'full', needs: ['orders', 'units', 'revenue'], charts: timeLine },
  { names: ['product_rank'], size: 'full', needs: ['product_id', 'orders', 'revenue', 'revenue_rank', 'share_percent', 'pareto_class'], charts: products },
  { names: ['sales_by_region_payment'], size: 'half', needs: ['region', 'payment_method', 'orders', 'revenue'], charts: regions },
  { names: ['sales_by_category'], size: 'third', needs: ['category', 'orders', 'units', 'revenue', 'share_percent'], charts: shares('category') },
  { names: ['sales_by_weekday'], size: 'third', needs: ['weekday', 'orders', 'revenue'], charts: upright('weekday', weekday, (text) => weekday(text).slice(0, 3)) },
  { names: ['sales_by_hour'], size: 'third', needs: ['hour_of_day', 'orders', 'revenue'], charts: upright('hour_of_day', hour, (text) => text) },
  { names: ['sales_by_status'], size: 'third', needs: ['status', 'orders', 'units', 'revenue', 'share_percent'], charts: shares('status') },
  { names: ['customer_cohorts'], size: 'half', needs: ['cohort', 'months_later', 'customers'], charts: cohorts },
  { names: ['customer_segments'], size: 'half', needs: ['recency', 'frequency', 'customers', 'orders', 'revenue'], charts: segments },
  { names: ['customers_new_returning'], size: 'half', needs: ['month', 'new_customers', 'returning_customers', 'new_revenue', 'returning_revenue'], charts: returning },
  { names: ['payments_by_hour'], size: 'half', needs: ['hour_of_day', 'authorized', 'declined', 'gateway_failures', 'declined_percent'], charts: payments },
  { names: ['customer_repeat'], size: 'third', needs: ['orders', 'customers', 'revenue'], charts: repeats },
  { names: ['sales_by_part'], size: 'third', needs: ['part', 'records', 'orders', 'revenue'], charts: parts },
  { names: ['event_funnel'], size: 'third', needs: ['event_type', 'events', 'customers'], charts: funnel },
  { names: ['product_growth'], size: 'half', needs: ['product_id', 'revenue_before', 'revenue_now', 'change', 'growth_percent'], charts: changes },
  { names: ['product_low'], size: 'half' },
  { names: ['basket_pairs'], size: 'half' },
  { names: ['customer_rfm'], size: 'half' },
];
