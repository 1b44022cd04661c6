// The live panel: what came in the last minutes. The monitor reads the topic itself and adds it up.

import { grouped, size } from '/decimals.js';
import { Minutes } from '/minutes.js';
import { named, productOf } from '/rows.js';
import { ago, make, number, setText, sign } from '/words.js';

const STATES = {
  reading: ['moving', 'reading'],
  current: ['complete', 'up to date'],
  unreachable: ['unknown', 'unreachable'],
};
const AGREEMENTS = {
  equal: ['complete', 'Live equals batch'],
  moving: ['moving', 'Live and batch are not at the same point'],
  differs: ['wrong', 'Live and batch differ'],
  unknown: ['waiting', 'Not compared with the batch yet'],
};
const STREAMS = {
  equal: ['complete', "Spark's stream equals the monitor's sums"],
  moving: ['moving', "Spark's stream and the monitor are not at the same point"],
  differs: ['wrong', "Spark's stream and the monitor differ"],
  unknown: ['waiting', "Not compared with Spark's stream"],
};
const TOP = 5;

export class Stream {
  constructor(place) {
    this.place = place;
    this.names = new Map(); // of products, once the results are there
    this.state = make('span', { class: 'proven' });
    this.topic = make('span', { class: 'source' });
    this.read = make('span');
    this.totals = make('dl', { class: 'totals' });
    this.orders = new Minutes('orders', (minute) => String(minute.orders));
    this.revenue = new Minutes('revenue', (minute) => minute.revenue);
    this.sales = make('tbody');
    this.none = make(
      'p',
      { class: 'remark' },
      'No sale has come yet. ',
      make('code', {}, './orchestration/run_pipeline.sh'),
      ' streams those of the real-time part.',
    );
    this.top = make('div', { class: 'tops' });
    this.agreement = make('p', { class: 'agreement' });
    this.spark = make('p', { class: 'agreement' });
    const table = make('table', {}, make('caption', {}, 'Newest sales'), this.sales);
    const head = make(
      'div',
      { class: 'question' },
      make(
        'div',
        {},
        make('h2', { id: 'live-title' }, 'What is being sold now?'),
        make('p', { class: 'origin' }, this.state, this.read, this.topic),
      ),
    );
    const minutes = make('div', { class: 'minutes' }, this.orders.element, this.revenue.element);
    place.append(
      head,
      make('div', { class: 'live-body' }, minutes, make('div', { class: 'newest' }, table, this.none)),
      this.totals,
      this.top,
      this.agreement,
      this.spark,
    );
  }

  show(live, now) {
    this.live = live;
    this.place.hidden = !live;
    if (!live) return;
    const [look, word] = STATES[live.state] ?? ['unknown', String(live.state)];
    this.lookAt(this.state, look, live.error ? `${word}: ${live.error}` : word);
    setText(this.topic, `Kafka ${live.topic}`);
    setText(
      this.read,
      `${number(live.messages)} messages read${live.unread ? `, ${number(live.unread)} to read` : ''}`,
    );
    this.showTotals(live);
    this.orders.show(live.minutes, now);
    // Without amounts there is no revenue.
    this.revenue.element.hidden = live.revenue === null;
    if (live.revenue !== null) this.revenue.show(live.minutes, now);
    this.showSales(live.last, now);
    this.top.replaceChildren(
      ...[
        ['Products so far', live.products, (key) => productOf(key, this.names)],
        ['Regions so far', live.regions, named],
        ['Payment methods so far', live.payment_methods, named],
      ]
        .filter(([, rows]) => rows?.length)
        .map(([title, rows, name]) => ranking(title, rows, name, live)),
    );
    this.top.hidden = !this.top.firstChild;
    const [agrees, words] = AGREEMENTS[live.agreement?.is] ?? AGREEMENTS.unknown;
    this.lookAt(this.agreement, agrees, words, told(live.agreement));
    this.showSpark(live.spark);
    this.age(now);
  }

