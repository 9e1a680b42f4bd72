/** Programs of psmisc, numactl and lsof on ours: who is who, and who has what open. */

import { test } from 'uvu';
import type { Allowance } from '../differential/volatile.ts';
import { endWorld, testPrograms } from './compare-programs.ts';
import { World } from './world.ts';

const world = await World.enter(import.meta.url);
endWorld(world);

const SUBJECT = '$(pgrep -o subject)';
/** What a kernel may be without. */
const memoryNodes = { status: 'same', silent: true } as const;
const megabytes: Allowance = { line: /^[A-Z]\w+ +[\d.]+/, by: 1024 };
const pages: Allowance = { line: /_(hit|node|miss)/, by: 1_000_000 };

const LSOF_ID = /^\S+ +(\d+) /;
/** The directory that the program just reads has an inode number of ours. */
const OWN_DIRECTORY = /^(?:lsof|lsfd) .* DIR .*\/proc/;

/**
 * The serving processes open and close files all the time, on behalf of the very program that lists them; columns are as wide
 * as the widest of them needs.
 */
function withoutServers(text: string, world: World): string {
  return world
    .alike(text)
    .split('\n')
    .filter((line) => !world.servers.has(Number(LSOF_ID.exec(line)?.[1])) && !OWN_DIRECTORY.test(line))
    .map((line) => line.replace(/ +/g, ' '))
    .join('\n');
}

testPrograms(world, [
  { line: 'pstree' },
  { line: 'pstree -aglnpSuZ' },
  { line: 'pstree -ctT 1' },
  { line: 'pstree nobody' },
  { line: `pstree -s -p ${SUBJECT}` },
  { line: `prtstat ${SUBJECT}` },
  { line: `prtstat -r ${SUBJECT}` },
  { line: 'killall -0 nothing-of-this-name', status: 1, silent: true },
  { line: 'fuser -v .', silent: true },
  { line: 'fuser -vm /dev/shm', silent: true },
  { line: 'fuser -n tcp 1', silent: true, status: 1 },
  { line: 'fuser -v /usr/bin/nsenter /bin/sh', silent: true },
  { line: 'numastat', ...memoryNodes, allowances: [pages] },
  { line: 'numastat -m', ...memoryNodes, allowances: [megabytes] },
  { line: 'numastat -p 1', ...memoryNodes },
  { line: `numastat -v ${SUBJECT}`, ...memoryNodes },
  { line: 'numactl -H', ...memoryNodes, allowances: [{ line: /free/, by: 4096 }] },
  { line: 'lsof -n', edit: withoutServers, row: LSOF_ID },
  { line: `lsof -p ${SUBJECT}`, row: LSOF_ID },
  { line: 'lsof -p $(pgrep -d, subject)', row: LSOF_ID, status: 1 },
  { line: 'lsof -c subject -a -d 0-9', row: LSOF_ID },
  { line: 'lsof -i -nP', networkOf: 'network', row: LSOF_ID },
  { line: 'lsof -i 4 -nP -a -c subject', networkOf: 'network', row: LSOF_ID },
  { line: 'lsof -i 6 -nP', networkOf: 'network', row: LSOF_ID },
  { line: 'lsof -U', edit: withoutServers, networkOf: 'network', row: LSOF_ID },
  { line: 'lsof +fgG -c subject', row: LSOF_ID },
  { line: 'lsof -F pcuftDsin -c subject' },
  { line: 'lsof -u nobody', row: LSOF_ID },
  { line: 'lsof +L1', edit: withoutServers, row: LSOF_ID },
  { line: 'lsof -R -g -o -c subject', row: LSOF_ID },
  { line: 'lsof /bin/sh', silent: true },
  { line: 'lsof +D .', edit: withoutServers, silent: true, status: 1 },
  { line: 'lsof /proc/version', status: 1, silent: true },
  { line: 'lsfd', edit: withoutServers, row: LSOF_ID },
]);

test.run();
