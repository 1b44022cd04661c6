// The tab Analytics: what sells, to whom, where and when, with the proof of each number.

import { Card, isCompared, proofOf } from '/cards.js';
import { KEYS, LABELS, QUESTIONS } from '/questions.js';
import { productNames } from '/rows.js';
import { Stream } from '/stream.js';
import { ago, make, number, setText, sign } from '/words.js';

const RETRY = 5000; // milliseconds until the results are requested again

const element = (id) => document.getElementById(id);

export class Analytics {
  /** `now()`: the current time on the clock of the snapshots. */
  constructor(now) {
    this.now = now;
    this.cards = new Map();
    this.stream = new Stream(element('stream'));
    this.link = 'connecting';
    this.asked = -RETRY;
    this.seen = false;
    this.showProof();
  }

  /** The tab has been opened or left: what nobody sees is not requested. */
  open(seen) {
    this.seen = seen;
    if (seen && this.snapshot) this.show(this.snapshot);
  }

  show(snapshot) {
    this.snapshot = snapshot;
    if (!this.seen) return;
    this.stream.show(snapshot.live ?? null, this.now());
    // The results change with their version; a later proof changes them, too.
    const { version = 0, proof } = snapshot.analytics ?? {};
    const wanted = [version, proof?.is, proof?.at].join(' ');
    if (this.held !== wanted) this.load(wanted);
    else this.showState();
  }

  async load(wanted) {
    if (this.loading || performance.now() - this.asked < RETRY) return;
    [this.loading, this.asked] = [true, performance.now()];
    const response = await fetch('/api/analytics').catch(() => null);
    const answer = response?.ok ? await response.json().catch(() => null) : null;
    this.loading = false;
    if (answer) [this.answer, this.held] = [{ results: [], skipped: [], ...answer }, wanted];
    this.showState();
    if (answer) this.showResults();
  }

  showState() {
    const empty = !this.answer?.results.length;
    element('analytics-empty').hidden = !empty;
    if (empty)
      setText(
        element('analytics-empty-text'),
        this.answer?.text || (this.answer ? 'The analysis has not run yet.' : 'Waiting for the results.'),
      );
    this.showProof();
  }

  showResults() {
    const results = new Map(this.answer.results.map((result) => [result.name, result]));
    const context = { results, products: productNames(results), snapshot: this.snapshot, now: this.now };
    const planned = [KEYS, ...QUESTIONS].filter((plan) => plan.names.some((name) => results.has(name)));
    const known = new Set([...LABELS, ...planned.flatMap((plan) => plan.names)]);
    this.stream.names = context.products;
    const others = this.answer.results
      .filter((result) => !known.has(result.name))
      .map((result) => ({ names: [result.name] }));
    const shown = [...planned, ...others].map((plan) => {
      const name = plan.names[0];
      const card = this.cards.get(name) ?? new Card({ ...plan, id: name });
      card.show(
        plan.names.map((it) => results.get(it) ?? null),
        context,
      );
      return [name, card];
    });
    this.cards = new Map(shown);
    const keys = this.cards.get(KEYS.names[0]);
    place(element('key-figures'), keys ? [keys] : []);
    place(
      element('results'),
      shown.map(([, card]) => card).filter((card) => card !== keys),
    );
    // Only now they have a width.
    for (const card of this.cards.values()) card.draw();
    this.stream.show(this.snapshot.live ?? null, this.now());
    this.showSkipped(this.answer.skipped);
  }

  showSkipped(skipped) {
    element('skipped').hidden = skipped.length === 0;
    element('skipped-list').replaceChildren(
      ...skipped.map(({ name, question, reason }) =>
        make('li', {}, make('b', {}, question || name), ' ', make('span', {}, reason)),
      ),
    );
  }

  /** The line on top: what is not known now must not look proven. */
  showProof() {
    const [look, words, text] = this.verdict();
    const box = element('proof');
    if (box.dataset.state !== look || !element('proof-sign').firstChild) {
      box.dataset.state = look;
      element('proof-sign').replaceChildren(sign(look));
    }
    setText(element('proof-word'), words);
    setText(element('proof-text'), text);
  }

  verdict() {
    const { answer } = this;
    if (!answer?.results.length) return ['waiting', answer ? 'No results yet' : 'Waiting for the results', ''];
    const now = this.now();
    const being = (is) => answer.results.filter((result) => result.proof?.is === is);
    const proof = this.snapshot?.analytics?.version === answer.version ? this.snapshot.analytics.proof : answer.proof;
    // The whole is not better than its worst part.
    const worst = being('wrong')[0] ?? (proof?.is === 'wrong' ? null : being('waiting')[0]);
    const [look, , text] = proofOf(proof?.is === 'proven' && worst ? worst.proof : proof, now);
    const analyzed = answer.analyzed ? `analyzed ${ago(answer.analyzed, now)}` : '';
    const join = (...parts) => parts.filter(Boolean).join(' · ');
    if (this.link === 'disconnected' || this.link === 'silent')
      return ['unknown', 'The last known results', join('the monitor does not answer', analyzed)];
    if (look === 'wrong')
      return [
        look,
        'Not every number is right',
        join(
          text ||
            being('wrong')
              .map((it) => it.name)
              .join(', '),
          analyzed,
        ),
      ];
    if (look !== 'complete') {
      const waiting = being('waiting').length;
      return [
        look,
        waiting
          ? `${number(waiting)} of ${number(answer.results.length)} results are not proven yet`
          : 'Not proven yet',
        join(text, analyzed),
      ];
    }
    const compared = answer.results.filter((result) => isCompared(result.proof)).length;
    const computed = answer.results.length - compared;
    const when = proof.at ? ago(proof.at, now) : '';
    if (compared === 0) return [look, 'Every number here was computed again from the files', join(when)];
    return [
      look,
      'Every result here is proven',
      join(`${number(computed)} computed again from the files, ${number(compared)} equal in HDFS and MySQL`, when),
    ];
  }

  /** Updates all ages; `link` is the state of the connection. */
  age(link) {
    this.link = link;
    if (!this.seen) return;
    const now = this.now();
    this.stream.age(now);
    for (const card of this.cards.values()) card.age(now);
    this.showProof();
  }
}

/** Puts exactly these cards there, without moving those that stay. */
function place(parent, cards) {
  const wanted = cards.map((card) => card.element);
  if (wanted.length !== parent.children.length || wanted.some((it, index) => parent.children[index] !== it))
    parent.replaceChildren(...wanted);
}
