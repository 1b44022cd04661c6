// A card is one question: its answer as charts, where the numbers come from, whether they are proven, and the table.

import { Chart } from '/chart.js';
import { grouped } from '/decimals.js';
import { ago, make, setText, sign } from '/words.js';

const PREVIEW = 8; // rows of a result without a chart
const ROWS = 200; // rows of an open table at first
const NUMBERS = /INT|DECIMAL|DOUBLE|FLOAT|REAL|LONG|SHORT|BYTE|NUMERIC/i;
const LONG = 34; // characters from which on a value may wrap
const COPIED = 4000; // milliseconds

const LOOKS = { proven: 'complete', waiting: 'waiting', wrong: 'wrong' };
const EQUAL = 'equal in HDFS and MySQL'; // the text of a result that declares no proof of its own
const WORDS = { proven: 'proven', waiting: 'not proven yet', wrong: 'differs' };

/** Whether the proof is only that both stores hold the same, not that it was computed again. */
export const isCompared = (proof) => proof?.text === EQUAL;

/** The look and the words of a proof. */
export function proofOf(proof, now) {
  const look = LOOKS[proof?.is] ?? 'unknown';
  const when = proof?.at && proof.is !== 'waiting' ? ` ${ago(proof.at, now)}` : '';
  const word = proof?.is === 'proven' && isCompared(proof) ? 'equal in both stores' : (WORDS[proof?.is] ?? 'unknown');
  return [look, `${word}${when}`, proof?.text ?? ''];
}

/** The first sentence of a question, and what it adds. */
function split(question) {
  const end = question.indexOf('? ');
  return end < 0 ? [question, ''] : [question.slice(0, end + 1), question.slice(end + 2)];
}

/** Where a result is, once: its folder and its table have its name. */
function shortSource({ name, source }) {
  return source === `HDFS /user/analytics/${name} · MySQL ${name}` ? `${name} in HDFS and MySQL` : source;
}

export class Card {
  /** `plan`: how the results are drawn; without `charts`, they are shown as a table. */
  constructor(plan) {
    this.plan = plan;
    this.chosen = 0;
    this.open = false;
    this.more = false;
    this.charts = [];
    const id = `result-${plan.id}`;
    this.title = make('h2', { id });
    this.note = make('p', { class: 'remark' });
    this.origin = make('p', { class: 'origin' });
    this.drawings = make('div', { class: 'drawings' });
    this.place = make('div', { class: 'scroll answer', tabindex: 0, role: 'region', 'aria-labelledby': id });
    this.rest = make('p', { class: 'more' });
    this.toggle = make('button', { type: 'button', class: 'switch', 'aria-expanded': 'false' }, 'Table');
    this.copy = make('button', { type: 'button', class: 'switch' }, 'Copy as CSV');
    this.said = make('span', { class: 'said', role: 'status' });
    this.toggle.addEventListener('click', () => this.turn());
    this.copy.addEventListener('click', () => this.copyRows());
    const head = make(
      'div',
      { class: 'question' },
      make('div', {}, this.title, this.note, this.origin),
      this.choices(),
    );
    const actions = make('p', { class: 'actions' }, this.toggle, this.copy, this.said);
    this.element = make(
      'section',
      { class: `card result ${plan.size ?? 'half'}`, 'aria-labelledby': id },
      head,
      this.drawings,
      this.place,
      this.rest,
      actions,
    );
  }

  choices() {
    if (!this.plan.choices) return null;
    this.buttons = this.plan.choices.map((word) => make('button', { type: 'button', 'aria-pressed': 'false' }, word));
    this.buttons.forEach((button, index) =>
      button.addEventListener('click', () => {
        this.chosen = index;
        this.show(this.results, this.context);
      }),
    );
    return make('div', { class: 'choices', role: 'group', 'aria-label': this.plan.choosing }, ...this.buttons);
  }

  get result() {
    return this.results[this.chosen];
  }

  /** `results` in the order of the plan's names, null where there is none. */
  show(results, context) {
    [this.results, this.context] = [results, context];
    if (!this.result) this.chosen = results.findIndex((it) => it);
    this.buttons?.forEach((button, index) => {
      button.hidden = !results[index];
      button.setAttribute('aria-pressed', index === this.chosen);
    });
    const [question, remark] = split(this.result.question || this.result.name);
    setText(this.title, question);
    setText(this.note, remark);
    this.showCharts();
    this.showTable();
    this.age(context.now());
  }

  showCharts() {
    const known = new Set(this.result.columns.map((column) => column.name));
    const fits = this.plan.charts && this.result.rows.length > 0 && this.plan.needs.every((name) => known.has(name));
    const drawn = fits ? this.chartsOf(this.result) : [];
    const view = this.plan.view?.(this.results, this.context) ?? null;
    this.drawn = drawn.length > 0 || view !== null;
    if (view) this.drawings.replaceChildren(view);
    while (this.charts.length > drawn.length) this.charts.pop().element.remove();
    drawn.forEach(({ drawing, data, summary }, index) => {
      if (!this.charts[index]) {
        this.charts[index] = new Chart(drawing);
        this.drawings.append(this.charts[index].element);
      }
      this.charts[index].show(data, this.result.question, summary);
    });
    this.drawings.dataset.count = drawn.length;
    this.drawings.hidden = !this.drawn;
  }

