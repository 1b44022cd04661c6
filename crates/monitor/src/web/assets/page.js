// Assembles the page: verdict, problems, picture, time series and tables; and the tab Analytics.

import { Analytics } from '/analytics.js';
import { Charts } from '/charts.js';
import { Flow } from '/flow.js';
import { Live } from '/live.js';
import { Tables } from '/tables.js';
import { useTabs } from '/tabs.js';
import { STATES, ago, clock, counted, make, nameOf, number, rate, setText, sign, span, stateOf, verdictOf } from '/words.js';

const LAKE = ['sqoop', 'flume-kafka', 'flume-logs'];
const SEVERITIES = { critical: 'wrong', warning: 'unknown', notice: 'waiting' };
const PROBLEMS = 50;

const element = (id) => document.getElementById(id);
const flow = new Flow(element('flow'), (id) => openDetails(id));
const charts = new Charts(element('charts'));
const tables = new Tables(element('tables'));
let shownHop = null;

const analytics = new Analytics(() => live.now());
const live = new Live({ snapshot: show, history: (points) => charts.load(points), link: showLink });

function show(snapshot) {
  setText(element('data-set'), snapshot.data_set ?? 'no data set yet');
  flow.show(snapshot);
  charts.add(snapshot);
  tables.show(snapshot, live.now());
  analytics.show(snapshot);
  showProblems(snapshot.problems);
  showLake(snapshot.hops.filter((hop) => LAKE.includes(hop.id)));
  if (shownHop) showDetails(snapshot);
}

/** Shows the verdict, or that there is none: an outdated verdict must not look current. */
function showVerdict(state) {
  const snapshot = live.newest;
  if (!snapshot) return state === 'disconnected' && verdict('unknown', 'Disconnected', 'The monitor does not answer. Retrying …');
  const [look, word] = verdictOf(snapshot);
  const last = `The last verdict was “${word}”, at ${clock(snapshot.taken)}.`;
  if (state === 'disconnected') return verdict('unknown', 'Disconnected', `${last} Retrying …`);
  if (state === 'silent') return verdict('unknown', 'No news', `The monitor has stopped collecting. ${last}`);
  return verdict(look, word, explain(snapshot));
}

function verdict(state, word, text) {
  const banner = element('verdict');
  if (banner.dataset.state !== state || !element('verdict-sign').firstChild) {
    banner.dataset.state = state;
    element('verdict-sign').replaceChildren(sign(state));
  }
  setText(element('verdict-word'), word);
  setText(element('verdict-text'), text);
  document.title = [word, live.newest?.data_set, 'monitor'].filter(Boolean).join(' · ');
}

function explain(snapshot) {
  const { hops, probes, problems } = snapshot;
  const complete = hops.filter((hop) => hop.state.is === 'complete').length;
  const lost = probes.filter((probe) => probe.state === 'unreachable');
  switch (snapshot.verdict) {
    case 'idle': return 'Nothing is expected yet: analyze and split a data set to begin.';
    case 'moving': return `Records are in flight and nothing is wrong. ${complete} of ${hops.length} hops are complete.`;
    case 'complete': return 'Every record has arrived, counted at every hop.';
    case 'unreachable': return `${lost.map((probe) => `${nameOf(probe.name)}: unreachable since ${clock(probe.unreachable_since)}`).join(' · ') || 'Something is unreachable'}.`;
    default: return problems.length ? `${problems[0].subject}: ${problems[0].message}.` : 'Something is short or over.';
  }
}

function showLink(state) {
  const seconds = span(live.seconds());
  const texts = {
    connecting: 'connecting …',
    live: `${live.replay ? 'recording' : 'live'} · ${seconds} ago`,
    ended: 'recording, ended',
    silent: `no news for ${seconds}`,
    disconnected: live.lost ? `disconnected since ${clock(live.lost)}` : 'disconnected',
  };
  document.documentElement.dataset.link = state;
  setText(element('link-text'), texts[state]);
  showVerdict(state);
  analytics.age(state);
  if (!live.newest) return;
  setText(element('taken'), `Snapshot of ${clock(live.newest.taken)}, one every ${live.newest.interval_seconds} s`);
  tables.age(live.now());
}

