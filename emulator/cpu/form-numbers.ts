/** The numbers of forms that are asked for by name: nothing but data, which the build works out once. */

import { FORMS } from './forms.ts';

const formOf = (name: string): number => FORMS.findIndex((form) => form.mnemonics[0] === name);

export const CPUID: number = formOf('cpuid');
export const RDTSC: number = formOf('rdtsc');
export const LEA: number = formOf('lea');
export const POP_TO_MEMORY: number = FORMS.findIndex((form) => form.mnemonics[0] === 'pop' && form.hasModRM);
/** The form that 90 is with REX.B. */
export const EXCHANGE: number = FORMS.findIndex((form) => form.needsRexB);
