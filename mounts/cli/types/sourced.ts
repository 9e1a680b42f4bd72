/** What the types have in common that show a machine's state. */

/** Where the state comes from. */
export interface Sourced {
  readonly source: 'host';
}

/** The option that says it. */
export const SOURCE_OPTION = {
  value: 'host',
  help: 'where the data comes from: this machine',
  read: (value: string): Partial<Sourced> | string => (value === 'host' ? { source: 'host' } : 'the sources are: host'),
} as const;
