/** The control groups of a simulated machine (version 2): which processes are in which, and what /sys/fs/cgroup tells of them. */

import { Live, type ObjectTree } from '../described/object-tree.ts';
import type { Template } from './machine.ts';
import { PAGE, pagesOf } from './memory-state.ts';
import type { Life } from './population.ts';
import type { Simulation } from './simulation.ts';

const CONTROLLERS = ['cpuset', 'cpu', 'io', 'memory', 'pids'];

/** The path of a process's group; `expand` replaces what stands for something. */
export function groupPath({ text, kernel, parent }: Template, expand: (text: string) => string): string {
  if (kernel) return '/';
  if (text.cgroup !== undefined) return expand(text.cgroup);
  // What is started is in the group of what started it.
  for (let at = parent; at; at = at.parent) if (at.text.cgroup !== undefined && !at.text.cgroup.includes('{')) return at.text.cgroup;
  return parent ? `/system.slice/${expand(text.name).replaceAll('/', '-')}.service` : '/init.scope';
}

/** The places whose processes are in a group: in itself, and in it or below. */
interface Members {
  readonly own: number[];
  readonly all: number[];
}

/** Adds the groups. Those that are named after a process's id are not told of: they come and go. */
export function addControlGroups(tree: ObjectTree, simulation: Simulation): void {
  const { population } = simulation;
  const groups = new Map<string, Members>();
  const at = (path: string): Members => {
    let members = groups.get(path);
    if (!members) groups.set(path, (members = { own: [], all: [] }));
    return members;
  };
  at('');
  for (const { template, first } of population.groups) {
    if (template.text.cgroup?.includes('{pid}')) continue;
    for (let slot = first; slot < first + template.count; slot++) {
      const path = groupPath(template, (text) => text.replaceAll('{index}', String(slot - first))).replace(/^\/+|\/+$/g, '');
      at(path).own.push(slot);
      for (let above: string | undefined = path; above !== undefined; above = parentOf(above)) at(above).all.push(slot);
    }
  }
  for (const [path, members] of groups) addGroup(tree, simulation, path, members);
}

function parentOf(path: string): string | undefined {
  return path === '' ? undefined : path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function addGroup(tree: ObjectTree, simulation: Simulation, path: string, { own, all }: Members): void {
  const { population, activity } = simulation;
  const alive = (slots: readonly number[]): Life[] =>
    slots.map((slot) => population.lifeIn(slot, simulation.time)).filter((life) => life !== undefined && simulation.time < life.gone) as Life[];
  const threads = (): number => alive(all).reduce((sum, { slot }) => sum + population.template(slot).threads, 0);
  const processorTime = (): [string, number][] => {
    let user = 0;
    let system = 0;
    for (const slot of all) {
      const template = population.template(slot);
      if (template.cpu.isZero) continue;
      const life = population.lifeIn(slot, simulation.time);
      const used = life ? activity.usedBy(life, simulation.time) : 0;
      const total = template.churn && life ? (simulation.time < life.gone ? used : 0) + activity.usedByReaped(slot, simulation.time) : used;
      user += total * template.userShare;
      system += total * (1 - template.userShare);
    }
    const microseconds = (seconds: number): number => Math.floor(seconds * 1e6);
    return [
      ['usage_usec', microseconds(user) + microseconds(system)],
      ['user_usec', microseconds(user)],
      ['system_usec', microseconds(system)],
      ['nice_usec', 0],
    ];
  };
  const memory = (): { readonly anonymous: number; readonly files: number } => {
    let anonymous = 0;
    let files = 0;
    for (const life of alive(all)) {
      const pages = pagesOf(simulation, life, Math.floor(simulation.time));
      anonymous += pages.anonymous;
      files += pages.files;
    }
    return { anonymous: anonymous * PAGE, files: files * PAGE };
  };
  const everywhere = {
    'cgroup.controllers': CONTROLLERS,
    'cgroup.subtree_control': CONTROLLERS,
    'cgroup.procs': new Live(() => alive(own).map(({ pid }) => [pid]).sort(([a = 0], [b = 0]) => a - b)),
    'cpu.stat': new Live(processorTime),
    'memory.stat': new Live(() => {
      const { anonymous, files } = memory();
      return [['anon', anonymous], ['file', files], ['kernel_stack', threads() * 4 * PAGE]];
    }),
  };
  const below = {
    'cgroup.type': 'domain',
    'cgroup.events': new Live(() => [['populated', alive(all).length > 0 ? 1 : 0], ['frozen', 0]]),
    'cpu.max': ['max', 100_000],
    'cpu.weight': 100,
    'memory.current': new Live(() => {
      const { anonymous, files } = memory();
      return anonymous + files;
    }),
    'memory.max': 'max',
    'pids.current': new Live(threads),
    'pids.max': 'max',
  };
  tree.attributes({ path: path === '' ? 'fs/cgroup' : `fs/cgroup/${path}` }, path === '' ? everywhere : { ...everywhere, ...below });
}
