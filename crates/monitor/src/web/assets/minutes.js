// The last minutes of the stream as bars that move.

import { grouped, short, size, sum } from '/decimals.js';
import { clock, draw, make, setText } from '/words.js';

const MINUTE = 60 * 1000;
const SHOWN = 30; // minutes
const [WIDTH, HEIGHT] = [600, 100]; // of the bars, which are stretched
const SLOT = WIDTH / SHOWN;
const CALM = matchMedia('(prefers-reduced-motion: reduce)');

/** One bar for each of the last 30 minutes. They move slowly to the left; the newest grows at the right. */
export class Minutes {
  constructor(name, value) {
    [this.name, this.value] = [name, value];
    this.bars = new Map();
    this.number = make('strong');
    this.words = make('span');
    this.told = make('p', { class: 'told' });
    this.cursor = draw('rect', { class: 'cursor', y: 0, width: SLOT, height: HEIGHT });
    this.band = draw('g', {}, this.cursor);
    this.picture = draw(
      'svg',
      {
        class: 'band',
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: 'none',
        tabindex: 0,
        role: 'slider',
        'aria-roledescription': 'chart',
        'aria-valuemin': 1,
        'aria-valuemax': SHOWN,
      },
      draw('path', { class: 'base', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }),
      this.band,
    );
    this.element = make(
      'figure',
      { class: 'minute' },
      make('p', { class: 'headline' }, this.number, this.words),
      this.told,
      this.picture,
      make('figcaption', {}, make('span', {}, '30 minutes ago'), make('span', {}, 'now')),
    );
    this.picture.addEventListener('pointermove', (event) => {
      const { left, width } = this.picture.getBoundingClientRect();
      this.point(
        Math.max(
          0,
          Math.min(this.minutes.length - 1, Math.floor(((event.clientX - left) / width) * SHOWN + this.part)),
        ),
      );
    });
    this.picture.addEventListener('focus', () => this.point(this.minutes.length - 1));
    for (const leave of ['pointerleave', 'blur']) this.picture.addEventListener(leave, () => this.point(null));
    this.picture.addEventListener('keydown', (event) => {
      const last = this.minutes.length - 1;
      const at = this.at ?? last;
      const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[
        event.key
      ];
      if (to === undefined) return;
      event.preventDefault();
      this.point(Math.max(0, Math.min(last, to)));
    });
  }

  show(minutes, now) {
    this.minutes = minutes;
    const most = Math.max(1e-9, ...minutes.map((minute) => size(this.value(minute))));
    const kept = new Map();
    this.zero ??= Date.parse(minutes[0]?.at);
    for (const minute of minutes) {
      const x = ((Date.parse(minute.at) - this.zero) / MINUTE + 0.13) * SLOT;
      const bar =
        this.bars.get(minute.at) ??
        draw('rect', { class: 'bar', x: x.toFixed(2), y: 0, height: HEIGHT, width: SLOT * 0.74 });
      // Scaled by the style, so that it grows smoothly where motion is welcome.
      bar.style.transform = `scaleY(${(Math.max(0, size(this.value(minute))) / most) * 0.97})`;
      kept.set(minute.at, bar);
    }
    for (const [at, bar] of this.bars) if (!kept.has(at)) bar.remove();
    this.bars = kept;
    // Only what is new is added: moving an element would end its motion.
    for (const bar of kept.values()) if (!bar.parentNode) this.band.insertBefore(bar, this.cursor);
    const total = sum(minutes.map((minute) => this.value(minute)));
    setText(this.number, this.name === 'orders' ? grouped(total) : total.length > 12 ? short(total) : grouped(total));
    setText(this.words, `${this.name} in the last ${minutes.length} minutes`);
    this.picture.setAttribute(
      'aria-label',
      `${this.name} in each of the last ${minutes.length} minutes, ${grouped(total)} in all. Arrow keys tell each value.`,
    );
    this.move(now);
    this.point(this.at ?? null);
  }

  /** The bars stay where they are; what holds them moves by the width of one in a minute. */
  move(now) {
    if (!this.minutes?.length) return;
    const newest = Date.parse(this.minutes.at(-1).at);
    this.part = CALM.matches ? 0 : Math.max(0, Math.min(1, (now - newest) / MINUTE));
    const place = ((newest - this.zero) / MINUTE - this.minutes.length + 1 + this.part) * SLOT;
    this.band.style.transform = `translateX(${(-place).toFixed(2)}px)`;
  }

  point(index) {
    this.at = index;
    const minute = index === null ? null : this.minutes?.[index];
    const text = minute ? `${clock(minute.at)} · ${grouped(this.value(minute))} ${this.name}` : '';
    setText(this.told, text);
    this.cursor.classList.toggle('shown', Boolean(minute));
    this.picture.setAttribute('aria-valuenow', (index ?? SHOWN - 1) + 1);
    this.picture.setAttribute('aria-valuetext', text || this.words.textContent);
    if (minute) this.cursor.setAttribute('x', ((Date.parse(minute.at) - this.zero) / MINUTE) * SLOT);
  }
}