  /** Spark's stream is there once `analytics.sh --live` has run. */
  showSpark(spark) {
    this.spark.hidden = !spark;
    if (!spark) return;
    const [look, words] = STREAMS[spark.agreement.is] ?? STREAMS.unknown;
    const sums = [spark.groups !== null && `${number(spark.groups)} groups`, spark.revenue && grouped(spark.revenue)];
    const why = spark.agreement.is !== 'equal' && spark.agreement.text;
    this.lookAt(this.spark, look, words, [...sums, why].filter(Boolean).join(' · '));
  }

  lookAt(place, look, word, text = '') {
    const key = [look, word, text].join('\n');
    if (place.dataset.key === key) return;
    place.dataset.key = key;
    place.dataset.state = look;
    place.replaceChildren(sign(look), make('b', {}, word), ...(text ? [make('span', {}, text)] : []));
  }

  showTotals(live) {
    const rows = [
      ['All orders', number(live.orders)],
      ['All revenue', live.revenue === null ? null : grouped(live.revenue)],
      ['All units', live.units === null ? null : grouped(live.units)],
      ['Repeats ignored', number(live.repeats)],
      ['Not readable', live.invalid ? number(live.invalid) : null],
    ].filter(([, value]) => value !== null);
    rows.forEach(([name, value], index) => {
      if (!this.totals.children[index]) this.totals.append(make('div', {}, make('dt'), make('dd')));
      const [term, text] = this.totals.children[index].children;
      setText(term, name);
      setText(text, value);
    });
    while (this.totals.children.length > rows.length) this.totals.lastChild.remove();
  }

  /** Keeps the rows that stay, so that only a new one is seen to come. */
  showSales(last, now) {
    const kept = new Map([...this.sales.children].map((line) => [line.dataset.key, line]));
    const known = kept.size > 0;
    const lines = (last ?? []).map((sale) => {
      const what = sale.product === null ? (sale.order ?? '–') : productOf(sale.product, this.names);
      const key = `${sale.at} ${sale.order} ${what}`;
      const line =
        kept.get(key) ??
        make(
          'tr',
          { class: known ? 'new' : null, 'data-key': key },
          make('td', { class: 'when' }),
          make(
            'td',
            { class: 'what' },
            make('bdi', {}, what),
            sale.region ? make('bdi', { class: 'where' }, sale.region) : null,
          ),
          make('td', { class: 'figure' }, grouped(sale.amount)),
        );
      line.dataset.at = sale.at;
      return line;
    });
    // A row that is not touched does not repeat its motion.
    lines.forEach((line, index) => {
      if (this.sales.children[index] !== line) this.sales.insertBefore(line, this.sales.children[index] ?? null);
    });
    while (this.sales.children.length > lines.length) this.sales.lastChild.remove();
    this.none.hidden = lines.length > 0;
    this.ages(now);
  }

  ages(now) {
    for (const line of this.sales.children) setText(line.firstChild, ago(line.dataset.at, now));
  }

  /** Moves the bars and updates the ages. */
  age(now) {
    if (!this.live) return;
    this.ages(now);
    for (const minutes of [this.orders, this.revenue]) minutes.move(now);
  }
}

function told(agreement) {
  const { live, batch, text } = agreement ?? {};
  return [text, live && batch && `live ${grouped(live)}, batch ${grouped(batch)}`].filter(Boolean).join(' · ');
}

/** The greatest of the stream so far, as text with a thin bar. */
function ranking(title, rows, name, live) {
  const value = (row) => (live.revenue === null ? String(row.orders) : row.revenue);
  const most = Math.max(1e-9, ...rows.map((row) => size(value(row))));
  const items = rows.slice(0, TOP).map((row) => {
    const bar = make('span', { class: 'thin', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', `${Math.max(0, (size(value(row)) / most) * 100)}%`);
    return make('li', {}, make('bdi', {}, name(row.key)), make('b', {}, grouped(value(row))), bar);
  });
  return make('div', {}, make('h3', {}, title), make('ol', {}, ...items));
}
