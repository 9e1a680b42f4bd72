/** Parsers of the files about modules, symbols and registrations: the inverse of linprocfs. */

import type { U64 } from '../../../fs/u64.ts';
import type {
  CgroupController,
  CryptoAlgorithm,
  ExecutionDomain,
  Key,
  KeyTimeout,
  KeyUser,
  Module,
  ModuleUse,
  TellSymbol,
} from '../../model/code.ts';
import { hexadecimalRows, numberedRows } from './parse-rows.ts';
import { type Scanner, hexDigit } from './scanner.ts';

const COLON = 0x3a;
const HASH = 0x23;
const MINUS = 0x2d;
const NEWLINE = 0x0a;
const SLASH = 0x2f;
const TAB = 0x09;

/** /proc/modules */
export function parseModules(scanner: Scanner): Module[] {
  const modules: Module[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    const name = scanner.word();
    const size = scanner.decimal();
    const use = moduleUse(scanner);
    const state = scanner.word();
    if (state !== 'Live' && state !== 'Loading' && state !== 'Unloading') continue;
    scanner.blanks().takeText('0x');
    const address = scanner.hex();
    const taints = /[A-Za-z]+/.exec(scanner.word())?.[0] ?? '';
    modules.push({ name, size, use, state, address, taints });
  }
  return modules;
}

function moduleUse(scanner: Scanner): ModuleUse | undefined {
  const start = scanner.at;
  if (scanner.word() === '-') {
    scanner.word();
    return undefined;
  }
  scanner.at = start;
  const count = scanner.signed();
  const users = scanner.word().split(',').filter(Boolean);
  if (users[0] === '-') users.shift();
  const permanent = users.at(-1) === '[permanent]';
  if (permanent) users.pop();
  return { count, users, permanent };
}

/** /proc/kallsyms */
export function scanSymbols(scanner: Scanner, tell: TellSymbol): void {
  const { bytes, end } = scanner;
  let at = scanner.at;
  while (at < end) {
    let high = 0;
    let low = 0;
    if (hexDigit(bytes[at] as number) < 0) {
      at = nextLine(bytes, at, end);
      continue;
    }
    for (let digit = hexDigit(bytes[at] as number); digit >= 0 && at < end; digit = hexDigit(bytes[++at] as number)) {
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    const type = bytes[at + 1] as number;
    const start = at + 3;
    at = start;
    while (at < end && (bytes[at] as number) > NEWLINE) at++;
    const name = bytes.toString('latin1', start, at);
    let module: string | undefined;
    if (bytes[at] === TAB) {
      const next = nextLine(bytes, at, end);
      module = bytes.toString('latin1', at + 2, next - 2);
      at = next - 1;
    }
    at++;
    tell(high >>> 0, low >>> 0, type, name, module);
  }
  scanner.at = end;
}

/** Where the line behind that at `at` begins. */
function nextLine(bytes: Buffer, at: number, end: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 || newline >= end ? end : newline + 1;
}

const CRYPTO_COMMON: ReadonlySet<string> = new Set(
  ['name', 'driver', 'module', 'priority', 'refcnt', 'selftest', 'internal', 'fips', 'type'],
);

/** /proc/crypto */
export function parseCryptoAlgorithms(scanner: Scanner): CryptoAlgorithm[] {
  const algorithms: CryptoAlgorithm[] = [];
  while (!scanner.done) {
    const fields = new Map<string, string>();
    const details = new Map<string, U64 | string>();
    for (let line = scanner.line(); line !== ''; line = scanner.line()) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trimEnd();
      const value = line.slice(colon + 2);
      if (CRYPTO_COMMON.has(name)) fields.set(name, value);
      else details.set(name, /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value);
    }
    if (!fields.has('name')) continue;
    const text = (name: string): string => fields.get(name) ?? '';
    algorithms.push({
      name: text('name'),
      driver: text('driver'),
      module: text('module'),
      priority: Number(text('priority')),
      references: Number(text('refcnt')),
      tested: text('selftest') === 'passed',
      internal: text('internal') === 'yes',
      fips: fields.has('fips') ? text('fips') === 'yes' : undefined,
      type: text('type'),
      details,
    });
  }
  return algorithms;
}

/** /proc/execdomains */
export function parseExecutionDomains(scanner: Scanner): ExecutionDomain[] {
  return numberedRows(scanner, () => {
    const low = scanner.number();
    scanner.take(MINUS);
    const high = scanner.number();
    scanner.take(TAB);
    const name = scanner.until(TAB).trimEnd();
    scanner.takeText('[');
    return { low, high, name, module: scanner.until(0x5d) };
  });
}

/** /proc/cgroups */
export function parseCgroupControllers(scanner: Scanner): CgroupController[] {
  const controllers: CgroupController[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.peek() === HASH) continue;
    controllers.push({
      name: scanner.word(),
      hierarchy: scanner.number(),
      groups: scanner.number(),
      enabled: scanner.number() === 1,
    });
  }
  return controllers;
}

/** How many columns the type's name takes, with the blank behind it. */
const KEY_TYPE_WIDTH = 9;

/** /proc/keys */
export function parseKeys(scanner: Scanner): Key[] {
  return hexadecimalRows(scanner, () => {
    const serial = Number(scanner.hex());
    const flags = scanner.word();
    const usage = scanner.signed();
    const timeout = keyTimeout(scanner.word());
    const permissions = Number(scanner.hex());
    const uid = scanner.signed();
    const gid = scanner.signed();
    const rest = scanner.skip(1).line();
    return {
      serial,
      flags: {
        instantiated: flags[0] === 'I',
        revoked: flags[1] === 'R',
        dead: flags[2] === 'D',
        inQuota: flags[3] === 'Q',
        underConstruction: flags[4] === 'U',
        negative: flags[5] === 'N',
        invalidated: flags[6] === 'i',
      },
      usage,
      timeout,
      permissions,
      uid,
      gid,
      type: rest.slice(0, KEY_TYPE_WIDTH).trimEnd(),
      description: rest.slice(KEY_TYPE_WIDTH + 1),
    };
  });
}

function keyTimeout(text: string): KeyTimeout {
  if (text === 'perm' || text === 'expd') return text;
  return { amount: Number.parseInt(text, 10), unit: text.at(-1) as 's' | 'm' | 'h' | 'd' | 'w' };
}

/** /proc/key-users */
export function parseKeyUsers(scanner: Scanner): KeyUser[] {
  return numberedRows(scanner, () => {
    const uid = scanner.number();
    scanner.take(COLON);
    const references = scanner.signed();
    const pair = (): [number, number] => {
      const first = scanner.signed();
      scanner.take(SLASH);
      return [first, scanner.signed()];
    };
    const [keys, instantiatedKeys] = pair();
    const [quotaKeys, maxKeys] = pair();
    const [quotaBytes, maxBytes] = pair();
    return { uid, references, keys, instantiatedKeys, quotaKeys, maxKeys, quotaBytes, maxBytes };
  });
}
