/** The kernel objects of a machine that has some of its CPUs only. */

import { isErrno } from '../../fs/errno.ts';
import type { BitMask } from '../model/bit-mask.ts';
import type { SysfsCell, SysfsRange, SysfsValue, SysfsView } from '../model/sysfs.ts';
import type { SysfsRow } from '../model/sysfs/row.ts';
import { type CpuSet, parseCpuList } from './cpu-set.ts';
import { SysfsLayer } from './sysfs-layer.ts';

const CPUS = 'devices/system/cpu';

/** Directories with an object for each CPU. */
const PARENTS = [
  CPUS,
  'bus/cpu/devices',
  'devices/system/node/node\\d+',
  'devices/system/(?:machinecheck|clockevents)',
  'bus/(?:machinecheck|clockevents)/devices',
  'devices/virtual/(?:cpuid|msr)',
  'class/(?:cpuid|msr)',
].join('|');
const OBJECT = new RegExp(`^(?:${PARENTS})/(?:cpu|machinecheck|clockevent|msr)(\\d+)(?:/|$)`);
const PARENT = new RegExp(`^(?:${PARENTS}|${CPUS}/cpufreq)$`);
/** A frequency that several CPUs may share. */
const POLICY = /^(devices\/system\/cpu\/cpufreq\/policy(\d+))(?:\/|$)/;

/** The attributes of other objects that are sets of CPUs. */
const SETS = /cpu|siblings/;
/** A set of memory nodes. */
const NODES_WITH_CPUS = 'devices/system/node/has_cpu';
/** Attributes with a number for each possible CPU. */
const COUNTS = 'per_cpu_count';

/** Lays the set over a tree. */
export function cpusOfSysfs(view: SysfsView, set: CpuSet): SysfsView {
  return new SysfsLayer(view, {
    hides: (path) => isMissing(view, path, set),
    hidesIn: (directory) => PARENT.test(directory),
    value: (path, row, value) => shownValue(view, path, row, value, set),
  });
}

function isMissing(view: SysfsView, path: string, set: CpuSet): boolean {
  const [, id] = OBJECT.exec(path) ?? [];
  if (id !== undefined) return !set.has(Number(id));
  const [, policy, first] = POLICY.exec(path) ?? [];
  if (policy === undefined || set.has(Number(first))) return false;
  const cpus = view.read(`${policy}/related_cpus`);
  return isErrno(cpus) || !Array.isArray(cpus.value) || !numbersOf(cpus.value).some((cpu) => set.has(cpu));
}

function numbersOf(words: readonly unknown[]): number[] {
  return words.map(Number);
}

function shownValue(view: SysfsView, path: string, row: SysfsRow, value: SysfsValue, set: CpuSet): SysfsValue {
  if (value === null) return value;
  if (path === NODES_WITH_CPUS) return nodesWithCpus(view, value as readonly SysfsRange[], set);
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (!SETS.test(name) && path.slice(0, slash) !== CPUS) return value;
  switch (row.kind) {
    case 'mask':
      return set.mask(value as BitMask);
    case 'ranges':
      return set.ranges(value as readonly SysfsRange[]);
    case 'words':
      return shownWords(view, name, value as readonly SysfsCell[], set);
    case 'line':
      return name === 'nohz_full' ? shownLine(value as string, set) : value;
    default:
      return value;
  }
}

/** A list of CPUs, or of a number for each. */
function shownWords(view: SysfsView, name: string, words: readonly SysfsCell[], set: CpuSet): readonly SysfsCell[] {
  if (name !== COUNTS) return words.every((word) => /^\d+$/.test(String(word))) ? words.filter((word) => set.has(Number(word))) : words;
  const possible = view.read(`${CPUS}/possible`);
  if (isErrno(possible) || !Array.isArray(possible.value)) return words;
  const ids = (possible.value as readonly SysfsRange[]).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
  return ids.length === words.length ? words.filter((_word, index) => set.has(ids[index] as number)) : words;
}

function shownLine(text: string, set: CpuSet): string {
  const cpus = parseCpuList(text);
  return cpus ? set.within(cpus.ids).toString() : text;
}

function nodesWithCpus(view: SysfsView, nodes: readonly SysfsRange[], set: CpuSet): SysfsRange[] {
  const found: SysfsRange[] = [];
  for (const { first, last } of nodes) {
    for (let node = first; node <= last; node++) {
      const cpus = view.read(`devices/system/node/node${node}/cpulist`);
      if (!isErrno(cpus) && set.ranges(cpus.value as readonly SysfsRange[]).length === 0) continue;
      const end = found.at(-1);
      if (end && end.last === node - 1) found[found.length - 1] = { first: end.first, last: node };
      else found.push({ first: node, last: node });
    }
  }
  return found;
}