function showProblems(problems) {
  element('problems').hidden = problems.length === 0;
  const items = problems.slice(0, PROBLEMS).map((problem) => {
    const since = make('span', { class: 'since' }, `since ${clock(problem.since)}`);
    const text = make('span', {}, make('b', {}, problem.subject), ` ${problem.message}`);
    const look = SEVERITIES[problem.severity] ?? 'unknown';
    return make('li', { 'data-state': look }, sign(look), make('span', { class: 'severity' }, problem.severity), text, since);
  });
  if (problems.length > PROBLEMS) items.push(make('li', {}, `and ${number(problems.length - PROBLEMS)} more`));
  element('problem-list').replaceChildren(...items);
}

function showLake(hops) {
  const known = hops.length > 0 && hops.every((hop) => hop.expected !== null && hop.arrived);
  element('lake').hidden = !known;
  if (!known) return;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  setText(element('lake-when'), hops.some((hop) => hop.state.is === 'unknown') ? 'in the data lake, when last seen' : 'in the data lake');
  setText(element('lake-arrived'), number(sum(hops.map((hop) => hop.arrived.value))));
  setText(element('lake-expected'), `of ${number(sum(hops.map((hop) => hop.expected)))} records`);
}

function openDetails(id) {
  shownHop = id;
  showDetails(live.newest);
  element('details').showModal();
}

function showDetails(snapshot) {
  const hop = snapshot?.hops.find((it) => it.id === shownHop);
  if (!hop) return;
  const now = live.now();
  setText(element('details-title'), `${hop.from} → ${hop.to}`);
  const rows = [
    ['State', hop.stale ? `${stateOf(hop)[1]}, no new arrivals for too long` : stateOf(hop)[1]],
    ['Carried by', hop.carrier],
    ['Expected', `${number(hop.expected)} ${hop.unit}`],
    ['Arrived', `${counted(hop.arrived)}${hop.arrived ? ` (${hop.arrived.precision.replace('_', ' ')})` : ''}`],
    ['In flight', number(hop.in_flight)],
    ['Rate', hop.rate === null ? '–' : rate(hop.rate)],
    ['Newest arrival', hop.newest ? `${clock(hop.newest)}, ${ago(hop.newest, now)}` : '–'],
    ...hop.probes.map((name) => [`Depends on ${nameOf(name)}`, probeText(snapshot.probes.find((it) => it.name === name))]),
  ];
  element('details-list').replaceChildren(...rows.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]));
}

function probeText(probe) {
  if (!probe) return '–';
  if (probe.state === 'unreachable') return `unreachable since ${clock(probe.unreachable_since)}: ${probe.error ?? ''}`;
  return probe.state === 'reachable' ? `reachable, ${number(probe.milliseconds)} ms` : 'no answer yet';
}

/** Keeps the theme for the next visit, if the browser allows it. */
const kept = {
  get theme() {
    try { return localStorage.getItem('theme'); } catch { return null; }
  },
  set theme(theme) {
    try { localStorage.setItem('theme', theme); } catch { /* Then it applies to this visit only. */ }
  },
};

function useTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let chosen = kept.theme;
  const apply = () => {
    const theme = chosen || (dark.matches ? 'dark' : 'light');
    document.documentElement.dataset.theme = theme;
    setText(element('theme'), theme === 'dark' ? 'Light' : 'Dark');
  };
  dark.addEventListener('change', apply);
  element('theme').addEventListener('click', () => {
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    // The default of the computer need not be stored.
    chosen = next === (dark.matches ? 'dark' : 'light') ? '' : next;
    kept.theme = chosen;
    apply();
  });
  apply();
}

useTheme();
useTabs((name) => {
  analytics.open(name === 'analytics');
  // Texts have no width while they are hidden.
  if (name === 'records' && live.newest) flow.show(live.newest);
});
verdict('waiting', 'Connecting', 'Waiting for the first snapshot.');
element('legend').replaceChildren(...Object.entries(STATES).map(([state, text]) => make('li', { 'data-state': state }, sign(state), text)));
element('details').addEventListener('close', () => { shownHop = null; });
