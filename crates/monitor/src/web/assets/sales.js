// What sells, where and when: the charts of the results about sales, products and payments.

import { grouped, percent, rounded, short, size, sum } from '/decimals.js';
import { bars, columns, overTime, pareto } from '/drawings.js';
import { grid } from '/grid.js';
import { best, line, many, named, percents, productOf, rowsOf } from '/rows.js';
import { cutOf, seriesOf } from '/time.js';

const TOP = 12; // names in a list of bars; the table has all
const METHODS = 7; // columns of a grid; the last one is what remains
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const CLASSES = { A: 'the first 80 %', B: 'the next 15 %', C: 'the rest' };

export const hour = (text) => `${text.padStart(2, '0')}:00`;
export const weekday = (text) => WEEKDAYS[text - 1] ?? text;

export function timeLine(result, { results, snapshot }) {
  const series = seriesOf(result, rowsOf(result));
  if (series.points.length === 0) return [];
  const cut = result.name === 'sales_by_day' ? cutOf(series, results.get('sales_by_part'), snapshot) : null;
  for (const point of series.points) point.late = cut === null || point.place >= cut.place;
  const top = series.points.reduce((one, other) => (other.value > one.value ? other : one));
  const mean = series.points.some((it) => it.mean !== null);
  const summary = line(
    `Best ${series.unit}: ${top.name}, ${grouped(top.revenue)}`,
    mean && 'the line is the mean of seven days',
    series.note,
  );
  return [{ drawing: overTime, data: { points: series.points, cut, mean }, summary }];
}

export function products(result, { products: names }) {
  const rows = rowsOf(result);
  const list = rows.slice(0, TOP).map((row) => ({
    name: productOf(row.product_id, names),
    value: size(row.revenue),
    told: grouped(row.revenue),
    note: percents(row.share_percent),
    text: productText(row, names),
  }));
  const more = String(result.total - list.length);
  const summary =
    more === '0' ? 'From the most to the least' : `The first ${list.length}; ${grouped(more)} more are in the table`;
  return [{ drawing: bars, data: { points: list }, summary }, classes(result, rows, names, list.length * 30)];
}

const productText = (row, names) =>
  line(
    `${row.revenue_rank}. ${productOf(row.product_id, names)}`,
    grouped(row.revenue),
    percents(row.share_percent),
    many(row.orders, 'order'),
    `class ${row.pareto_class}`,
  );

/** All products by their class, and what they make together. */
function classes({ cut }, rows, names, high) {
  const total = sum(rows.map((row) => row.revenue));
  // With rows left out, the sum of all follows from the share of the first.
  const all = cut ? (size(rows[0].revenue) * 100) / size(rows[0].share_percent) : size(total);
  let soFar = 0;
  const points = rows.map((row) => {
    soFar += size(row.revenue);
    const share = Math.max(0, Math.min(1, soFar / all));
    return { value: size(row.revenue), so_far: share, letter: row.pareto_class, text: productText(row, names) };
  });
  const words = {};
  for (const [letter, range] of Object.entries(CLASSES)) {
    const count = rows.filter((row) => row.pareto_class === letter).length;
    words[letter] = [`${letter}: ${range}, ${count} products`, `${letter}: ${count}`, letter];
    const last = rows.findLastIndex((row) => row.pareto_class === letter);
    if (cut || last < 0 || last === rows.length - 1) continue;
    points[last].made = percents(percent(sum(rows.slice(0, last + 1).map((row) => row.revenue)), total));
  }
  const counts = line(...Object.values(words).map(([, short]) => short));
  const summary = `Products by class: ${counts}${cut ? ' of the rows here' : ''} · the line is what they make together`;
  return { drawing: pareto, data: { points, classes: words, high }, summary };
}

/** Names with a revenue each: categories, statuses. */
export const shares = (column) => (result) => {
  const rows = rowsOf(result);
  const text = (row) =>
    line(
      named(row[column]),
      grouped(row.revenue),
      percents(row.share_percent),
      many(row.orders, 'order'),
      many(row.units, 'unit'),
    );
  const sorted = [...rows].sort((one, other) => size(other.revenue) - size(one.revenue));
  const points = sorted.slice(0, TOP).map((row) => ({
    name: named(row[column]),
    value: size(row.revenue),
    told: grouped(row.revenue),
    note: percents(rounded(row.share_percent, 1)),
    text: text(row),
  }));
  const more = rows.length - points.length;
  return [
    {
      drawing: bars,
      data: { points },
      summary:
        more > 0
          ? `The first ${points.length}; ${more} more are in the table`
          : `Revenue and share of all ${grouped(sum(rows.map((row) => row.revenue)))}`,
    },
  ];
};

