// The connection to the monitor: snapshots as they arrive, and whether they are up to date.

const SILENCE = 3; // intervals without a snapshot
const RETRY = 2000; // milliseconds until a refused stream is requested again
const DEAF = 30; // seconds of silence after which the stream is requested again: it may have broken unnoticed
const HIDDEN = 5000; // milliseconds after which a hidden page closes its stream

/**
 * Calls `on.snapshot(snapshot)`, `on.history(points)` and `on.link(state)`, the state being
 * `connecting`, `live`, `silent` (no news for three intervals), `ended` (of a recording) or
 * `disconnected`.
 */
export class Live {
  constructor(on) {
    this.on = on;
    this.state = 'connecting';
    this.newest = null;
    this.received = 0;
    this.lost = null;
    this.replay = false;
    this.asleep = false;
    this.open();
    setInterval(() => this.check(), 1000);
    document.addEventListener('visibilitychange', () => this.seen());
  }

  open() {
    clearTimeout(this.again);
    this.source?.close();
    this.opened = performance.now();
    this.source = new EventSource('/api/events');
    this.source.addEventListener('open', () => this.load());
    this.source.addEventListener('hello', (event) => this.greet(JSON.parse(event.data)));
    this.source.addEventListener('snapshot', (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener('error', () => this.lose());
  }

  async load() {
    const answer = await fetch('/api/history').catch(() => null);
    if (answer?.ok) this.on.history(await answer.json());
  }

  greet({ replay, age_seconds: age }) {
    this.replay = replay;
    this.age = age ?? 0;
  }

  take(snapshot) {
    this.newest = snapshot;
    // The first one after a greeting may be old already.
    this.received = performance.now() - (this.age ?? 0) * 1000;
    this.age = 0;
    this.lost = null;
    this.on.snapshot(snapshot);
    this.check();
  }

  lose() {
    this.lost ??= new Date();
    this.report('disconnected');
    // The browser retries by itself, unless it was refused.
    if (this.source.readyState !== EventSource.CLOSED) return;
    this.again = setTimeout(() => this.ask(), RETRY);
  }

  async ask() {
    const answer = await fetch('/healthz').catch(() => null);
    // The token has changed: show the page that asks for it.
    if (answer?.status === 401) location.reload();
    else this.open();
  }

  /** Checks whether the newest snapshot is still up to date. */
  check() {
    if (this.asleep) return undefined;
    if (this.lost) return this.report('disconnected');
    if (!this.newest) return this.report('connecting');
    const patience = Math.max(this.newest.interval_seconds * SILENCE, SILENCE);
    const silent = this.seconds() > patience;
    if (silent && !this.replay && performance.now() - this.opened > DEAF * 1000) this.open();
    return this.report(!silent ? 'live' : this.replay ? 'ended' : 'silent');
  }

  report(state) {
    this.state = state;
    this.on.link(state);
  }

  /** Seconds since the newest snapshot was taken. */
  seconds() {
    return (performance.now() - this.received) / 1000;
  }

  /** The current time on the clock of the snapshots, in milliseconds. */
  now() {
    if (!this.newest) return Date.now();
    const taken = Date.parse(this.newest.taken);
    return this.state === 'ended' ? taken : taken + this.seconds() * 1000;
  }

  /** A browser opens few connections to one server: hidden pages keep none. */
  seen() {
    clearTimeout(this.letting);
    if (document.hidden) {
      this.letting = setTimeout(() => this.sleep(), HIDDEN);
    } else if (this.asleep) {
      this.asleep = false;
      this.open();
    }
  }

  sleep() {
    this.asleep = true;
    clearTimeout(this.again);
    this.source.close();
  }
}
