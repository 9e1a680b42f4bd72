/** What a write to an attribute means where no kernel reads it: the notations that its store functions share. */

import type { SysfsChoice, SysfsNumber, SysfsReading, SysfsValue } from '../../model/sysfs.ts';
import type { SysfsRow } from '../../model/sysfs/row.ts';

/**
 * The value that an attribute has after it was written to, which has `present`; undefined for what it does not take.
 * Writing to what has no text makes something happen at most.
 */
export function parseStored(row: SysfsRow, bytes: Uint8Array, present: SysfsValue): SysfsReading | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').replace(/\n$/, '');
  switch (row.kind) {
    case 'nothing':
      return { value: present };
    case 'decimal':
    case 'hex':
      return valueOf(integer(text));
    case 'parameter':
      if (typeof present === 'boolean') return valueOf(boolean(text));
      if (typeof present === 'string') return { value: text };
      return typeof present === 'number' || typeof present === 'bigint' ? valueOf(integer(text)) : undefined;
    case 'flag':
      return valueOf(text === row.yes ? true : text === row.no ? false : boolean(text));
    case 'line':
      return text.includes('\n') ? undefined : { value: text };
    case 'choice': {
      const { options } = present as SysfsChoice;
      const selected = options.indexOf(text.trim());
      return selected < 0 ? undefined : { value: { options, selected } };
    }
    case 'pairs':
      // An event is sent, and nothing is kept.
      return /^(?:add|bind|change|move|offline|online|remove|unbind)$/.test(text) ? { value: present } : undefined;
    default:
      return undefined;
  }
}

function valueOf(value: SysfsValue | undefined): SysfsReading | undefined {
  return value === undefined ? undefined : { value };
}

/** kstrtoll with base 0: decimal, 0x, or octal with a 0 before it. */
function integer(text: string): SysfsNumber | undefined {
  const [, sign, digits = ''] = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (magnitude > 0xffff_ffff_ffff_ffffn) return undefined;
  const value = sign === '-' ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** kstrtobool */
function boolean(text: string): boolean | undefined {
  if (/^(?:[yYtT1]|[oO][nN])/.test(text)) return true;
  return /^(?:[nNfF0]|[oO][fF])/.test(text) ? false : undefined;
}
