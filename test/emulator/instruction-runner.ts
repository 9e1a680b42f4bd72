/** Cases and programs on the machine's processor and on the emulated one, in its configurations; and what differs. */

import type { Form } from '../../emulator/cpu/forms.ts';
import { RECORD_WORDS } from '../../emulator/cpu/record.ts';
import type { Configuration, EmulatedExecutor } from './emulated-executor.ts';
import { type InstructionCase, instructionCase, windowContents } from './instruction-cases.ts';
import { type Program, type Vocabulary, assemble, disassemble, randomProgram, undefinedAtEnd, undefinedBefore, without, withoutInSubroutine } from './instruction-programs.ts';
import { type Case, ENDLESS, FLOATING_MXCSR, type Outcome, executeNatively } from './native-executor.ts';
import { describeCase, differences } from './outcome-comparison.ts';
import { isUndefined } from './undefined-results.ts';

const PAGE_FAULT = 14;
const STACK_FAULT = 12;
const PROTECTION = 13;
const ALIGNMENT = 17;
const SIMD_EXCEPTION = 19;
const BREAKPOINT = 3;
const NO_RECORD = new Int32Array(RECORD_WORDS);

/** One case that differs, in one line. */
export interface Difference {
  readonly form: Form | undefined;
  readonly line: string;
}

/** How many outcomes were compared, and what came of it. */
export interface Tally {
  cases: number;
  /** Cases that the processor ended with an exception. */
  exceptions: number;
  /** Comparisons by configuration. */
  readonly compared: Map<string, number>;
  readonly differences: Difference[];
}

/** An empty tally. */
export const newTally = (): Tally => ({ cases: 0, exceptions: 0, compared: new Map(), differences: [] });

/** Whether a configuration is bound to have the outcome of a case. */
function isBound(configuration: Configuration, tested: Case, native: Outcome, forms: readonly Form[]): boolean {
  const { vector } = native;
  if (!configuration.checked) {
    // Only where accesses are checked are their faults exact.
    if (vector === PAGE_FAULT || vector === ALIGNMENT || vector === STACK_FAULT) return false;
    if (vector === PROTECTION && !forms.some((form) => form.privileged || form.mnemonics[0] === 'int')) return false;
  }
  if (!configuration.exact) {
    const mxcsr = tested.state.view.getUint32(FLOATING_MXCSR, true);
    if ((mxcsr & ~0x3f) !== 0x1f80 || vector === SIMD_EXCEPTION) return false;
    if (forms.some((form) => /stmxcsr|fxsave|fxrstor/.test(form.mnemonics[0]!))) return false;
  }
  return true;
}

/** What every run needs. */
export interface Bench {
  readonly program: string;
  readonly executors: readonly EmulatedExecutor[];
}

const WINDOW_CONTENTS = windowContents();

/** The command that repeats a case. */
const again = (words: string): string => `node dist/test/emulator/instructions.js ${words}`;

/** How many cases the native executor gets at once. */
const BATCH = 4000;

/** Runs cases of forms: those of the numbers from `first` on. */
export function runForms(bench: Bench, forms: readonly Form[], seed: number, first: number, count: number, tally: Tally): void {
  let cases: InstructionCase[] = [];
  for (const form of forms) {
    for (let index = first; index < first + count; index++) {
      cases.push(instructionCase(form, index, seed));
      if (cases.length < BATCH) continue;
      runCases(bench, cases, seed, tally);
      cases = [];
    }
  }
  if (cases.length > 0) runCases(bench, cases, seed, tally);
}

