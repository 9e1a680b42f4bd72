/** Options whose values are directories of this machine. */

import { resolve } from 'node:path';

/** One directory, made absolute, for the server changes its working directory; what is wrong with the text where it is none. */
export function directoryOption<Own>(name: keyof Own): (value: string) => Partial<Own> | string {
  return (value) => (value === '' ? 'a directory' : ({ [name]: resolve(value) } as Partial<Own>));
}

/** The words of a list separated by colons, as in mount(8): a backslash takes its meaning from the colon behind it. */
export function splitList(value: string): readonly string[] {
  return value.split(/(?<!\\):/);
}

/**
 * Such a list of directories. The paths are made absolute, for the server changes its working directory. Undefined where
 * one is empty.
 */
export function directoryList(value: string): readonly string[] | undefined {
  const words = splitList(value).map((word) => word.replace(/\\(.)/g, '$1'));
  return words.includes('') ? undefined : words.map((word) => resolve(word));
}
