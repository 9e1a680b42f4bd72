/** The type devfs on the command line. */

import { readFileSync } from 'node:fs';
import { Rulesets } from '../../../providers/devfs/rules/rulesets.ts';
import { standardRulesets } from '../../../providers/devfs/standard.ts';
import { nodesCanBeOpened } from '../device-nodes.ts';
import type { DevfsChanges } from '../trees/devfs.ts';
import { Users } from '../users.ts';
import { PLAYBACK_OPTIONS, SOURCE_OPTION, type Sourced, checkPlayback, describeSource, playbackOf } from './sourced.ts';
import type { MountType } from './type.ts';

/** What the options say. */
export interface DevfsOwn extends Sourced {
  /** undefined for what suits: nodes where the kernel serves them, files for other machines and where it does not. */
  readonly form: 'nodes' | 'files' | undefined;
  readonly ruleset: number;
  /** The text of a devfs.rules(5). */
  readonly rules: string;
}

export const devfs: MountType<DevfsOwn> = {
  name: 'devfs',
  summary: 'a Linux /dev',
  label: 'devfs',
  exportName: 'dev',
  safe: ['nosuid', 'noexec'],
  kernelChecks: true,
  defaults: () => ({ source: 'host', form: undefined, ruleset: 0, rules: '' }),
  options: {
    source: SOURCE_OPTION,
    ...PLAYBACK_OPTIONS,
    nodes: { help: 'device nodes, which the kernel serves (the default where root mounts)', read: () => ({ form: 'nodes' }) },
    files: { help: 'files in their place, which our own drivers serve (the default otherwise)', read: () => ({ form: 'files' }) },
    rules: {
      value: 'FILE',
      help: 'rule sets besides the shipped ones, as in devfs.rules(5)',
      read(path) {
        let rules: string;
        try {
          rules = readFileSync(path, 'latin1');
        } catch (error) {
          return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'it cannot be read';
        }
        const read = standardRulesets(rules, userNames());
        return read instanceof Rulesets ? { rules } : `${path}:${read.line}:${read.column}: ${read.message}`;
      },
    },
    ruleset: {
      value: 'SET',
      help: 'the rule set for nodes as they appear, by its number or name (of rules=, if that comes before); 0 is none, 4 is for jails',
      read(value, { rules }) {
        const read = standardRulesets(rules, userNames());
        const ruleset = /^\d{1,5}$/.test(value) ? Number(value) : read instanceof Rulesets ? read.names.get(value) : undefined;
        return ruleset !== undefined && ruleset <= 0xffff ? { ruleset } : 'no such rule set';
      },
    },
  },
  changeable: Object.keys(PLAYBACK_OPTIONS),
  changes(said): DevfsChanges {
    const playback = playbackOf(said);
    return playback ? { playback } : {};
  },
  check: checkPlayback,
  origin: ({ options }) => options.own.source,
  describe: ({ target, options: { own } }, roots) => ({
    type: 'devfs',
    ...describeSource(own),
    roots,
    // Another machine has other devices.
    form: own.form ?? (target !== undefined && nodesCanBeOpened(roots.proc) ? 'nodes' : 'files'),
    ruleset: own.ruleset,
    rules: own.rules,
  }),
};

function userNames(): { user(name: string): number | undefined; group(name: string): number | undefined } {
  const users = new Users();
  return { user: (name) => users.userId(name), group: (name) => users.groupId(name) };
}
