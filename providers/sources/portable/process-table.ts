/**
 * A list of processes as two pieces of memory, which threads can share: however many processes there are, whoever takes the list over
 * is not kept by it.
 *
 *     numbers   for each process, by ascending id, one number for each of COLUMNS
 *     text      the names, arguments and paths, one behind the other; three columns have where each begins, and the next row's first
 *               column where the last one ends
 */

/** A process with all that is known of it. */
export interface ProcessFacts {
  readonly pid: number;
  /** Another number for another process with the same id. */
  readonly life: number;
  readonly parent: number;
  readonly uid: number;
  readonly gid: number;
  /** The character code of the state's letter. */
  readonly state: number;
  readonly nice: number;
  /** Packed by `makeDevice`; 0 for none. */
  readonly terminal: number;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** KiB. */
  readonly size: number;
  readonly resident: number;
  /** Ticks. */
  readonly userTime: number;
  readonly systemTime: number;
  /** 1 for a thread of the kernel. */
  readonly kernel: number;
  /** Bytes. */
  readonly name: string;
  /** Words with a NUL behind each. */
  readonly command: string;
  /** A path, or empty. */
  readonly executable: string;
}

/** Where the numbers of a process are, and where its texts begin. */
const COLUMNS = ['pid', 'life', 'parent', 'uid', 'gid', 'state', 'nice', 'terminal', 'started', 'size', 'resident', 'userTime', 'systemTime', 'kernel'] as const;
type Column = (typeof COLUMNS)[number];
const TEXTS = ['name', 'command', 'executable'] as const;
type Text = (typeof TEXTS)[number];
const WIDTH = COLUMNS.length + TEXTS.length;

const PLACES = Object.fromEntries([...COLUMNS, ...TEXTS].map((name, place) => [name, place])) as { readonly [Name in Column | Text]: number };

/** The memory of a list. */
export interface TableMemory {
  readonly numbers: Float64Array;
  readonly text: Uint8Array;
}

export class ProcessTable {
  readonly memory: TableMemory;
  readonly length: number;
  readonly #text: Buffer;

  constructor(memory: TableMemory) {
    this.memory = memory;
    // A row behind the last one has where the texts end.
    this.length = Math.max(0, memory.numbers.length / WIDTH - 1);
    this.#text = Buffer.from(memory.text.buffer, memory.text.byteOffset, memory.text.length);
  }

  /** A list of processes, in any order; of those with one id the first stays. */
  static of(list: readonly ProcessFacts[]): ProcessTable {
    const byId = new Map<number, ProcessFacts>();
    for (const each of list) if (!byId.has(each.pid)) byId.set(each.pid, each);
    const rows = [...byId.values()].sort((a, b) => a.pid - b.pid);
    const numbers = new Float64Array((rows.length + 1) * WIDTH);
    let length = 0;
    rows.forEach((row, index) => {
      const at = index * WIDTH;
      for (const column of COLUMNS) numbers[at + PLACES[column]] = row[column];
      for (const text of TEXTS) {
        numbers[at + PLACES[text]] = length;
        length += row[text].length;
      }
    });
    numbers[rows.length * WIDTH + PLACES.name] = length;
    const text = new Uint8Array(length);
    let at = 0;
    const into = Buffer.from(text.buffer);
    for (const row of rows) for (const name of TEXTS) at += into.write(row[name], at, 'latin1');
    return new ProcessTable({ numbers, text });
  }

  /** The row of a process; -1 where there is none. */
  find(pid: number): number {
    const { numbers } = this.memory;
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = numbers[middle * WIDTH] as number;
      if (found === pid) return middle;
      if (found < pid) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  number(row: number, column: Column): number {
    return this.memory.numbers[row * WIDTH + PLACES[column]] as number;
  }

  text(row: number, name: Text): string {
    const at = row * WIDTH + PLACES[name];
    const { numbers } = this.memory;
    const end = name === 'executable' ? numbers[(row + 1) * WIDTH + PLACES.name] : numbers[at + 1];
    return this.#text.toString('latin1', numbers[at], end);
  }

  /** The ids greater than one, ascending. */
  ids(after: number): number[] {
    const ids: number[] = [];
    for (let row = 0; row < this.length; row++) {
      const pid = this.number(row, 'pid');
      if (pid > after) ids.push(pid);
    }
    return ids;
  }

  /** How many processes have one value in a column. */
  count(column: Column, value: number): number {
    let found = 0;
    for (let row = 0; row < this.length; row++) if (this.number(row, column) === value) found++;
    return found;
  }
}
