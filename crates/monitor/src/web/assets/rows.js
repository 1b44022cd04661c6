// The rows of a result, and how their values are told.

import { grouped, size } from '/decimals.js';

/** The rows of a result as objects. */
export function rowsOf(result) {
  return result.rows.map((row) => {
    const found = Object.create(null);
    result.columns.forEach((column, index) => {
      found[column.name] = row[index];
    });
    return found;
  });
}

/** What each product is called, by its id; empty where no result tells. */
export function productNames(results) {
  const result = results?.get('product_names');
  return new Map(result ? rowsOf(result).map((row) => [row.product_id, row.product_name]) : []);
}

/** The name of a product, or its id. */
export const productOf = (id, names) => names.get(id) || named(id);

/** The name of a group. */
export const named = (name) => (name === null ? 'not given' : name === '' ? '(empty)' : name);

/** What the cursor tells: its parts, without those that are missing. */
export const line = (...parts) => parts.filter(Boolean).join(' · ');

/** 1 order, 2 orders */
export const many = (count, word) => `${grouped(count)} ${word}${count === '1' ? '' : 's'}`;

export const percents = (text) => (text === null ? '–' : `${grouped(text)} %`);

/** The row with the greatest value. */
export const best = (rows, column) =>
  rows.reduce((one, other) => (size(other[column]) > size(one[column]) ? other : one));
