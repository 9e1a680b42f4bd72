/** What systeminformation's cpu() and node:os tell of a machine that hardly ever changes. */

import type { Finding, Platform } from './parts.ts';
import type { MachineFacts } from './snapshot.ts';
import { type Fields, bytes, count, fields, finite, plainName, records } from './values.ts';

/** What programs for Linux are told where the machine has another kernel: one that all of them take. */
export const RELEASE_ELSEWHERE = '6.12.0';

/** Faster than any processor is. */
const MOST_GIGAHERTZ = 100;

const ARCHITECTURES: Readonly<Record<string, MachineFacts['architecture']>> = { arm64: 'arm64', arm: 'arm64', riscv64: 'riscv' };

/** The processor's vendors as Linux writes them. */
const VENDORS: readonly (readonly [RegExp, string])[] = [
  [/intel/i, 'GenuineIntel'],
  [/amd/i, 'AuthenticAMD'],
  [/hygon/i, 'HygonGenuine'],
  [/via|centaur/i, 'CentaurHauls'],
];

export function mapMachine({ results, platform }: Pick<Finding, 'results' | 'platform'>): MachineFacts {
  const cpu = fields(results['cpu']);
  const cache = fields(cpu['cache']);
  const kib = (value: unknown): number => Math.floor(count(value, 0) / 1024);
  const said = `${bytes(cpu['vendor'])} ${bytes(cpu['manufacturer'])}`.trim();
  const type = bytes(results['type']) || 'Unknown';
  const release = bytes(results['release']).replace(/\s+/g, '_');
  return {
    architecture: ARCHITECTURES[bytes(results['arch'])] ?? 'x86',
    vendor: VENDORS.find(([pattern]) => pattern.test(said))?.[1] ?? (bytes(cpu['vendor']) || 'unknown'),
    // The brand lacks some of what the processor calls itself.
    modelName: bytes(records(results['cpus'])[0]?.['model']).trim() || [bytes(cpu['manufacturer']), bytes(cpu['brand'])].filter((word) => word !== '' && word !== 'unknown').join(' ') || 'unknown',
    family: small(cpu['family'], 6),
    model: small(cpu['model'], 0),
    stepping: small(cpu['stepping'], 0),
    flags: bytes(cpu['flags']).toLowerCase().replaceAll('.', '_').split(/\s+/).filter((flag) => flag !== ''),
    packages: Math.max(1, count(cpu['processors'], 1)),
    cores: Math.max(1, count(cpu['physicalCores'], 1)),
    caches: { l1d: kib(cache['l1d']), l1i: kib(cache['l1i']), l2: kib(cache['l2']), l3: kib(cache['l3']) },
    frequencies: frequenciesOf(cpu, platform),
    hostname: bytes(results['hostname']).replace(/\s+/g, '-').slice(0, 64) || 'localhost',
    ...kernelOf(platform, type, release, bytes(results['version']).replaceAll('\n', ' ')),
  };
}

/** Linux tells whether its clocks change; elsewhere they are those of a processor that has one. */
function frequenciesOf(cpu: Fields, platform: Platform): MachineFacts['frequencies'] {
  const kilohertz = (name: string): number => {
    const gigahertz = finite(cpu[name]) ?? 0;
    return gigahertz > 0 && gigahertz <= MOST_GIGAHERTZ ? Math.round(gigahertz * 1e6) : 0;
  };
  const [told, usual] = [kilohertz('speedMax'), kilohertz('speed')];
  const most = told || (platform === 'linux' ? 0 : usual);
  const least = Math.min(most, kilohertz('speedMin') || most);
  const governor = plainName(cpu['governor'], 15);
  return { least, most, governor: governor === '' ? (least === most ? 'performance' : 'schedutil') : governor };
}

/** Linux tells of itself; another kernel is named where Linux has the flavour and date. */
function kernelOf(platform: Platform, type: string, release: string, version: string): Pick<MachineFacts, 'release' | 'version'> {
  if (platform === 'linux') return { release: release || RELEASE_ELSEWHERE, version: version || '#1 SMP' };
  return { release: RELEASE_ELSEWHERE, version: `#1 SMP PREEMPT_DYNAMIC (${type} ${release})`.slice(0, 64) };
}

/** A number of at most 16 bits, as identifies processors; other texts are none. */
function small(value: unknown, otherwise: number): number {
  const number = count(value);
  return number === undefined || number > 0xffff ? otherwise : number;
}
