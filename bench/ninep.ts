/** `npm run bench`, the part about 9P: our server beside diod, which is written in C, with one load generator for both. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned } from './contenders.ts';
import { median } from './measure.ts';
import { buildNative } from './native.ts';
import { formatTable } from './table.ts';

const MAIN = fileURLToPath(new URL('../mounts/cli/main.cjs', import.meta.url));

/** What is measured: a mode of the load generator with its depth. */
interface Load {
  readonly title: string;
  readonly mode: 'getattr' | 'read' | 'stream' | 'cycle';
  readonly file: string;
  readonly depth: number;
  readonly count: number;
  /** Bytes of one read. */
  readonly size: number;
  /** The load has a CPU to itself. */
  readonly apart?: boolean;
  /** Our time by theirs, or their rate by ours, at most; and what it should be. */
  readonly bound?: number;
  readonly aim?: number;
}

const MEBIBYTE = 1 << 20;
/** The file that is streamed has so many MiB. */
const STREAMED = 64;

function loads(scale: number): Load[] {
  const small = (mode: 'getattr' | 'read', depth: number): Load => ({
    title: `${mode}, depth ${depth}`,
    mode,
    file: 'small',
    depth,
    count: (depth === 1 ? 5000 : 15_000) * scale,
    size: 4096,
    ...(depth === 64 && { bound: 1.2, aim: 1 }),
  });
  const stream = (title: string, depth: number, size: number): Load => ({
    title: `read ${title}, depth ${depth}`,
    mode: 'stream',
    file: 'large',
    depth,
    count: Math.round((400 * scale * MEBIBYTE) / size),
    // What a message of 64 KiB, 256 KiB or 1 MiB holds.
    size: size - 24,
  });
  return [
    ...[1, 8, 64].map((depth) => small('getattr', depth)),
    ...[1, 8, 64].map((depth) => small('read', depth)),
    { title: 'walk+open+read+clunk', mode: 'cycle', file: 'small', depth: 1, count: 2000 * scale, size: 4096 },
    stream('64 KiB', 4, 1 << 16),
    { ...stream('256 KiB', 1, 1 << 18), bound: 1.5, aim: 1.25 },
    { ...stream('1 MiB', 1, MEBIBYTE), bound: 2.5, aim: 1.25 },
    stream('1 MiB', 4, MEBIBYTE),
    ...(cpus().length > 1
      ? [{ ...stream('1 MiB', 4, MEBIBYTE), title: 'read 1 MiB, depth 4, on two CPUs', apart: true, bound: 2, aim: 1.25 }]
      : []),
  ];
}

/** A server that runs on the benchmark's CPU. */
interface NinepContender {
  readonly name: string;
  readonly port: number;
  readonly tree: string;
  readonly process: ChildProcess;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

class Bench {
  readonly #client: string;
  readonly #contenders: NinepContender[] = [];

  constructor(client: string) {
    this.#client = client;
  }

  /** Starts a server; returns false where it does not come up. */
  async start(name: string, tree: string, command: (port: number) => readonly string[]): Promise<boolean> {
    const port = await freePort();
    const [program = '', ...words] = pinned(command(port));
    const process = spawn(program, words, { stdio: 'ignore', cwd: '/' });
    process.on('error', () => {});
    const contender: NinepContender = { name, port, tree, process };
    for (let tries = 0; tries < 100; tries++) {
      if (this.#run(contender, ['getattr', 'small', '1', '1']).status === 0) {
        this.#contenders.push(contender);
        return true;
      }
      spawnSync('sleep', ['0.1']);
    }
    process.kill();
    return false;
  }

