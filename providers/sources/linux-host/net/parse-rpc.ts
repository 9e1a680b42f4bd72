/** Parsers of net/rpc and net/nfsfs. */

import type { U64 } from '../../../../fs/u64.ts';
import type { Ipv4Address, Ipv6Address } from '../../../model/network-routes.ts';
import type {
  NfsExport,
  NfsServer,
  NfsServerStatistics,
  NfsVolume,
  RpcCacheEntry,
  RpcClientStatistics,
  RpcProcedures,
} from '../../../model/network-services.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { fixedHex, hexAddress6 } from './scan-addresses.ts';

const BLANK = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x28;

/** The numbers of a line behind its label. */
function numbers(scanner: Scanner, label: string): (number | bigint)[] {
  const values: (number | bigint)[] = [];
  if (!scanner.takeText(label)) return values;
  while (!scanner.lineDone()) values.push(scanner.signedDecimal());
  scanner.nextLine();
  return values;
}

function procedures(scanner: Scanner): RpcProcedures[] {
  const found: RpcProcedures[] = [];
  while (!scanner.nextIs('proc4ops') && scanner.takeText('proc')) {
    const version = scanner.number();
    found.push({ version, counts: numbers(scanner, '').slice(1) as U64[] });
  }
  return found;
}

/** net/rpc/nfs */
export function parseRpcClient(_bytes: Buffer, scanner: Scanner): RpcClientStatistics {
  const network = numbers(scanner, 'net').map(Number);
  return { network, calls: numbers(scanner, 'rpc').map(Number), procedures: procedures(scanner) };
}

/** net/rpc/nfsd */
export function parseNfsd(_bytes: Buffer, scanner: Scanner): NfsServerStatistics {
  const replyCache = numbers(scanner, 'rc');
  const [staleHandles = 0] = numbers(scanner, 'fh');
  const [readBytes = 0, writtenBytes = 0] = numbers(scanner, 'io');
  scanner.takeText('th ');
  const threads = scanner.number();
  scanner.nextLine();
  numbers(scanner, 'ra');
  const network = numbers(scanner, 'net').map(Number);
  const calls = numbers(scanner, 'rpc').map(Number);
  const procedureCounts = procedures(scanner);
  const operations = scanner.nextIs('proc4ops') ? numbers(scanner, 'proc4ops').slice(1) : undefined;
  const [delegationAttributes] = numbers(scanner, 'wdeleg_getattr');
  return {
    replyCache,
    staleHandles,
    readBytes,
    writtenBytes,
    threads,
    network,
    calls,
    procedures: procedureCounts,
    operations,
    delegationAttributes,
  };
}

/** net/rpc/CACHE/content */
export function parseCacheContent(bytes: Buffer): Iterable<RpcCacheEntry> {
  return new Rows(bytes, 1, (scanner) => {
    const stale = scanner.takeText('# ');
    return { stale, words: scanner.line().split(' ') };
  });
}

/** net/rpc/nfsd.export/content */
export function parseNfsdExports(bytes: Buffer): Iterable<NfsExport> {
  return new Rows(bytes, 1, (scanner) => {
    const stale = scanner.takeText('# ');
    const path = unescaped(scanner.until(TAB));
    const client = unescaped(scanner.until(OPEN));
    const options = scanner.line().slice(0, -1);
    return { stale, path, client, options: options === '' ? [] : options.split(',') };
  });
}

/** What the octal escapes of seq_escape stand for. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Eight hexadecimal digits, or 32. */
function plainHexAddress(scanner: Scanner): Ipv4Address | Ipv6Address {
  const { at } = scanner.blanks();
  return scanner.bytes[at + 8] === BLANK ? fixedHex(scanner, 8) : hexAddress6(scanner);
}

/** net/nfsfs/servers */
export function parseNfsServers(bytes: Buffer): readonly NfsServer[] {
  return rowsOf(bytes, 1, (scanner) => {
    scanner.skip(1);
    return {
      version: scanner.number(),
      address: plainHexAddress(scanner),
      port: Number(scanner.hex()),
      references: scanner.signed(),
      host: scanner.skip(1).line(),
    };
  });
}

/** net/nfsfs/volumes */
export function parseNfsVolumes(bytes: Buffer): readonly NfsVolume[] {
  return rowsOf(bytes, 1, (scanner) => {
    scanner.skip(1);
    const version = scanner.number();
    const address = plainHexAddress(scanner);
    const port = Number(scanner.hex());
    const deviceMajor = scanner.number();
    scanner.take(COLON);
    const deviceMinor = scanner.number();
    const fileSystemMajor = scanner.hex();
    scanner.take(COLON);
    const fileSystemMinor = scanner.hex();
    const cached = scanner.word() === 'yes';
    scanner.nextLine();
    return { version, address, port, deviceMajor, deviceMinor, fileSystemMajor, fileSystemMinor, cached };
  });
}

/** net/rpc/gss_krb5_enctypes */
export function parseEncryptionTypes(_bytes: Buffer, scanner: Scanner): readonly number[] {
  const types: number[] = [];
  if (scanner.done) return types;
  do types.push(scanner.number());
  while (scanner.take(COMMA));
  return types;
}
