/** Parsers of the files about memory: the inverse of linprocfs. */

import { type U64, u64 } from '../../../fs/u64.ts';
import type {
  AllocationProfile,
  FreeAreas,
  MemoryZone,
  PageSet,
  PageTypeAreas,
  PageTypes,
  PopulatedZone,
  SlabCache,
  SymbolPlace,
  VirtualArea,
  ZoneName,
} from '../../model/memory.ts';
import { numberedRows } from './parse-rows.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const GREATER = 0x3e;
const MINUS = 0x2d;
const SPACE = 0x20;

/** /proc/vmstat */
export function parseMemoryEvents(scanner: Scanner): Map<string, U64> {
  const events = new Map<string, U64>();
  for (; !scanner.done; scanner.nextLine()) events.set(scanner.word(), scanner.decimal());
  return events;
}

/** `Node 0, zone DMA32` from behind the first word. */
function zoneName(scanner: Scanner): ZoneName {
  const node = scanner.number();
  scanner.take(COMMA);
  scanner.word();
  const zone = scanner.word();
  return { node, zone: zone.endsWith(',') ? zone.slice(0, -1) : zone };
}

function rest(scanner: Scanner): U64[] {
  const values: U64[] = [];
  while (!scanner.lineDone()) values.push(scanner.decimal());
  return values;
}

/** /proc/buddyinfo */
export function parseFreeAreas(scanner: Scanner): FreeAreas[] {
  const zones: FreeAreas[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.word() === 'Node') zones.push({ ...zoneName(scanner), counts: rest(scanner) });
  }
  return zones;
}

interface PageTypesInProgress extends PageTypes {
  blockPages: U64;
  types: string[];
  readonly free: PageTypeAreas[];
  readonly blocks: FreeAreas[];
  mixed: FreeAreas[] | undefined;
}

/** /proc/pagetypeinfo */
export function parsePageTypes(scanner: Scanner): PageTypes[] {
  const nodes: PageTypesInProgress[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    const node = nodes.at(-1);
    if (scanner.takeText('Page block order: ')) {
      nodes.push({ blockOrder: scanner.number(), blockPages: 0, types: [], free: [], blocks: [], mixed: undefined });
    } else if (!node) {
      continue;
    } else if (scanner.takeText('Pages per block:')) {
      node.blockPages = scanner.decimal();
    } else if (scanner.takeText('Number of blocks type')) {
      while (!scanner.lineDone()) node.types.push(scanner.word());
    } else if (scanner.takeText('Number of mixed blocks')) {
      node.mixed = [];
    } else if (scanner.takeText('Node')) {
      const zone = zoneName(scanner);
      scanner.blanks();
      if (scanner.takeText('type')) node.free.push({ ...zone, type: scanner.word(), counts: counts(scanner) });
      else (node.mixed ?? node.blocks).push({ ...zone, counts: rest(scanner) });
    }
  }
  return nodes;
}

function counts(scanner: Scanner): { count: U64; overflow: boolean }[] {
  const values: { count: U64; overflow: boolean }[] = [];
  while (!scanner.lineDone()) {
    const overflow = scanner.take(GREATER);
    values.push({ count: scanner.decimal(), overflow });
  }
  return values;
}

/** /proc/zoneinfo */
export function parseMemoryZones(scanner: Scanner): MemoryZone[] {
  const zones: MemoryZone[] = [];
  while (!scanner.done) {
    if (scanner.takeText('Node ')) zones.push(memoryZone(scanner));
    else scanner.nextLine();
  }
  return zones;
}

function memoryZone(scanner: Scanner): MemoryZone {
  const name = zoneName(scanner);
  scanner.nextLine();
  scanner.blanks();
  let nodeStatistics: ReadonlyMap<string, U64> | undefined;
  if (scanner.takeText('per-node stats')) {
    scanner.nextLine();
    nodeStatistics = counters(scanner, 'pages');
  }
  scanner.blanks().takeText('pages free');
  const free = scanner.decimal();
  scanner.nextLine();
  const pages = counters(scanner, 'protection:');
  scanner.blanks().takeText('protection: (');
  const protection: U64[] = [];
  do protection.push(scanner.decimal());
  while (scanner.take(COMMA));
  scanner.nextLine();
  const populated = scanner.peek() === SPACE ? populatedZone(scanner) : undefined;
  return { ...name, nodeStatistics, free, pages, protection, populated };
}

/** The lines of a name and a number before one that begins with `end`. */
function counters(scanner: Scanner, end: string): Map<string, U64> {
  const values = new Map<string, U64>();
  while (!scanner.done) {
    const start = scanner.at;
    const name = scanner.word();
    if (name === end || name === 'Node') {
      scanner.at = start;
      break;
    }
    values.set(name, scanner.decimal());
    scanner.nextLine();
  }
  return values;
}

