/**
 * What the commands print. They write to the descriptors themselves: Node's streams would make pipes non-blocking, and
 * a program that we start may share them.
 */

import { writeSync } from 'node:fs';

/** A line on standard error, with the name of the program before it. */
export function complain(line: string): void {
  writeAll(2, `compatfs: ${line}\n`);
}

/** Text on standard error as it is. */
export function complainRaw(text: string): void {
  writeAll(2, text);
}

export function print(text: string): void {
  writeAll(1, `${text}\n`);
}

/** Text without an end of line, for a terminal. */
export function printRaw(text: string): void {
  writeAll(1, text);
}

/** A reader that has gone away (a closed terminal, `| head`) is no reason to leave a mount behind. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

/** Rows as columns, the numbers among them right-aligned; what would spoil a line is shown as \ooo. */
export function table(texts: readonly (readonly string[])[], numeric: readonly number[] = []): string {
  const octal = (char: string): string => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  const rows = texts.map((row) => row.map((cell) => cell.replace(/[\x00-\x1f\x7f]/g, octal)));
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const align = (cell: string, column: number): string =>
    numeric.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

/** A moment in local time: `2025-01-31 13:05:09`. */
export function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
