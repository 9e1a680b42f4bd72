/** What the types have in common that show a machine's state. */

import { SOURCE_HELP, SOURCE_WORDS, readSource } from '../sources.ts';
import type { TypeOption } from './type.ts';

/** Where the state comes from. */
export interface Sourced {
  /** `host`, or NAME:FILE with an absolute path. */
  readonly source: string;
}

/** The option that says it. */
export const SOURCE_OPTION: TypeOption<Sourced> & { readonly value: string } = {
  value: 'NAME[:FILE]',
  help: SOURCE_HELP,
  read(value) {
    const source = readSource(value);
    return source === undefined ? `the sources are: ${SOURCE_WORDS}` : { source };
  },
};

/** That option of a type which shows what only this machine has. */
export const HOST_OPTION: TypeOption<Sourced> & { readonly value: string } = {
  value: 'host',
  help: 'where the data comes from: this machine',
  read: (value) => (value === 'host' ? { source: 'host' } : 'the sources are: host'),
};