function populatedZone(scanner: Scanner): PopulatedZone {
  const statistics = counters(scanner, 'pagesets');
  scanner.nextLine();
  const processors: PageSet[] = [];
  while (scanner.blanks().takeText('cpu: ')) processors.push(pageSet(scanner));
  let unreclaimable: U64 = 0;
  let firstPage: U64 = 0;
  for (; scanner.peek() === SPACE || scanner.at > 0; scanner.nextLine()) {
    scanner.blanks();
    if (scanner.takeText('node_unreclaimable:')) unreclaimable = scanner.decimal();
    else if (scanner.takeText('start_pfn:')) firstPage = scanner.decimal();
    else break;
  }
  return { statistics, processors, unreclaimable, firstPage };
}

function pageSet(scanner: Scanner): PageSet {
  const cpu = scanner.number();
  scanner.nextLine();
  const pages = new Map<string, U64>();
  let threshold: U64 | undefined;
  for (;;) {
    const start = scanner.at;
    scanner.blanks();
    if (scanner.takeText('vm stats threshold:')) {
      threshold = scanner.decimal();
    } else {
      const name = scanner.until(COLON);
      if (name === 'cpu' || name === 'node_unreclaimable' || name === 'start_pfn' || scanner.done) {
        scanner.at = start;
        return { cpu, pages, threshold };
      }
      pages.set(name, scanner.decimal());
    }
    scanner.nextLine();
  }
}

/** /proc/slabinfo */
export function parseSlabCaches(scanner: Scanner): SlabCache[] {
  const caches: SlabCache[] = [];
  scanner.nextLine().nextLine();
  for (; !scanner.done; scanner.nextLine()) {
    let name = scanner.word();
    while (!scanner.lineDone() && !isDigit(scanner.peek())) name += ` ${scanner.word()}`;
    if (scanner.lineDone()) continue;
    const activeObjects = scanner.decimal();
    const objects = scanner.decimal();
    const objectSize = scanner.decimal();
    const objectsPerSlab = scanner.decimal();
    const pagesPerSlab = scanner.decimal();
    if (!scanner.blanks().takeText(': tunables')) continue;
    const limit = scanner.decimal();
    const batchCount = scanner.decimal();
    const sharedFactor = scanner.decimal();
    scanner.blanks().takeText(': slabdata');
    caches.push({
      name,
      activeObjects,
      objects,
      objectSize,
      objectsPerSlab,
      pagesPerSlab,
      limit,
      batchCount,
      sharedFactor,
      activeSlabs: scanner.decimal(),
      slabs: scanner.decimal(),
      sharedAvailable: scanner.decimal(),
    });
  }
  return caches;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** /proc/allocinfo */
export function parseAllocations(scanner: Scanner): AllocationProfile {
  scanner.takeText('allocinfo - version:');
  const version = scanner.blanks().word();
  scanner.nextLine();
  const sites = numberedRows(scanner, () => {
    const negative = scanner.blanks().take(MINUS);
    const magnitude = scanner.decimal();
    const calls = scanner.decimal();
    const file = scanner.blanks().until(COLON);
    const line = scanner.number();
    const module = scanner.blanks().takeText('[') ? scanner.until(0x5d) : undefined;
    scanner.blanks().takeText('func:');
    const name = scanner.word();
    const accurate = !scanner.blanks().takeText('accurate:no');
    return { bytes: negative ? -magnitude : magnitude, calls, file, line, module, function: name, accurate };
  });
  return { version, sites };
}

/** /proc/vmallocinfo */
export function parseVirtualAreas(scanner: Scanner): VirtualArea[] {
  return numberedRows(scanner, () => virtualArea(scanner));
}

function virtualArea(scanner: Scanner): VirtualArea {
  scanner.takeText('0x');
  const start = scanner.hex();
  scanner.takeText('-0x');
  const end = scanner.hex();
  const size = scanner.decimal();
  let caller: SymbolPlace | undefined;
  let pages: U64 | undefined;
  let physical: U64 | undefined;
  const kinds: string[] = [];
  const nodes: { node: number; pages: U64 }[] = [];
  while (!scanner.lineDone()) {
    if (scanner.takeText('pages=')) {
      pages = scanner.decimal();
    } else if (scanner.takeText('phys=0x')) {
      physical = scanner.hex();
    } else if (scanner.takeText('0x')) {
      caller = { address: scanner.hex() };
    } else if (scanner.takeText('N')) {
      const node = scanner.number();
      scanner.skip(1);
      nodes.push({ node, pages: scanner.decimal() });
    } else {
      const word = scanner.word();
      if (word.includes('+0x')) caller = symbolPlace(word, scanner);
      else kinds.push(word);
    }
  }
  return { start, end, size, caller, pages, physical, kinds, nodes };
}

/** `name+0x1/0x2`, and the module that may follow. */
function symbolPlace(word: string, scanner: Scanner): SymbolPlace {
  const plus = word.lastIndexOf('+0x');
  const slash = word.indexOf('/0x', plus);
  const module = scanner.blanks().takeText('[') ? scanner.until(0x5d) : undefined;
  return {
    name: word.slice(0, plus),
    offset: u64(BigInt(word.slice(plus + 1, slash))),
    length: u64(BigInt(word.slice(slash + 1))),
    module,
  };
}