function runCases({ program, executors }: Bench, cases: readonly InstructionCase[], seed: number, tally: Tally): void {
  const natives = executeNatively(program, WINDOW_CONTENTS, cases);
  for (const [at, tested] of cases.entries()) {
    const { form, index } = tested;
    const native = natives[at]!;
    tally.cases++;
    if (native.vector !== BREAKPOINT) tally.exceptions++;
    if (native.vector === ENDLESS) throw new Error(`${describeCase(tested)}: does not end`);
    if (isUndefined(form, tested.record, tested.state, native.vector)) continue;
    for (const executor of executors) {
      const { configuration } = executor;
      if (!isBound(configuration, tested, native, [form])) continue;
      tally.compared.set(configuration.name, (tally.compared.get(configuration.name) ?? 0) + 1);
      const ours = executor.execute(tested);
      const found = differences(tested, form, tested.record, native, ours, { exceptions: !configuration.exact });
      if (found.length === 0) continue;
      const command = again(`--form ${form.id} --seed ${seed} --case ${index} --configuration ${configuration.name}`);
      tally.differences.push({ form, line: `${configuration.name}: ${describeCase(tested)} | ${found.join(', ')} | ${command}` });
    }
  }
}

function programDifferences(program: Program, native: Outcome, ours: Outcome, configuration: Configuration): string[] {
  const tested = assemble(program);
  const undefinedFlags = undefinedAtEnd(program, native);
  return differences(tested, undefined, NO_RECORD, native, ours, { exceptions: !configuration.exact }, undefinedFlags);
}

/** Leaves away steps for as long as the difference stays. */
function shrink(bench: Bench, program: Program, executor: EmulatedExecutor): Program {
  let smallest = program;
  const differs = (candidate: Program): boolean => {
    if (undefinedBefore(candidate) === undefined) return false;
    const tested = assemble(candidate);
    const native = executeNatively(bench.program, WINDOW_CONTENTS, [tested])[0]!;
    const forms = [...candidate.steps, ...candidate.subroutine].map(({ form }) => form);
    if (!isBound(executor.configuration, tested, native, forms)) return false;
    return programDifferences(candidate, native, executor.execute(tested), executor.configuration).length > 0;
  };
  if (smallest.loops) {
    const straight = { ...smallest, loops: false };
    if (differs(straight)) smallest = straight;
  }
  for (let at = smallest.steps.length - 1; at >= 0; at--) {
    const candidate = without(smallest, at);
    if (differs(candidate)) smallest = candidate;
  }
  for (let at = smallest.subroutine.length - 1; at >= 0; at--) {
    const candidate = withoutInSubroutine(smallest, at);
    if (differs(candidate)) smallest = candidate;
  }
  return smallest;
}

/** Runs programs: those of the numbers from `first` on. Of those that differ, what is left when it is made as short as it can be. */
export function runPrograms(bench: Bench, vocabulary: Vocabulary, seed: number, first: number, count: number, tally: Tally): void {
  const programs: Program[] = [];
  for (let index = first; index < first + count; index++) programs.push(randomProgram(index, seed, vocabulary, 5 + (index % 16)));
  const cases = programs.map(assemble);
  const natives = executeNatively(bench.program, WINDOW_CONTENTS, cases);
  for (const [index, program] of programs.entries()) {
    const native = natives[index]!;
    const tested = cases[index]!;
    const forms = [...program.steps, ...program.subroutine].map(({ form }) => form);
    tally.cases++;
    if (native.vector !== BREAKPOINT) tally.exceptions++;
    if (native.vector === ENDLESS) continue;
    for (const executor of bench.executors) {
      const { configuration } = executor;
      if (!isBound(configuration, tested, native, forms)) continue;
      tally.compared.set(configuration.name, (tally.compared.get(configuration.name) ?? 0) + 1);
      if (programDifferences(program, native, executor.execute(tested), configuration).length === 0) continue;
      const small = shrink(bench, program, executor);
      const least = assemble(small);
      const outcome = executeNatively(bench.program, WINDOW_CONTENTS, [least])[0]!;
      const found = programDifferences(small, outcome, executor.execute(least), configuration);
      const command = again(`--program ${first + index} --vocabulary ${vocabulary} --seed ${seed} --configuration ${configuration.name}`);
      const text = `${Buffer.from(least.code).toString('hex')} | ${disassemble(least)}${small.loops ? ' (a loop)' : ''}`;
      tally.differences.push({ form: undefined, line: `${configuration.name}: ${text} | ${found.join(', ')} | ${command}` });
    }
  }
}
