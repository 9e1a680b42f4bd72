/** What a process executes: an address space with its processor, shared by those that were made with CLONE_VM. */

import type { ProcessorContract } from '../cpu/processor-contract.ts';
import type { AddressSpaceContract } from '../memory/address-space-contract.ts';
import type { ExecutedProgram } from '../loader/exec-contract.ts';
import type { Task } from './task.ts';

export interface Image {
  readonly space: AddressSpaceContract;
  readonly processor: ProcessorContract;
  /** Whose state of the processor is in memory. */
  owner: Task | undefined;
  /** What is executed: the program's file and where its parts lie, as exec left it. */
  readonly program: ExecutedProgram;
  /** Processes that use it. */
  users: number;
  /** Which of membarrier(2)'s commands were registered. */
  barriers: number;
}
