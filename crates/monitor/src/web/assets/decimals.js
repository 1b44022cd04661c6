// Exact decimals. They arrive as texts and are shown as texts: a sum of money never becomes a floating-point number,
// which could not hold it. Only the places and sizes of marks are floating-point.

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const UNITS = ['', ' k', ' M', ' B', ' T'];

/** The text as `units` of the last of `scale` decimal places, or `null` if it is no plain decimal. */
function parse(text) {
  const found = DECIMAL.exec(text ?? '');
  if (!found) return null;
  const [, minus, whole, part = ''] = found;
  return { units: BigInt(`${minus === '-' ? '-' : ''}${whole}${part}`), scale: part.length };
}

function write({ units, scale }) {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${scale ? `.${digits.slice(point)}` : ''}`;
}

const power = (exponent) => 10n ** BigInt(exponent);

/** A quotient with that many decimal places, rounded half away from zero. */
function divide(dividend, divisor, places) {
  const wanted = dividend.units * power(divisor.scale + places);
  const by = divisor.units * power(dividend.scale);
  const half = (by < 0n ? -by : by) / 2n;
  const units = (wanted + (wanted < 0n ? -half : half)) / by;
  return write({ units, scale: places });
}

/** 410478.17 as 410,478.17; any other text as it is. */
export function grouped(text) {
  const found = DECIMAL.exec(text ?? '');
  if (!found) return text ?? '–';
  const [, minus, whole, part] = found;
  return `${minus === '-' ? '−' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${part === undefined ? '' : `.${part}`}`;
}

/** The sum of the texts; those that are no decimals count as nothing. */
export function sum(texts) {
  const found = texts.map(parse).filter((it) => it !== null);
  const scale = Math.max(0, ...found.map((it) => it.scale));
  const units = found.reduce((total, it) => total + it.units * power(scale - it.scale), 0n);
  return write({ units, scale });
}

export function equal(one, other) {
  const [a, b] = [parse(one), parse(other)];
  return a !== null && b !== null && a.units * power(b.scale) === b.units * power(a.scale);
}

/** The text with that many decimal places at most. */
export function rounded(text, places) {
  const found = parse(text);
  return found === null || found.scale <= places ? text : divide(found, { units: 1n, scale: 0 }, places);
}

/** How many percent of `whole` the part is; `null` if that is unknown. */
export function percent(part, whole, places = 1) {
  const [a, b] = [parse(part), parse(whole)];
  return a === null || b === null || b.units === 0n
    ? null
    : divide({ units: a.units * 100n, scale: a.scale }, b, places);
}

/** By how many percent `now` is more than `before`; `null` if that is unknown. */
export function growth(now, before) {
  return percent(difference(now, before), before);
}

export function difference(one, other) {
  const [a, b] = [parse(one), parse(other)];
  if (a === null || b === null) return null;
  const scale = Math.max(a.scale, b.scale);
  return write({ units: a.units * power(scale - a.scale) - b.units * power(scale - b.scale), scale });
}

/** 410478.17 as 410 k, 1234567 as 1.23 M: so many digits at least, for labels. */
export function short(text, digits = 3) {
  const found = parse(text);
  if (found === null) return text ?? '–';
  const whole = String(found.units < 0n ? -found.units : found.units).length - found.scale;
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor((whole - 1) / 3)));
  if (unit === 0) return grouped(rounded(text, 0));
  const places = Math.max(0, digits - 1 - ((whole - 1) % 3));
  return `${grouped(divide(found, { units: power(unit * 3), scale: 0 }, places))}${UNITS[unit]}`;
}

/** For the size of a mark only. */
export function size(text) {
  const value = Number(text ?? 0);
  return Number.isFinite(value) ? value : 0;
}