  /** A result that the drawing was not made for, such as that of a changed question, is shown as a table. */
  chartsOf(result) {
    try {
      return this.plan.charts(result, this.context);
    } catch (error) {
      console.warn(result.name, error);
      return [];
    }
  }

  /** Draws the charts, once the card is in the page. */
  draw() {
    for (const chart of this.charts) chart.draw();
  }

  turn() {
    this.open = !this.open;
    this.more = false;
    this.showTable();
  }

  showTable() {
    const { rows, total, cut } = this.result;
    const most = this.open ? (this.more ? Infinity : ROWS) : PREVIEW;
    const shown = this.open || !this.drawn ? rows.slice(0, most) : [];
    this.toggle.hidden = !this.drawn && rows.length <= PREVIEW;
    this.toggle.setAttribute('aria-expanded', this.open);
    setText(this.toggle, this.drawn ? 'Table' : this.open ? 'Fewer rows' : `All ${grouped(String(rows.length))} rows`);
    this.copy.hidden = rows.length === 0;
    // The choice of a table only matters while it is seen.
    if (this.plan.view && this.buttons)
      this.buttons[0].parentElement.hidden = !this.open || this.results.filter((it) => it).length < 2;
    this.place.hidden = shown.length === 0;
    this.place.classList.toggle('tall', this.open);
    this.place.replaceChildren(...(shown.length ? [tableOf(this.result, shown)] : []));
    this.rest.replaceChildren();
    if (rows.length === 0) this.rest.append('No rows.');
    else if (this.open && shown.length < rows.length) this.rest.append(this.showMore(rows.length));
    if (cut && (this.open || !this.drawn))
      this.rest.append(
        ` The monitor holds the first ${grouped(String(rows.length))} of ${grouped(String(total))} rows; all are in the source.`,
      );
    this.rest.hidden = !this.rest.firstChild;
  }

  showMore(count) {
    const button = make('button', { type: 'button', class: 'switch' }, `Show all ${grouped(String(count))} rows`);
    button.addEventListener('click', () => {
      this.more = true;
      this.showTable();
      this.place.focus();
    });
    return button;
  }

  /** Shows the source, the age and the proof. */
  age(now) {
    if (!this.result) return;
    const [look, words, text] = proofOf(this.result.proof, now);
    const key = [this.result.source, ago(this.result.written, now), look, words, text].join('\n');
    if (this.shownOrigin === key) return;
    this.shownOrigin = key;
    const proof = make('span', { class: 'proven', 'data-state': look, title: text }, sign(look), words);
    const source = make('span', { title: this.result.source }, shortSource(this.result));
    this.origin.replaceChildren(proof, make('span', {}, `written ${ago(this.result.written, now)}`), source);
    // What is not proven says why, in the card itself.
    if (look !== 'complete' && text) this.origin.append(make('span', { class: 'reason', title: text }, text));
  }

  async copyRows() {
    const { rows, total } = this.result;
    const done = await toClipboard(csvOf(this.result));
    const count =
      rows.length < total
        ? `${grouped(String(rows.length))} of ${grouped(String(total))}`
        : grouped(String(rows.length));
    setText(this.said, done ? `Copied ${count} rows` : 'The browser refused to copy');
    clearTimeout(this.forget);
    this.forget = setTimeout(() => setText(this.said, ''), COPIED);
  }
}

/** Whether the values of a column are numbers to be grouped; the number of an order is a name. */
const isNumber = ({ name, type }) => NUMBERS.test(type) && !/(^|_)(id|key|year)$/i.test(name);

function tableOf(result, rows) {
  const numbers = result.columns.map(isNumber);
  const heads = result.columns.map((column, index) =>
    make('th', { scope: 'col', class: numbers[index] ? 'figure' : null }, column.name.replaceAll('_', ' ')),
  );
  const lines = rows.map((row) =>
    make(
      'tr',
      {},
      ...row.map((value, index) => {
        if (value === null) return make('td', { class: numbers[index] ? 'figure none' : 'none', title: 'NULL' }, '–');
        const long = value.length > LONG && !numbers[index];
        if (long) return make('td', { class: 'long', title: value }, make('div', {}, value));
        return make('td', { class: numbers[index] ? 'figure' : null }, numbers[index] ? grouped(value) : value);
      }),
    ),
  );
  return make('table', {}, make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...lines));
}

/** RFC 4180; NULL is nothing, an empty text is "". */
function csvOf({ columns, rows }) {
  const cell = (value) =>
    value === null ? '' : value === '' || /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return [columns.map((column) => column.name), ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without TLS, browsers lend the clipboard only to pages of this machine; the old way works there.
    const area = make('textarea', { class: 'away', readonly: '', 'aria-label': 'CSV' });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.focus();
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    focused?.focus();
    return done;
  }
}
