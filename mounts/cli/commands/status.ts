/** compatfs status */

import { basename } from 'node:path';
import { type HostMount, hostMounts } from '../../fuse/host-mounts.ts';
import type { Command, Words } from '../command.ts';
import { type ExportStatus, type FoundServer, type MountStatus, findServers } from '../control.ts';
import { badUsage } from '../failure.ts';
import { localTime, print, table } from '../output.ts';
import { mountNamespace } from '../owners.ts';
import { OWN_TYPE } from '../targets.ts';

export const status: Command = {
  name: 'status',
  forms: ['[--json]'],
  summary: 'Shows what is mounted or exported, by which process, since when, and how much it is used',
  options: {
    json: { help: 'print everything that is known, as JSON' },
    help: { short: 'h', help: 'print this' },
  },
  run,
};

/** An export with its server. */
interface ExportRow extends ExportStatus {
  readonly pid: number;
}

/** A mount with its server. */
interface Row extends MountStatus {
  readonly pid: number;
  /** Whether it is in this process's mount namespace. */
  readonly visible: boolean;
}

async function run(words: Words): Promise<number> {
  if (words.operands.length > 0) throw badUsage('status', 'takes no operands');
  const servers = await findServers();
  const namespace = await mountNamespace();
  const rows = servers.flatMap(({ status }) => rowsOf(status, namespace));
  const exports: ExportRow[] = servers.flatMap(({ status }) =>
    (status?.exports ?? []).map((one) => ({ ...one, pid: status?.pid ?? 0 })),
  );
  const silent = servers.filter(({ status }) => !status);
  const unowned = hostMounts().filter(({ type, mountPoint }) => {
    return OWN_TYPE.test(type) && !rows.some(({ target, visible }) => visible && target === mountPoint);
  });
  if (words.has('json')) {
    print(JSON.stringify({ mounts: rows, exports, unowned, silent: silent.map(({ socketPath }) => socketPath) }, undefined, 2));
    return 0;
  }
  const mounted = rows.length + silent.length + unowned.length;
  if (mounted + exports.length === 0) print('nothing is mounted');
  if (mounted > 0) printMounts(rows, unowned, silent);
  if (mounted > 0 && exports.length > 0) print('');
  if (exports.length > 0) print(table([EXPORT_HEADING, ...exports.map(exportCells)], [2, 4, 5, 6]));
  return 0;
}

function printMounts(rows: readonly Row[], unowned: readonly HostMount[], silent: readonly FoundServer[]): void {
  const lines = [
    ['TARGET', 'TYPE', 'SOURCE', 'PID', 'SINCE', 'REQUESTS', 'OPEN', 'LATENCY'],
    ...rows.map(cells),
    ...unowned.map(({ mountPoint, type, source }) => [
      mountPoint,
      type.replace(/^fuse\./, ''),
      source,
      '-',
      'no server of this user',
      '-',
      '-',
      '-',
    ]),
    ...silent.map(({ socketPath, stopped }) => [basename(socketPath, '.sock'), '-', '-', '-', stopped ? 'does not answer (stopped)' : 'does not answer', '-', '-', '-']),
  ];
  print(table(lines, [3, 5, 6, 7]));
}

const EXPORT_HEADING = ['ADDRESS', 'TREES', 'PID', 'SINCE', 'CLIENTS', 'REQUESTS', 'FIDS'];

function exportCells({ address, trees, pid, since, connections, requests, fids }: ExportRow): string[] {
  const names = trees.map(({ name, readOnly }) => (readOnly ? `${name} (ro)` : name)).join(', ');
  return [address, names, String(pid), localTime(new Date(since)), String(connections), String(requests), String(fids)];
}

function rowsOf(server: FoundServer['status'], namespace: string): Row[] {
  if (!server) return [];
  return server.mounts.map((mount) => ({ ...mount, pid: server.pid, visible: server.namespace === namespace }));
}

function cells({ target, visible, type, label, pid, since, requests, openFiles, latency }: Row): string[] {
  const where = visible ? target : `${target} (private)`;
  const time = latency === undefined ? '-' : `${latency.toFixed(0)} µs`;
  return [where, type, label, String(pid), localTime(new Date(since)), String(requests), String(openFiles), time];
}
