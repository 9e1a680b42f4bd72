/** Reads the description of a machine. */

import type { Description } from './description.ts';
import { type Mistake, isMistake, parseJson } from './json-text.ts';
import { type Machine, machineOf } from './machine.ts';
import { mistakeInParameters } from './parameters.ts';
import { mistakeIn } from './schema-rules.ts';
import { DEFINITIONS, SCHEMA } from './schema.ts';
import { listenersOf } from './sockets.ts';

/** The longest text that is read; bytes. */
export const LONGEST_TEXT: number = 16 * 2 ** 20;

/** The machine that a text, a byte string, describes; or the first mistake. */
export function readDescription(text: string): Machine | Mistake {
  if (text.length > LONGEST_TEXT) return { place: '', what: `must be at most ${LONGEST_TEXT} bytes` };
  const parsed = parseJson(text);
  if (isMistake(parsed)) return parsed;
  const mistake = mistakeIn(parsed.value, SCHEMA, DEFINITIONS);
  if (mistake) return mistake;
  const description = parsed.value as Description;
  const wrongParameter = mistakeInParameters(description);
  if (wrongParameter) return wrongParameter;
  const machine = machineOf(description);
  if ('what' in machine) return machine;
  for (const template of machine.templates) {
    const wrong = listenersOf(template).indexOf(undefined);
    if (wrong >= 0) return { place: `${template.path}.listen[${wrong}]`, what: 'must have an address and a port, as tcp:0.0.0.0:80 or tcp6:[::]:80' };
  }
  return machine;
}

/** A mistake in words, for one line. */
export function mistakeText({ place, what }: Mistake): string {
  return place === '' ? what : `at ${place}: ${what}`;
}