  #run({ port, tree }: NinepContender, words: readonly string[], apart = false): { status: number | null; stdout: string } {
    const [program = '', ...rest] = pinned([this.#client, '127.0.0.1', String(port), tree, ...words], apart);
    return spawnSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** The median result of a load for each server, the servers in turn. */
  measure({ mode, file, depth, count, size, apart }: Load, rounds: number): number[] {
    const results = this.#contenders.map((): number[] => []);
    for (let round = -1; round < rounds; round++) {
      for (const [at, contender] of this.#contenders.entries()) {
        const { stdout } = this.#run(contender, [mode, file, String(depth), String(count), String(size)], apart);
        if (round >= 0) results[at]?.push(Number(stdout));
      }
    }
    return results.map(median);
  }

  get names(): string[] {
    return this.#contenders.map(({ name }) => name);
  }

  /** MiB resident of a server after each of some steps, in which it answers as many requests each. */
  memory(name: string, requests: number, steps: number): number[] {
    const contender = this.#contenders.find((one) => one.name === name);
    const pid = contender?.process.pid;
    if (!contender || pid === undefined) return [];
    const resident = (): number =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const taken = [resident()];
    for (let step = 0; step < steps; step++) {
      const share = Math.ceil(requests / steps);
      this.#run(contender, ['getattr', 'small', '64', String(Math.ceil(share / 4))]);
      this.#run(contender, ['read', 'small', '64', String(Math.ceil(share / 4))]);
      this.#run(contender, ['cycle', 'small', '1', String(Math.ceil(share / 8)), '4096']);
      taken.push(resident());
    }
    return taken;
  }

  stop(): void {
    for (const { process } of this.#contenders) process.kill('SIGTERM');
  }
}

/** What a server may have more at the end than half-way, in MiB, and is flat. */
const GROWTH_BOUND = 8;
const STEPS = 8;

/** Measures and prints. Returns how many figures were worse than `slack` times their bounds. */
export async function benchNinep(directory: string, quick: boolean, slack: number): Promise<number> {
  const scale = quick ? 1 : 4;
  // On a disk that is memory, so that none is measured.
  const exported = existsSync('/dev/shm') ? `/dev/shm/compatfs-bench-${process.pid}` : join(directory, 'exported');
  const bench = new Bench(buildNative('ninep-client', directory) as string);
  let failures = 0;
  try {
    mkdirSync(exported, { recursive: true });
    writeFileSync(join(exported, 'small'), 'a small file\n');
    writeFileSync(join(exported, 'large'), Buffer.alloc(STREAMED * MEBIBYTE, 'large'));
    const ours = (name: string, tree: string): Promise<boolean> =>
      bench.start(name, 'tree', (port) => [process.execPath, MAIN, 'serve', '-l', `tcp!127.0.0.1!${port}`, `tree=${tree}`]);
    await ours('compatfs', exported);
    const hasDiod = await bench.start('diod', exported, (port) => ['diod', '-f', '-n', '-l', `127.0.0.1:${port}`, '-e', exported]);
    const results = loads(scale).map((load) => ({ load, taken: bench.measure(load, quick ? 3 : 7) }));
    console.log(
      formatTable([
        ['9P, median of one, us', ...bench.names],
        ...results
          .filter(({ load }) => load.mode !== 'stream')
          .map(({ load, taken }) => [load.title, ...taken.map((value) => value.toFixed(2))]),
        ...results
          .filter(({ load }) => load.mode === 'stream')
          .map(({ load, taken }) => [`${load.title}, MiB/s`, ...taken.map((value) => value.toFixed(0))]),
      ]),
    );
    console.log();
    const bounds = results
      .filter(({ load }) => load.bound !== undefined)
      .map(({ load: { title, mode, bound = 0, aim = bound }, taken: [mine = NaN, theirs = NaN] }) => {
        const ratio = mode === 'stream' ? theirs / mine : mine / theirs;
        if (!hasDiod) return [title, '-', String(bound), String(aim), 'not measured'];
        if (!(ratio <= bound * slack)) failures++;
        const verdict = ratio <= aim ? 'reached' : ratio <= bound ? 'kept' : 'MISSED';
        return [title, ratio.toFixed(2), String(bound), String(aim), verdict];
      });
    console.log(formatTable([["compatfs's time by diod's", 'ratio', 'bound', 'aim', ''], ...bounds]));
    console.log('diod gives 64 KiB at a time, whatever is asked for. On one CPU four times that stays in its cache until the load has');
    console.log('read it, and four times 1 MiB does not.');
    console.log();
    const requests = quick ? 200_000 : 1_000_000;
    const taken = bench.memory('compatfs', requests, STEPS);
    const share = (step: number): string => String(Math.round((requests * step) / STEPS));
    console.log(
      formatTable([
        ['9P requests', ...taken.map((_value, step) => share(step))],
        ['MiB resident', ...taken.map((value) => value.toFixed(1))],
      ]),
    );
    const grown = (taken[STEPS] ?? NaN) - (taken[STEPS / 2] ?? NaN);
    const flat = grown <= GROWTH_BOUND;
    if (!flat) failures++;
    console.log(`grown by ${grown.toFixed(1)} MiB in the second half (bound ${GROWTH_BOUND}): ${flat ? 'flat' : 'MISSED'}\n`);
    if (!hasDiod) console.log('not measured: diod: not installed, or it does not come up');
  } finally {
    bench.stop();
    rmSync(exported, { recursive: true, force: true });
  }
  return failures;
}
