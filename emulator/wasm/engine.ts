/** The WebAssembly interface of JavaScript, as far as it is used here: TypeScript has its types only together with a browser's. */

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

export interface WasmTable {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value: unknown): void;
  grow(delta: number): number;
}

/** A compiled module. */
export interface WasmModule {
  readonly module?: never;
}

export interface WasmInstance {
  readonly exports: Record<string, unknown>;
}

interface Engine {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Table: new (descriptor: { element: 'anyfunc'; initial: number }) => WasmTable;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Record<string, Record<string, unknown>>) => WasmInstance;
  readonly RuntimeError: new (message?: string) => Error;
}

/** The engine. */
export const wasm: Engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
