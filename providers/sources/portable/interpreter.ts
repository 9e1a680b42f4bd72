/** Turns findings, one after the other, into parts of the snapshot. It remembers what makes counters go on. */

import { Counters } from './counters.ts';
import { mapDisks, mapTransfers } from './map-disks.ts';
import { mapHardware } from './map-hardware.ts';
import { mapMachine } from './map-machine.ts';
import { mapConnections, mapInterfaces, mapTraffic } from './map-network.ts';
import { mapPower, mapTemperatures } from './map-power.ts';
import { type ListedProcess, mapProcesses } from './map-processes.ts';
import { mapMemory, mapTimes } from './map-times.ts';
import type { Finding } from './parts.ts';
import { ProcessLedger } from './process-ledger.ts';
import { ProcessTable } from './process-table.ts';
import { NOTHING, type Snapshot } from './snapshot.ts';
import { Users } from './users.ts';
import { bytes, finite } from './values.ts';

/** The process that shows it all: it is there even where no list of processes can be had. */
export interface OwnProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: readonly string[];
  readonly executable: string;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly started: number;
}

export class Interpreter {
  readonly #counters = new Counters();
  readonly #ledger = new ProcessLedger();
  readonly #own: OwnProcess | undefined;
  #users = new Users('');
  #snapshot: Snapshot = NOTHING;

  constructor(own?: OwnProcess) {
    this.#own = own;
  }

  /** All that is known so far. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Takes what is known before anything was asked for, and the process that shows it; gives what is known now. */
  begin(findings: readonly Finding[]): Partial<Snapshot> {
    const changes: Partial<Snapshot>[] = findings.map((finding) => this.take(finding));
    const [finding] = findings;
    if (this.#own && finding) {
      const { times } = this.#snapshot;
      // Of a ledger of its own: that of the lists begins with the first one.
      const ledger = new ProcessLedger();
      const processes = ProcessTable.of(ledger.take([ownEntry(this.#own)], finding, times.uptime, times));
      changes.push({ processes, population: { started: ledger.lives, lastId: ledger.lastId, running: 1, blocked: 0 } });
    }
    const all = Object.assign({}, ...changes) as Partial<Snapshot>;
    this.#snapshot = { ...this.#snapshot, ...all };
    return all;
  }

  /** Takes a finding; gives what changes. `collector` is the process that it is from, whose helpers are not told of. */
  take(finding: Finding, collector?: number): Partial<Snapshot> {
    const changes = this.#changes(finding, collector);
    this.#snapshot = { ...this.#snapshot, ...changes };
    return changes;
  }

  #changes(finding: Finding, collector: number | undefined): Partial<Snapshot> {
    const { machine, times, memory } = this.#snapshot;
    switch (finding.part) {
      case 'machine': {
        this.#users = new Users(bytes(finding.results['users']), finding.results['user']);
        // A name that was changed while a call failed stays.
        return { machine: Object.keys(finding.results).length > 0 ? mapMachine(finding) : machine };
      }
      case 'times': {
        const total = finite(finding.results['total']);
        const free = finite(finding.results['free']);
        const found = mapTimes(finding, this.#counters, times);
        // Where memory cannot be asked for, this much of it is known.
        if (memory.total !== 0 || total === undefined) return { times: found };
        return { times: found, memory: mapMemory({ results: { mem: { total, free, available: free } }, platform: finding.platform }, memory) };
      }
      case 'memory':
        return finding.results['mem'] === undefined ? {} : { memory: mapMemory(finding, memory) };
      case 'processes':
        return this.#processes(finding, collector);
      // What could not be asked for stays as it was.
      case 'interfaces':
        return finding.results['interfaces'] === undefined ? {} : { interfaces: mapInterfaces(finding) };
      case 'traffic':
        return finding.results['traffic'] === undefined ? {} : { traffic: mapTraffic(finding, this.#counters) };
      case 'connections':
        return finding.results['connections'] === undefined ? {} : { connections: mapConnections(finding) };
      case 'disks':
        return finding.results['devices'] === undefined && finding.results['mounts'] === undefined ? {} : { disks: mapDisks(finding) };
      case 'transfers':
        return Object.keys(finding.results).length === 0 ? {} : { transfers: mapTransfers(finding, this.#counters) };
      case 'hardware':
        return { hardware: mapHardware(finding, this.#snapshot.hardware) };
      case 'power':
        return finding.results['battery'] === undefined ? {} : { power: mapPower(finding) };
      case 'temperatures':
        return finding.results['temperature'] === undefined ? {} : { temperatures: mapTemperatures(finding) };
    }
  }

  #processes(finding: Finding, collector: number | undefined): Partial<Snapshot> {
    const { times, processes } = this.#snapshot;
    const listed = mapProcesses(finding, this.#users, collector);
    // There is no machine without processes: the list could not be had.
    if (listed.length === 0 && processes.length > 0) return {};
    const own = this.#own;
    const list = own && !listed.some(({ pid }) => pid === own.pid) ? [...listed, ownEntry(own)] : listed;
    const uptime = Math.max(0, finite(finding.results['uptime']) ?? times.uptime);
    const table = ProcessTable.of(this.#ledger.take(list, finding, uptime, times));
    const inState = (state: string): number => table.count('state', state.charCodeAt(0));
    return { processes: table, population: { started: this.#ledger.lives, lastId: this.#ledger.lastId, running: inState('R'), blocked: inState('D') } };
  }
}

function ownEntry({ pid, parent, name, command, executable, uid, gid, started }: OwnProcess): ListedProcess {
  return {
    pid,
    parent,
    name: bytes(name).slice(0, 15) || '?',
    command: command.map((word) => `${bytes(word)}\0`).join(''),
    executable: bytes(executable),
    uid,
    gid,
    state: 'R',
    nice: 0,
    terminal: 0,
    started,
    size: 0,
    resident: 0,
    userPart: 0,
    systemPart: 0,
    onePart: 0,
    kernel: false,
  };
}
