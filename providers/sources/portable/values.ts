/**
 * Values that systeminformation gives, which may be missing, empty, of another type or no number on any platform: each is read as
 * what is wanted, or is the default.
 */

/** The largest count that is believed: below it numbers are exact. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Something with fields, whatever it is. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = {};

/** An object's fields; none where it is no object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NO_FIELDS;
}

/** The objects of a list; a single object is a list of one. */
export function records(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'object' && each !== null).map(fields);
  return typeof value === 'object' && value !== null ? [fields(value)] : [];
}

/** A number that is finite, also where it is written as a text; undefined for anything else. */
export function finite(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A whole number that is not negative; a default for anything else. */
export function count(value: unknown, otherwise: number): number;
export function count(value: unknown, otherwise?: undefined): number | undefined;
export function count(value: unknown, otherwise?: number): number | undefined {
  const number = finite(value);
  return number === undefined || number < 0 ? otherwise : Math.min(MOST, Math.floor(number));
}

/** A text as the bytes of its UTF-8, a character each, without NUL; empty for anything but a text or a number. */
export function bytes(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
  return Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('latin1');
}

/** A text of one line: what controls a terminal is a blank. */
export function line(value: unknown, most: number): string {
  return bytes(value).replace(/[\x00-\x1f\x7f]+/g, ' ').trim().slice(0, most);
}

/** A name in which nothing ends a field of a file: blanks, colons and slashes are `_`. */
export function plainName(value: unknown, most: number): string {
  return bytes(value).replace(/[\s:/\x00-\x20\x7f]+/g, '_').slice(0, most);
}
