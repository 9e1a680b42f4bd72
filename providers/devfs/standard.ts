/** A devfs with all that every /dev has: the drivers, the terminals and the rule sets. */

import { DeviceTable } from '../../fs/devices/device-table.ts';
import { MEMORY_DEVICES } from '../../fs/devices/drivers/memory.ts';
import { RANDOM_DEVICES } from '../../fs/devices/drivers/random.ts';
import { type PseudoTerminalOptions, PseudoTerminals } from '../../fs/devices/terminal/pseudo-terminals.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import type { KernelSource } from '../kernel-view.ts';
import { Devfs } from './devfs.ts';
import { kmsgDevice } from './drivers/kmsg.ts';
import { parseRulesFile } from './rules/parse-rules-file.ts';
import { type Names, NO_NAMES } from './rules/parse-rule.ts';
import { Rulesets } from './rules/rulesets.ts';
import { SHIPPED_RULES } from './rules/shipped.ts';
import type { RuleError } from './rules/words.ts';

/** What may be said of a devfs; the rest is as usual. */
export interface StandardOptions {
  /** The machine of those who look, and the one whose devices they see, if that is another one. */
  readonly source?: KernelSource;
  readonly model?: KernelSource;
  readonly form?: 'nodes' | 'files';
  readonly ruleset?: number;
  /** The text of a devfs.rules(5), besides the sets that are there anyway. */
  readonly rules?: string;
  readonly names?: Names;
  readonly terminals?: PseudoTerminalOptions;
  /** Room for what clients make: bytes in pages, and inodes; 0 means any number. */
  readonly pages?: number;
  readonly inodes?: number;
}

/** The rule sets that are there anyway and those of a text; or what is wrong with it. */
export function standardRulesets(rules = '', names: Names = NO_NAMES): Rulesets | RuleError {
  const rulesets = new Rulesets();
  return parseRulesFile(SHIPPED_RULES, rulesets, NO_NAMES) ?? parseRulesFile(rules, rulesets, names) ?? rulesets;
}

/** Makes one; devices are added through its `devices`. Returns what is wrong with the rules. */
export function standardDevfs(options: StandardOptions = {}): Devfs | RuleError {
  const { source, model, form = 'nodes', ruleset = 0, rules, names, pages = 0, inodes = 0 } = options;
  const rulesets = standardRulesets(rules, names);
  if (!(rulesets instanceof Rulesets)) return rulesets;
  const devices = new DeviceTable();
  const terminals = new PseudoTerminals(options.terminals);
  for (const device of [...MEMORY_DEVICES, ...RANDOM_DEVICES, ...terminals.devices()]) devices.add(device);
  const changed = new WaitQueue();
  const log = model ?? source;
  if (log) devices.add(kmsgDevice(log, changed));
  return new Devfs({ ...(source && { source }), ...(model && { model }), changed, devices, terminals, form, rulesets, ruleset, pages, inodes });
}
