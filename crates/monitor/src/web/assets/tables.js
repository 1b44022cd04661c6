// Tables of everything that is watched, each with the age of its data.

import { ago, bytes, clock, counted, make, nameOf, number, setText, sign } from '/words.js';

const ROWS = 200; // more can be found with the filter
const FILTER = 12; // rows from which on a filter is shown
const LONG = 44; // characters from which on a name may wrap

const text = (head, value, wide = false) => ({ head, cell: (row, now) => value(row, now), wide });
const figure = (head, value) => ({ head, cell: value, figure: true });
const state = (head, value) => ({ head, cell: (row) => value(row)[1], look: (row) => value(row)[0] });
const size = (value) => (value === null || value === undefined ? '–' : number(value));

function against(actual, expected) {
  if (expected === null || expected === undefined || actual === null || actual === undefined) return ['waiting', '–'];
  if (actual === expected) return ['complete', 'complete'];
  return actual < expected ? ['moving', `${number(expected - actual)} to come`] : ['wrong', `over by ${number(actual - expected)}`];
}

const AGENTS = { healthy: 'complete', failing: 'wrong', down: 'unknown' };
const PROBES = { reachable: 'complete', pending: 'waiting', unreachable: 'unknown' };

const TABLES = [
  {
    id: 'mysql', title: 'MySQL tables', probe: 'mysql', rows: (it) => it.mysql?.tables, key: (row) => row.name,
    note: (it) => it.mysql?.version,
    columns: [
      text('Table', (row) => row.name, true), figure('Rows', (row) => size(row.rows)), figure('Expected', (row) => size(row.expected)),
      state('State', (row) => against(row.rows, row.expected)), text('Counted', (row, now) => ago(row.counted, now)),
      text('Newest event', (row) => row.newest_event ?? '–'),
    ],
  },
  {
    id: 'topics', title: 'Kafka topics', probe: 'kafka', rows: (it) => it.kafka?.topics, key: (row) => row.name,
    note: (it) => it.kafka && `${it.kafka.brokers} ${it.kafka.brokers === 1 ? 'broker' : 'brokers'}`,
    columns: [
      text('Topic', (row) => row.name, true), figure('Messages', (row) => counted(row.messages)), figure('Expected', (row) => size(row.expected)),
      figure('Partitions', (row) => (row.leaderless ? `${row.partitions}, ${row.leaderless} leaderless` : size(row.partitions))),
      text('Lag', (row) => Object.entries(row.lag).map(([group, lag]) => `${group}: ${number(lag)}`).join(', ') || '–'),
      text('Newest', (row, now) => ago(row.newest, now)),
    ],
  },
  {
    id: 'folders', title: 'HDFS folders', probe: 'hdfs', rows: (it) => it.hdfs?.folders, key: (row) => row.path,
    note: (it) => it.hdfs && [`${it.hdfs.live_data_nodes} live, ${it.hdfs.dead_data_nodes} dead DataNodes`, it.hdfs.safe_mode && 'SAFE MODE', `${bytes(it.hdfs.capacity_used)} of ${bytes(it.hdfs.capacity_total)} used`].filter(Boolean).join(' · '),
    columns: [
      text('Folder', (row) => row.path, true), figure('Rows or lines', (row) => counted(row.rows)), figure('Expected', (row) => size(row.expected)),
      figure('Files', (row) => (row.exists ? number(row.files) : 'no folder')), figure('Open', (row) => size(row.open_files)), figure('Size', (row) => bytes(row.bytes)),
      text('Changed', (row, now) => ago(row.modified, now)),
    ],
  },
  {
    id: 'agents', title: 'Flume agents', rows: (it) => it.agents, key: (row) => row.name,
    columns: [
      text('Agent', (row) => row.name, true), state('State', (row) => [AGENTS[row.state] ?? 'unknown', row.state]),
      figure('Received', (row) => size(row.received)), figure('Delivered', (row) => size(row.delivered)),
      figure('Channel', (row) => `${number(row.channel_size)} of ${number(row.channel_capacity)}`),
      text('Last progress', (row, now) => ago(row.last_progress, now)), text('Trouble', (row) => row.trouble ?? '–'),
    ],
  },
  {
    id: 'probes', title: 'Probes', rows: (it) => it.probes, key: (row) => row.name,
    columns: [
      text('Probe', (row) => nameOf(row.name), true),
      state('State', (row) => [PROBES[row.state] ?? 'unknown', row.state === 'unreachable' ? `unreachable since ${clock(row.unreachable_since)}` : row.state]),
      figure('Answer', (row) => (row.milliseconds === null ? '–' : `${number(row.milliseconds)} ms`)),
      text('Last valid answer', (row, now) => ago(row.last_good, now)), text('Address', (row) => row.address), text('Error', (row) => row.error ?? '–'),
    ],
  },
];

