/** Files of rows: a line that cannot be one of them, of a kernel that tells more, is passed over. */

import { type Scanner, hexDigit } from './scanner.ts';

const MINUS = 0x2d;

/** Rows whose first column is a decimal number. `row` may stop anywhere on its line, or at the start of the next. */
export function numberedRows<T>(scanner: Scanner, row: () => T): T[] {
  return rowsThat(scanner, (code) => (code >= 0x30 && code <= 0x39) || code === MINUS, row);
}

/** Rows whose first column is a hexadecimal number. */
export function hexadecimalRows<T>(scanner: Scanner, row: () => T): T[] {
  return rowsThat(scanner, (code) => hexDigit(code) >= 0, row);
}

/** Rows whose first byte behind blanks `begins` one. Blanks before it have not been passed when `row` is called. */
export function rowsThat<T>(scanner: Scanner, begins: (code: number) => boolean, row: () => T): T[] {
  const rows: T[] = [];
  while (!scanner.done) {
    const start = scanner.at;
    const code = scanner.blanks().peek();
    scanner.at = start;
    if (begins(code)) rows.push(row());
    if (scanner.at === start || scanner.bytes[scanner.at - 1] !== 0x0a) scanner.nextLine();
  }
  return rows;
}
