// Which drawing answers which question. A result that is not here, such as a user's own, is shown as a table.

import { cohorts, funnel, repeats, returning, segments } from '/customers.js';
import { keyFigures } from '/figures.js';
import { changes, hour, parts, payments, products, regions, shares, timeLine, upright, weekday } from '/sales.js';

export const KEYS = {
  names: ['key_figures', 'key_figures_customers'],
  choices: ['Sales', 'Customers'],
  choosing: 'Table',
  size: 'full',
  view: keyFigures,
};

/** Results that name what the others count; they need no card. */
export const LABELS = ['product_names'];

/** In the order of the page. `names` with several results: one card in which they are chosen. */
export const QUESTIONS = [
  {
    names: ['sales_by_day', 'sales_by_week', 'sales_by_month'],
    choices: ['Day', 'Week', 'Month'],
    choosing: 'Over time',
    size: 'full',
    needs: ['orders', 'units', 'revenue'],
    charts: timeLine,
  },
  {
    names: ['product_rank'],
    size: 'full',
    needs: ['product_id', 'orders', 'revenue', 'revenue_rank', 'share_percent', 'pareto_class'],
    charts: products,
  },
  {
    names: ['sales_by_region_payment'],
    size: 'half',
    needs: ['region', 'payment_method', 'orders', 'revenue'],
    charts: regions,
  },
  {
    names: ['sales_by_category'],
    size: 'third',
    needs: ['category', 'orders', 'units', 'revenue', 'share_percent'],
    charts: shares('category'),
  },
  {
    names: ['sales_by_weekday'],
    size: 'third',
    needs: ['weekday', 'orders', 'revenue'],
    charts: upright('weekday', weekday, (text) => weekday(text).slice(0, 3)),
  },
  {
    names: ['sales_by_hour'],
    size: 'third',
    needs: ['hour_of_day', 'orders', 'revenue'],
    charts: upright('hour_of_day', hour, (text) => text),
  },
  {
    names: ['sales_by_status'],
    size: 'third',
    needs: ['status', 'orders', 'units', 'revenue', 'share_percent'],
    charts: shares('status'),
  },
  { names: ['customer_cohorts'], size: 'half', needs: ['cohort', 'months_later', 'customers'], charts: cohorts },
  {
    names: ['customer_segments'],
    size: 'half',
    needs: ['recency', 'frequency', 'customers', 'orders', 'revenue'],
    charts: segments,
  },
  {
    names: ['customers_new_returning'],
    size: 'half',
    needs: ['month', 'new_customers', 'returning_customers', 'new_revenue', 'returning_revenue'],
    charts: returning,
  },
  {
    names: ['payments_by_hour'],
    size: 'half',
    needs: ['hour_of_day', 'authorized', 'declined', 'gateway_failures', 'declined_percent'],
    charts: payments,
  },
  { names: ['customer_repeat'], size: 'third', needs: ['orders', 'customers', 'revenue'], charts: repeats },
  { names: ['sales_by_part'], size: 'third', needs: ['part', 'records', 'orders', 'revenue'], charts: parts },
  { names: ['event_funnel'], size: 'third', needs: ['event_type', 'events', 'customers'], charts: funnel },
  {
    names: ['product_growth'],
    size: 'half',
    needs: ['product_id', 'revenue_before', 'revenue_now', 'change', 'growth_percent'],
    charts: changes,
  },
  { names: ['product_low'], size: 'half' },
  { names: ['basket_pairs'], size: 'half' },
  { names: ['customer_rfm'], size: 'half' },
];