export function regions(result) {
  const rows = rowsOf(result);
  const names = (column) => {
    const totals = new Map();
    for (const row of rows) totals.set(row[column], (totals.get(row[column]) ?? 0) + size(row.revenue));
    return [...totals].sort((one, other) => other[1] - one[1]).map(([name]) => name);
  };
  const [regionNames, methods] = [names('region').slice(0, 20), names('payment_method')];
  const few = methods.length > METHODS + 1 ? methods.slice(0, METHODS) : methods;
  const groups = [...few.map((name) => [named(name), (row) => row.payment_method === name])];
  if (few.length < methods.length)
    groups.push([`${methods.length - few.length} others`, (row) => !few.includes(row.payment_method)]);
  groups.push(['all', () => true]);
  const found = regionNames.map((region) =>
    groups.map(([, has]) => rows.filter((row) => row.region === region && has(row))),
  );
  const value = (cell) => sum(cell.map((row) => row.revenue));
  const top = best(rows, 'revenue');
  const most = Math.max(1, ...found.flatMap((row) => row.slice(0, -1).map((cell) => size(value(cell)))));
  const cells = found.map((groupsOf, row) =>
    groupsOf.map((cell, column) =>
      cell.length === 0
        ? null
        : {
            share: column === groups.length - 1 ? 0 : size(value(cell)) / most,
            told: short(value(cell)),
            tight: short(value(cell), 2).replace(' ', ''),
            strong: column === groups.length - 1,
            text: line(
              named(regionNames[row]),
              groups[column][0],
              grouped(value(cell)),
              many(sum(cell.map((it) => it.orders)), 'order'),
            ),
          },
    ),
  );
  return [
    {
      drawing: grid,
      data: { rows: regionNames.map(named), heads: groups.map(([name]) => name), cells },
      summary: `Revenue; the most: ${named(top.region)}, ${named(top.payment_method)}, ${grouped(top.revenue)}`,
    },
  ];
}

/** A few upright bars of revenue. */
export const upright = (column, name, mark) => (result) => {
  const rows = rowsOf(result).filter((row) => row[column] !== null);
  if (rows.length === 0) return [];
  const points = rows.map((row) => ({
    label: mark(row[column]),
    values: [size(row.revenue)],
    told: short(row.revenue),
    text: line(name(row[column]), grouped(row.revenue), many(row.orders, 'order')),
  }));
  const top = best(rows, 'revenue');
  return [{ drawing: columns, data: { points }, summary: `The most: ${name(top[column])}, ${grouped(top.revenue)}` }];
};

export function payments(result) {
  const rows = rowsOf(result).filter((row) => row.hour_of_day !== null);
  if (rows.length === 0) return [];
  const text = (row) =>
    line(
      hour(row.hour_of_day),
      `${percents(row.declined_percent)} declined`,
      `${grouped(row.declined)} of ${grouped(sum([row.declined, row.authorized]))}`,
      many(row.gateway_failures, 'gateway failure'),
    );
  const points = rows.map((row) => ({
    label: row.hour_of_day,
    values: [size(row.declined_percent)],
    told: percents(rounded(row.declined_percent, 1)),
    text: text(row),
  }));
  return [
    { drawing: columns, data: { points, unit: ' %' }, summary: `The most: ${text(best(rows, 'declined_percent'))}` },
  ];
}

/** Those that gained most, and those that lost most. */
export function changes(result, { products: names }) {
  // Of a part of the rows nobody knows who lost most.
  if (result.cut) return [];
  const rows = rowsOf(result);
  const gains = rows.filter((row) => size(row.change) > 0).slice(0, TOP / 2);
  const losses = rows.filter((row) => size(row.change) < 0).slice(-TOP / 2);
  const shown = [...gains, ...losses];
  const points = shown.map((row) => ({
    name: productOf(row.product_id, names),
    value: size(row.change),
    told: `${row.change.startsWith('-') ? '' : '+'}${grouped(row.change)}`,
    note: row.growth_percent === null ? 'new' : percents(rounded(row.growth_percent, 0)),
    text: `${productOf(row.product_id, names)} · ${grouped(row.revenue_before)} before, ${grouped(row.revenue_now)} now`,
  }));
  return [
    {
      drawing: bars,
      data: { points },
      summary: `The ${gains.length} that gained most, and the ${losses.length} that lost most`,
    },
  ];
}

export function parts(result) {
  const rows = rowsOf(result);
  const all = sum(rows.map((row) => row.revenue));
  const points = rows.map((row) => ({
    name: named(row.part),
    soft: row.part === 'historical',
    value: size(row.revenue),
    told: grouped(row.revenue),
    note: percents(percent(row.revenue, all)),
    text: line(named(row.part), grouped(row.revenue), many(row.orders, 'order'), many(row.records, 'record')),
  }));
  return [{ drawing: bars, data: { points }, summary: `Revenue, of ${grouped(all)} in all` }];
}
