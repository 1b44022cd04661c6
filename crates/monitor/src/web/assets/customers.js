// Who buys: the charts of the results about customers.

import { grouped, percent, rounded, short, size, sum } from '/decimals.js';
import { bars, columns } from '/drawings.js';
import { grid } from '/grid.js';
import { best, line, many, named, percents, rowsOf } from '/rows.js';

const TOP = 12; // names in a list of bars; the table has all
const COHORTS = 13; // a year, and the month before it

export function cohorts(result) {
  const rows = rowsOf(result);
  const all = [...new Set(rows.map((row) => row.cohort))];
  const months = all.slice(-COHORTS);
  const shown = rows.filter((row) => months.includes(row.cohort));
  const latest = Math.min(COHORTS - 1, Math.max(...shown.map((row) => size(row.months_later))));
  const known = new Map(rows.map((row) => [`${row.cohort} ${row.months_later}`, row.customers]));
  const laters = Array.from({ length: latest + 1 }, (_, later) => later);
  const cells = months.map((month, row) =>
    laters.map((later) => {
      const customers = known.get(`${month} ${later}`);
      if (later === 0) return firstSale(month, customers);
      // Within the triangle, no row means that nobody came back.
      return customers === undefined && row + later >= months.length
        ? null
        : cameBack(month, later, customers ?? '0', known.get(`${month} 0`));
    }),
  );
  const customers = many(sum(rows.filter((row) => row.months_later === '0').map((row) => row.customers)), 'customer');
  const summary =
    all.length > months.length
      ? `The last ${months.length} of ${all.length} months; all are in the table`
      : `${customers} by the month of their first sale`;
  const side = 'first sale';
  const foot = '% who bought again, months later';
  const heads = laters.map((later) => (later === 0 ? 'all' : String(later)));
  return [{ drawing: grid, data: { rows: months.map(monthOf), heads, cells, high: 27, side, foot }, summary }];
}

const monthOf = (date) => date.slice(0, 7);

const firstSale = (month, customers = '0') => ({
  share: 0,
  told: grouped(customers),
  strong: true,
  text: line(monthOf(month), many(customers, 'new customer')),
});

function cameBack(month, later, customers, first) {
  const share = percent(customers, first);
  const text = `${many(String(later), 'month')} later ${many(customers, 'customer')}, ${percents(share)}`;
  return { share: size(share) / 100, told: rounded(share, 0) ?? '–', text: line(monthOf(month), text) };
}

function segmentOf(recency, frequency) {
  if (frequency >= 4) return recency >= 4 ? 'champion' : 'loyal';
  if (recency >= 4 && frequency <= 2) return 'new';
  if (recency <= 2) return frequency === 3 ? 'at risk' : 'lost';
  return 'promising';
}

export function segments(result) {
  const rows = rowsOf(result);
  const most = Math.max(1, ...rows.map((row) => size(row.customers)));
  const fifths = [5, 4, 3, 2, 1];
  const cells = fifths.map((frequency) =>
    [1, 2, 3, 4, 5].map((recency) => {
      const row = rows.find((it) => it.recency === String(recency) && it.frequency === String(frequency));
      const segment = segmentOf(recency, frequency);
      const told = row
        ? `${many(row.customers, 'customer')} · ${many(row.orders, 'order')} · ${grouped(row.revenue)}`
        : 'nobody';
      return {
        share: row ? size(row.customers) / most : 0,
        told: row ? grouped(row.customers) : '0',
        note: segment,
        text: `${segment} · recency ${recency}, frequency ${frequency} · ${told}`,
      };
    }),
  );
  return [
    {
      drawing: grid,
      data: {
        rows: ['often', '4', '3', '2', 'rarely'],
        heads: ['long ago', '2', '3', '4', 'lately'],
        cells,
        high: 52,
      },
      summary: 'Customers by how lately and how often they bought, each in fifths',
    },
  ];
}

export function returning(result) {
  const rows = rowsOf(result);
  if (rows.length === 0) return [];
  const points = rows.map((row) => ({
    label: monthOf(row.month),
    values: [size(row.new_revenue), size(row.returning_revenue)],
    told: short(sum([row.new_revenue, row.returning_revenue])),
    text: line(
      monthOf(row.month),
      `new ${grouped(row.new_revenue)} of ${many(row.new_customers, 'customer')}`,
      `returning ${grouped(row.returning_revenue)} of ${grouped(row.returning_customers)}`,
    ),
  }));
  return [
    {
      drawing: columns,
      data: { points },
      summary: 'Pale: new customers · full: customers who had bought in an earlier month',
    },
  ];
}

export function repeats(result) {
  const rows = rowsOf(result);
  const groups = [
    ['once', 1, 1],
    ['2 to 4 times', 2, 4],
    ['5 to 9 times', 5, 9],
    ['10 to 19 times', 10, 19],
    ['20 times or more', 20, Infinity],
  ];
  const all = sum(rows.map((row) => row.customers));
  const points = groups
    .map(([name, from, to]) => [name, rows.filter((row) => size(row.orders) >= from && size(row.orders) <= to)])
    .filter(([, found]) => found.length)
    .map(([name, found]) => {
      const [customers, revenue] = [sum(found.map((row) => row.customers)), sum(found.map((row) => row.revenue))];
      return {
        name,
        value: size(customers),
        told: grouped(customers),
        note: percents(percent(customers, all)),
        text: `${name} · ${many(customers, 'customer')} · ${grouped(revenue)}`,
      };
    });
  return [{ drawing: bars, data: { points }, summary: `${many(all, 'customer')} by the number of their orders` }];
}

export function funnel(result) {
  const rows = rowsOf(result);
  const most = rows.length ? best(rows, 'customers').customers : '0';
  const points = rows.slice(0, TOP).map((row) => ({
    name: named(row.event_type),
    value: size(row.customers),
    told: grouped(row.customers),
    note: percents(percent(row.customers, most)),
    text: `${named(row.event_type)} · ${many(row.customers, 'customer')} · ${many(row.events, 'event')}`,
  }));
  return [{ drawing: bars, data: { points }, summary: 'Customers, and their share of the first' }];
}
