/** Every value of the model shows, and shows where it belongs and nowhere else. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import type { KernelView } from '../../providers/kernel-view.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { FixtureSource } from '../../providers/testing/fixture-kernel.ts';
import { FIXTURE_SYSCTL } from './fixture-sysctl.ts';
import { FIXTURE_PROCESS, wholeTask } from '../process/whole-fixture.ts';
import { ModelRecorder } from './model-recorder.ts';
import { type Effect, mutateAll } from './mutate.ts';

const tasks = new Map([[FIXTURE_PROCESS, wholeTask((): KernelView => source.view())]]);
const source: FixtureSource = new FixtureSource({ tasks, sysctl: FIXTURE_SYSCTL });
const effects = mutateAll({
  recorder: new ModelRecorder(source.view()),
  tree: (kernel) => linprocfs(kernel, DEFAULT_OPTIONS),
  caller: SUPERUSER,
  into: () => true,
});

/** Values that no file shows as such. */
const UNSEEN: readonly (readonly [leaf: RegExp, reason: string])[] = [
  [/\.network\(\)\.truePointers$/, 'decides who is shown pointers, and root always is'],
  [/\.traceScope\(\)$/, 'decides who may trace'],
  [/\.addressPolicy\(\)\./, 'decides who is shown addresses, and root always is'],
  [/\.mounts\.version\(\)$/, 'tells poll(2) of changes'],
  [/\.addressSpace\.generation\(\)$/, 'tells one address space from the one before'],
  [/\.policy\.nodes\.bits$/, 'a list of nodes does not say how many there could be'],
  [/\.thread\(\d+\)\.id$/, 'tells a thread whether it reads about itself'],
  [/\.read\(ip_vs\)\.services\[\d+\]\.onePacket$/, 'the kernel tells it of IPv4 services and marks alone'],
  [/\.readEntry\(pktgen, \w+\)\.addresses\.family$/, 'says which addresses there are'],
  [/\.scsiGeneric\(\)\.devices\[1\]\./, 'of a device that has gone, nothing is told'],
  [/\.architectural\[\d+\]\.indent$/, 'indents a description, where there is one'],
];

/** Values that show in more than one word. */
const WIDE: readonly (readonly [leaf: RegExp, reason: string])[] = [
  [/\.has\([^)]*\)$/, 'a name comes or goes, and with it what the directory counts'],
  [/\.interrupts\(\)\.(?:width|chipBlanks)$/, 'the width of a column'],
  [/\.keys\(0, 0\)\[\d+\]\.(?:permissions|uid)$/, 'decide whether the reader is shown the key'],
  [/\.modules\(\)\[\d+\]\.state$/, 'a module that is not live has no address to show'],
  [/\.pageTypes\(\)\[\d+\]\.types\[\d+\]$/, 'the name of rows and of a column'],
  [/\.pci(?:Buses|Functions)\([^)]*\)\[\d+\]$/, 'the name of a directory or file'],
  [/\.(?:fileSystemDirectories|ext4Devices|journals)\(\)\[\d+\]$/, 'the name of a directory'],
  [/\.memoryTypeRanges\(\)\[\d+\]\.base$/, 'shows in bytes and in megabytes'],
  [/\.raid\(\)\.arrays\[\d+\]\.personality$/, 'shows for the array and among those that there are'],
  [/\.logsTimes\(\)$/, 'each message has a time, or none has'],
  [/\.sysctl\(\)\.(?:entry|list)\([^)]*\)(?:\[\d+\])?\.(?:directory|name)$/, 'a file becomes a directory, or another'],
  [/\.addressSpace\.access\(\)$/, 'decides whether files can be opened'],
  [/\.task\(\d+\)\.id$/, 'the name of the directory'],
  [/\.mapp(?:ings|ingUsages)\(\)\[\d+\](?:\.mapping)?\.name$/, 'a name stands in a column of its own'],
  [/\.read\(route\)\[\d+\]\.device$/, 'the line is filled up to its length at its end'],
  [/\.mounts\.statistics\(\)\[\d+\]\.type$/, 'other file systems have no statistics'],
  [/\.network\(\)\.exists\(\)$/, 'decides whether there is anything'],
  [/\.network\(\)\.names\(\w+\)\[\d+\]$/, 'the name of a file'],
  [/\.read\(can\/rcvlist_\w+\)\.devices\[\d+\]\.device$/, "stands in each of the device's lines"],
  [/\.readEntry\(pktgen, \w+\)\.mix\[\d+\]\.size$/, 'shows with what was asked for, and with what was sent'],
  [/\.read\((?:netstat|snmp)\)\[\d+\]\.name$/, 'stands before the names and before the values'],
  [/\.filterCache\(\)\[\d+\]\.allowed\./, 'a line for each system call'],
  [/\.label\([^)]*\)\.terminator$/, 'ends a line or not'],
  [/\.(?:cpusAllowed|memoryNodesAllowed)\./, 'shows as a mask and as a list'],
];

function known(leaf: string, table: typeof UNSEEN): boolean {
  return table.some(([pattern]) => pattern.test(leaf));
}

test('every value shows', () => {
  const unseen = effects.filter(({ leaf, shows }) => shows.length === 0 && !known(leaf, UNSEEN));
  assert.equal(unseen.map(({ leaf, from }) => `${leaf} = ${from}`), []);
});

test('a value shows in one word', () => {
  const wide = effects.filter(({ leaf, shows }) => shows.some(({ extent }) => extent !== 'word') && !known(leaf, WIDE));
  const line = ({ leaf, from, to, shows }: Effect): string =>
    `${leaf}: ${from} -> ${to}: ${shows.map(({ path, aspect, extent }) => `${path} (${aspect}, ${extent})`).join(', ')}`;
  assert.equal(wide.map(line), []);
});

test('a value shows in the files that are about it', () => {
  // What is about a process shows in its directory, parameters below sys, and all else neither here nor there.
  const strays = effects.filter(({ leaf, shows }) => {
    const about = leaf.startsWith(`kernel.task(${FIXTURE_PROCESS})`) ? /^4194303(?:\/|$)/ : leaf.startsWith('kernel.sysctl()') ? /^sys(?:\/|$)/ : /^(?!4194303(?:\/|$)|sys(?:\/|$))/;
    return !/\.kernel\./.test(leaf) && shows.some(({ path }) => !about.test(path));
  });
  assert.equal(strays.map(({ leaf, shows }) => `${leaf}: ${shows.map(({ path }) => path).join(', ')}`), []);
});

console.log(`${effects.length} values changed`);

test.run();
