/** A kernel bitmap: of CPUs, memory nodes and the like. */
export interface BitMask {
  /** How many bits it has. */
  readonly bits: number;
  /** The bits in words of 32, least significant first. */
  readonly words: readonly number[];
}
