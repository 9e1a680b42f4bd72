/** Reads fstab(5). */

import { readFileSync } from 'node:fs';
import { Failure } from './failure.ts';

/** A field, and where it begins; columns count from 1. */
export interface Field {
  readonly text: string;
  readonly column: number;
}

/** A line of the table. */
export interface FstabEntry {
  /** The file and the line, as in an error message. */
  readonly place: string;
  readonly source: Field;
  readonly target: Field;
  readonly type: Field;
  readonly options: Field;
}

/** Reads a table, line by line; `bad` hears of lines that are none, which are left out. Throws a Failure. */
export function* readFstab(path: string, bad: (place: string, why: string) => void): Generator<FstabEntry> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(path, code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`);
  }
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const fields = [...line.matchAll(/\S+/g)].map((match) => ({ text: plain(match[0]), column: match.index + 1 }));
    const [source, target, type, options = { text: 'defaults', column: line.length + 1 }] = fields;
    if (!source || source.text.startsWith('#')) continue;
    const place = `${path}:${number}`;
    if (target && type) yield { place, source, target, type, options };
    else bad(`${place}:${source.column}`, 'no line of fstab(5): it has a source, a target and a type');
  }
}

/** A field with its \ooo as characters. */
function plain(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