export class Tables {
  constructor(place) {
    const roomy = matchMedia('(min-width: 761px)').matches;
    this.views = TABLES.map((table) => new View(table, roomy));
    place.append(...this.views.map((view) => view.element));
  }

  show(snapshot, now) {
    this.snapshot = snapshot;
    for (const view of this.views) view.show(snapshot, now);
  }

  /** Updates all ages. */
  age(now) {
    if (this.snapshot) this.show(this.snapshot, now);
  }
}

class View {
  constructor(table, open) {
    this.table = table;
    this.rows = new Map();
    this.note = make('span', { class: 'note' });
    this.since = make('span', { class: 'since' });
    this.filter = make('input', { type: 'search', placeholder: 'Filter', 'aria-label': `Filter ${table.title}`, hidden: '' });
    this.filter.addEventListener('input', () => this.show(this.snapshot, this.now));
    this.body = make('tbody');
    this.more = make('p', { class: 'more' });
    const heads = table.columns.map((column) => make('th', { scope: 'col', class: column.figure ? 'figure' : null }, column.head));
    const inner = make('table', {}, make('thead', {}, make('tr', {}, ...heads)), this.body);
    const summary = make('summary', {}, make('h2', {}, table.title), this.note, this.since);
    const scroll = make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': table.title }, inner);
    this.element = make('details', { class: 'card', id: `table-${table.id}`, open: open ? '' : null }, summary, this.filter, scroll, this.more);
    this.element.addEventListener('toggle', () => this.show(this.snapshot, this.now));
  }

  show(snapshot, now) {
    if (!snapshot) return;
    [this.snapshot, this.now] = [snapshot, now];
    const rows = this.table.rows(snapshot) ?? [];
    const probe = snapshot.probes.find((it) => it.name === this.table.probe);
    const lost = probe?.state === 'unreachable';
    this.element.dataset.state = lost ? 'unknown' : 'known';
    setText(this.note, [number(rows.length), this.table.note?.(snapshot)].filter(Boolean).join(' · '));
    setText(this.since, lost ? `unreachable since ${clock(probe.unreachable_since)}, last valid answer ${ago(probe.last_good, now)}` : '');
    if (!this.element.open) return;
    this.filter.hidden = rows.length < FILTER;
    const wanted = this.filter.value.toLowerCase();
    const found = rows.filter((row) => this.table.key(row).toLowerCase().includes(wanted));
    const shown = found.slice(0, ROWS);
    this.keep(shown);
    for (const row of shown) this.showRow(row, now, lost);
    setText(this.more, found.length > ROWS ? `and ${number(found.length - ROWS)} more: filter to find them` : rows.length ? '' : 'Nothing yet');
  }

  /** Keeps exactly the rows to show, in order. */
  keep(shown) {
    const keys = shown.map((row) => this.table.key(row));
    if (keys.join('\n') === [...this.rows.keys()].join('\n')) return;
    const kept = new Map(keys.map((key) => [key, this.rows.get(key) ?? make('tr', {}, ...this.table.columns.map((column) => this.cell(column)))]));
    this.rows = kept;
    this.body.replaceChildren(...kept.values());
  }

  cell(column) {
    return column.wide ? make('th', { scope: 'row' }) : make('td', { class: column.figure ? 'figure' : column.look ? 'state' : null });
  }

  /** What was fine when last seen may not be fine now: `lost` removes the sign. */
  showRow(row, now, lost) {
    const line = this.rows.get(this.table.key(row));
    this.table.columns.forEach((column, index) => {
      const cell = line.children[index];
      const known = column.cell(row, now);
      if (column.wide) cell.classList.toggle('long', known.length > LONG);
      if (!column.look) return setText(cell, known);
      const [look, words] = lost ? ['unknown', `last seen ${known}`] : [column.look(row), known];
      if (cell.dataset.state !== look || cell.textContent !== words) {
        cell.dataset.state = look;
        cell.replaceChildren(...(known === '–' ? [known] : [sign(look), make('span', {}, words)]));
      }
      return undefined;
    });
  }
}
