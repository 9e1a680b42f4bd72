/** Records for a format, with values as large as can be, and each field's its own. */

import { U64_MAX } from '../../fs/u64.ts';
import type { NetworkDirectories } from '../../providers/model/network.ts';
import type { Field, LineFormat, LineTable } from '../../providers/linprocfs/net/line-format.ts';

/** What the files that come and go hold, by directory and name. */
export type EntryFixtures = { readonly [K in keyof NetworkDirectories]: Readonly<Record<string, NetworkDirectories[K]>> };

/** A record of large values, and one of small ones. */
export function exampleRows<T extends object>({ line }: LineTable<T>): readonly T[] {
  return [exampleRecord(line, true), exampleRecord(line, false)];
}

export function exampleRecord<T extends object>({ parts }: LineFormat<T>, large = true): T {
  const record: Record<string, unknown> = {};
  parts.forEach((part, place) => {
    if (typeof part === 'string') return;
    const value = exampleValue(part, place, large);
    record[part.name] = part.list ? (large ? [value, exampleValue(part, place, false)] : []) : value;
  });
  return record as T;
}

function exampleValue({ conversion, zero, width }: Field, place: number, large: boolean): unknown {
  const odd = place % 2 === 1;
  switch (conversion) {
    case 'd':
      return large && !zero ? -2147483648 + place : place;
    case 'u':
    case 'x':
    case 'X':
    case 'h':
      return large ? U64_MAX - BigInt(place) : place;
    case 's':
      return large ? `word-${place}`.padEnd(width, 'x') : `w${place}`;
    case 'i4':
      return large ? 0xfffefd00 + place : place;
    case 'i6':
    case 'I6':
      return [0x20010db8, 0xfedcba98, place, large ? 0xffffffff : 0];
    case 'a':
      return large ? [0x20010db8, 0, 0, place] : 0xc0000200 + place;
    case 'e':
      return large ? { address: odd ? [0x20010db8, 0, 0, place] : 0xc0000200 + place, port: 65535 } : 'no_local';
    case 'm':
      return large ? [0xff, 0xfe, 0, 1, 2, place] : [0, 0, 0, 0, 0, place];
    case 'n':
      return [1, 2, 3, 4, 5, place];
    case 'p':
      return large ? U64_MAX - BigInt(place) : undefined;
    case 'choice':
      return large;
  }
}
