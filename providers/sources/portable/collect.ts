/** Asks systeminformation and Node for a part of what there is to know. Whatever goes wrong, there is a finding. */

import { readFile } from 'node:fs/promises';
import os from 'node:os';
import * as si from 'systeminformation';
import { MACHINE_CALLS, TIMES_CALLS } from './node-calls.ts';
import { type Finding, type Part, platformOf, steadyNow } from './parts.ts';

/** How much of the list of users is read, in bytes. */
const LONGEST_LIST = 1 << 20;

type Call = () => unknown;

const users = async (): Promise<string> => (await readFile('/etc/passwd', 'utf8')).slice(0, LONGEST_LIST);

/** What each part asks, by the name under which the answer goes on. */
const CALLS: { readonly [P in Part]: Readonly<Record<string, Call>> } = {
  machine: {
    cpu: () => si.cpu(),
    ...MACHINE_CALLS,
    users: process.platform === 'win32' ? () => '' : users,
  },
  times: TIMES_CALLS,
  memory: { mem: () => si.mem() },
  processes: {
    processes: () => si.processes(),
    // Asked for last: the times in the list end then.
    uptime: async (): Promise<number> => os.uptime(),
  },
  interfaces: { interfaces: () => si.networkInterfaces(), gateway: () => si.networkGatewayDefault() },
  traffic: { traffic: () => si.networkStats('*') },
  connections: { connections: () => si.networkConnections() },
  disks: { devices: () => si.blockDevices(), mounts: () => si.fsSize() },
  transfers: { requests: () => si.disksIO(), amounts: () => si.fsStats(), files: () => si.fsOpenFiles() },
  hardware: { system: () => si.system(), bios: () => si.bios(), baseboard: () => si.baseboard(), chassis: () => si.chassis() },
  power: { battery: () => si.battery() },
  temperatures: { temperature: () => si.cpuTemperature() },
};

const asked = new Set<Part>();

/** What there is to know of a part. A call that fails is absent from it. */
export async function collect(part: Part): Promise<Finding> {
  const first = !asked.has(part);
  asked.add(part);
  const results: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(CALLS[part])) {
    try {
      results[name] = await call();
    } catch {
      // Said by its absence: the defaults stand for it.
    }
  }
  return { part, platform: platformOf(process.platform), wall: Date.now(), steady: steadyNow(), first, results };
}
