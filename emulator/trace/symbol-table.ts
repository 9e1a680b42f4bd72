/** Names of functions, from the symbol tables of ELF files (System V ABI, "Symbol Table"). */

/** A function: where it is by the addresses that the file itself uses. */
export interface FunctionSymbol {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const PT_LOAD = 1;
const SYMBOL_SIZE = 24;

export class SymbolTable {
  readonly #functions: readonly FunctionSymbol[];
  readonly #segments: readonly { readonly offset: number; readonly size: number; readonly address: number }[];

  private constructor(functions: readonly FunctionSymbol[], segments: SymbolTable['segments']) {
    this.#functions = functions;
    this.#segments = segments;
  }

  get segments(): readonly { readonly offset: number; readonly size: number; readonly address: number }[] {
    return this.#segments;
  }

  /** Reads a file of 64 bits; one that is none, or is damaged, has no symbols. */
  static read(file: Uint8Array): SymbolTable {
    try {
      return SymbolTable.#parse(file);
    } catch {
      return new SymbolTable([], []);
    }
  }

  static #parse(file: Uint8Array): SymbolTable {
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    const u16 = (at: number): number => view.getUint16(at, true);
    const u32 = (at: number): number => view.getUint32(at, true);
    const u64 = (at: number): number => u32(at + 4) * 0x1_0000_0000 + u32(at);
    const segments: { offset: number; size: number; address: number }[] = [];
    const programHeaders = u64(32);
    for (let index = 0; index < u16(56); index++) {
      const at = programHeaders + index * u16(54);
      if (u32(at) === PT_LOAD) segments.push({ offset: u64(at + 8), size: u64(at + 32), address: u64(at + 16) });
    }
    const functions: FunctionSymbol[] = [];
    const sections = u64(40);
    const sectionSize = u16(58);
    for (let index = 0; index < u16(60); index++) {
      const at = sections + index * sectionSize;
      const type = u32(at + 4);
      if (type !== SHT_SYMTAB && type !== SHT_DYNSYM) continue;
      const names = u64(sections + u32(at + 40) * sectionSize + 24);
      const first = u64(at + 24);
      for (let symbol = first; symbol < first + u64(at + 32); symbol += SYMBOL_SIZE) {
        const kind = file[symbol + 4]! & 15;
        const start = u64(symbol + 8);
        if ((kind !== STT_FUNC && kind !== STT_GNU_IFUNC) || start === 0) continue;
        const nameAt = names + u32(symbol);
        const name = Buffer.from(file.buffer, file.byteOffset + nameAt, file.indexOf(0, nameAt) - nameAt).toString('latin1');
        functions.push({ start, end: start + Math.max(1, u64(symbol + 16)), name });
      }
    }
    const known = new Set(functions.map(({ start }) => start));
    const starts = unwindStarts(view, programHeaders, u16(56), u16(54));
    starts.forEach((start, index) => {
      if (!known.has(start)) functions.push({ start, end: starts[index + 1] ?? start + 1, name: `0x${start.toString(16)}` });
    });
    functions.sort((a, b) => a.start - b.start);
    return new SymbolTable(functions, segments);
  }

  /** The function at an offset in the file. */
  find(offset: number): FunctionSymbol | undefined {
    const segment = this.#segments.find((one) => offset >= one.offset && offset < one.offset + one.size);
    if (!segment) return undefined;
    const address = offset - segment.offset + segment.address;
    let low = 0;
    let high = this.#functions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#functions[middle]!.start <= address) low = middle + 1;
      else high = middle;
    }
    // Several may begin at one place; one that begins later may end earlier.
    for (let index = low - 1; index >= Math.max(0, low - 8); index--) {
      const found = this.#functions[index]!;
      if (address < found.end) return found;
    }
    return undefined;
  }
}

const PT_GNU_EH_FRAME = 0x6474e550;
/** The encodings that linkers use: the number as 4 bytes, the table as signed words from its own beginning on. */
const COUNT_ENCODING = 0x03;
const TABLE_ENCODING = 0x3b;

/**
 * Where functions begin, from the table by which exceptions find them (Linux Standard Base, ".eh_frame_hdr"): a program without symbols has
 * that too.
 */
function unwindStarts(view: DataView, headers: number, count: number, size: number): number[] {
  const starts: number[] = [];
  for (let index = 0; index < count; index++) {
    const header = headers + index * size;
    if (view.getUint32(header, true) !== PT_GNU_EH_FRAME) continue;
    const at = view.getUint32(header + 8, true);
    const address = view.getUint32(header + 16, true);
    if (view.getUint8(at + 2) !== COUNT_ENCODING || view.getUint8(at + 3) !== TABLE_ENCODING) continue;
    const entries = view.getUint32(at + 8, true);
    for (let entry = 0; entry < entries; entry++) starts.push(address + view.getInt32(at + 12 + entry * 8, true));
  }
  return starts;
}
