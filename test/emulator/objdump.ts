/** The decoder and the printer beside objdump: the same lengths, names and operands for the same bytes. */

import { spawnSync } from 'node:child_process';
import { Decoder, INVALID } from '../../emulator/cpu/decoder.ts';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { mnemonicOf, printInstruction } from '../../emulator/cpu/printer.ts';
import { FORM, OPERAND_SIZE, RECORD_WORDS } from '../../emulator/cpu/record.ts';

/** Why objdump cannot be asked here, or undefined. */
export function objdumpMissing(): string | undefined {
  return spawnSync('objdump', ['--version']).status === 0 ? undefined : 'this machine has no objdump';
}

export interface Comparison {
  /** Instructions that both took for one. */
  instructions: number;
  /** Instructions that are not in x86-64-v2, and were refused. */
  beyond: number;
  /** Bytes that objdump takes for none. */
  bad: number;
  /** How often each form was seen. */
  readonly forms: Map<number, number>;
  readonly differences: string[];
}

/** What x86-64-v2 lacks, as objdump names it. */
const BEYOND = new RegExp(
  `^(?:${[
    'v(?!err|erw)\\w+', // AVX, AVX2, AVX-512
    'k(?:mov|or|ortest|test|unpck|xnor|and|andn|xor|not|shiftl|shiftr|add)(?:[bwdq]|bw|wd|dq)',
    'andn|bextr|bls(?:i|msk|r)|bzhi|pdep|pext|rorx|sarx|shlx|shrx|mulx|movbe|adcx|adox',
    'aes\\w+|pclmul\\w+|sha\\w+|gf2p8\\w+',
    'x(?:begin|end|abort|test|getbv|setbv|save\\w*|rstor\\w*)|xresldtrk|xsusldtrk|serialize',
    'rdtscp|rdrand|rdseed|rdpid|(?:rd|wr)(?:fs|gs)base|rdpkru|wrpkru|incssp[dq]|(?:set|clr)ssbsy|rstorssp|saveprevssp|wru?ss[dq]',
    'clwb|clflushopt|clzero|clac|stac|monitorx?|mwaitx?|tpause|umwait|umonitor|movdir\\w+|enqcmds?|ptwrite',
    'vm\\w+|invept|invvpid|invpcid|invlpg[ab]|tlbsync|skinit|stgi|clgi|encls|enclu|enclv|getsec|pconfig|wbnoinvd|rsm|rdmsrlist|wrmsrlist|wrmsrns',
    'pf\\w+|pi2f\\w|pswapd|pavgusb|pmulhrw|femms|extrq|insertq|movnts[sd]|pvalidate|psmash|rmp\\w+|mcommit|hreset|uiret|testui|clui|stui|senduipi',
    'ld?tilecfg|sttilecfg|tile\\w+|tdp\\w+|cmpbexadd|ll?wpcb|lwp\\w+|slwpcb|cmp\\w+xadd|aadd|aand|aor|axor|xcrypt-\\w+|montmul|xsha\\w+|xstore-\\w+|encodekey\\d+|vmgexit|seamcall|seamops|seamret|tdcall|rdpru',
  ].join('|')})$`,
);

/** What processors that do not know them take for nothing to do. */
const HINTS = /^(?:rdssp[dq]|cldemote|bnd(?:cl|cu|cn|mk|mov|ldx|stx)|reservednop|prefetchit[01]|endbr32|endbr64)$/;

const PREFIX_WORDS =
  /^(?:(?:data16|data32|addr16|addr32|cs|ds|es|ss|fs|gs|bnd|notrack|rex(?:\.\w+)?|xacquire|xrelease|rep|repz|repnz|lock) )+/;

/** String instructions with F2 and F3; fwait with prefixes, together with what follows it. */
const MAKERS = /^(?:(?:26|2e|36|3e|6[4-7]|f[023]) )*(?:f2 (?:(?:26|2e|36|3e|6[4-7]) )*f3 (?:(?:26|2e|36|3e|6[4-7]) )*[6a]|(?:26|2e|36|3e|6[4-7]|f[23]) 9b d)/;

/** Near branches with 66: what objdump prints is what AMD's processors do; Intel's, and ours, ignore 66 there. */
const NEAR_16 = /^(?:(?:j\w+|call|ret|loop\w*)w\b|(?:jmp|call) (?:WORD PTR|[a-d]x$|[sd]i$|[sb]p$|r\d+w$))/;

const COMPARISONS = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'];

/** objdump's text without what only helps people, and our text in the same form. */
function normal(text: string): string {
  let repeat = '';
  let rest = text.replace(/\s+/g, ' ').trim();
  const prefixes = PREFIX_WORDS.exec(`${rest} `)?.[0] ?? '';
  rest = `${rest} `.slice(prefixes.length).trim();
  if (/^(?:movs|stos|lods|cmps|scas|ins|outs)\b/.test(rest) && !/xmm/.test(rest)) {
    if (/repnz/.test(prefixes)) repeat = 'repnz ';
    else if (/rep/.test(prefixes)) repeat = 'rep ';
  } else if (/lock/.test(prefixes)) {
    repeat = 'lock ';
  }
  rest = rest
    .replace(/ <.*>/, '')
    .replace(/\((?:8087|287) only\)/, '')
    .replace(/^xchg ax,ax$/, 'nop')
    .replace(/^(pushf?|popf?|pusha|popa|[ls][gi]dt|enter|leave|retf|iret|sysret|sysexit|fldenv|fnstenv|frstor|fnsave)[wdq](?= |$)/, '$1')
    .replace(/^(call|jmp)f /, '$1 ')
    .replace(/^(j\w+|call|loop\w*) 0x/, '$1 ')
    .replace(/^wbnoinvd$/, 'wbinvd')
    .replace(/^(bound \w+,)[DQ]WORD PTR /, '$1')
    .replace(/^((?:call|jmp|l[sfg]s) .*)TBYTE/, '$1FWORD')
    .replace(/^xlat .*/, 'xlat')
    // Intel's manual has it read 16 bits, binutils 32.
    .replace(/^movsxd (r\d+w|[a-d]x|[sd]i|[sb]p),.*/, 'movsxd $1')
    .replace(/^(cmpxchg(?:8|16)b|lddqu xmm\d+,) ?(?:[QO]|XMM)WORD PTR/, '$1')
    .replace(/^(lddqu xmm\d+,) /, '$1')
    .replace(/ # (?:0x)?/, ' # ')
    .replace(/^(j\w+),p[nt]/, '$1')
    .replace(/\+0x0\]/, ']')
    .replace(/\+[re]iz\*\d/, '')
    // In 64-bit mode these mean nothing.
    .replace(/\b[csde]s:(?=\[)/, '')
    // Addresses of 32 bits, which objdump extends; an index that is none.
    .replace(/\[eip\+0xffffffff(\w{8}\].* # )f{8}/, '[eip+0x$1')
    .replace(/\[eip\+0xffffffff(\w{8}\])/, '[eip+0x$1')
    .replace(/\[[re]iz\*\d([+-])(0x\w+)\]/, (_, sign: string, digits: string) => {
      const distance = sign === '-' ? BigInt.asUintN(64, -BigInt(digits)) : BigInt(digits);
      return `ds:0x${distance.toString(16)}`;
    })
    .replace(/\b([c-g]s):ds:/, '$1:')
    .replace(/^cmp(ps|pd|ss|sd) (.*),0x([0-7])(?= #|$)/, (_, type: string, operands: string, code: string) =>
      `cmp${COMPARISONS[Number(code)]}${type} ${operands}`,
    );
  return repeat + rest;
}

interface Line {
  readonly address: number;
  readonly bytes: string;
  readonly text: string;
}

function* linesOf(output: string): Generator<Line> {
  let at = 0;
  while (at < output.length) {
    let end = output.indexOf('\n', at);
    if (end < 0) end = output.length;
    const first = output.indexOf(':\t', at);
    if (first > 0 && first < end) {
      const second = output.indexOf('\t', first + 2);
      if (second > 0 && second < end) {
        yield {
          address: Number.parseInt(output.slice(at, first), 16),
          bytes: output.slice(first + 2, second).trim(),
          text: output.slice(second + 1, end),
        };
      }
    }
    at = end + 1;
  }
}

/** Runs objdump on a file and decodes what it decodes; `options` say how it is to read the file, `only` which addresses count. */
export function compareWithObjdump(
  file: string,
  options: readonly string[] = ['-d'],
  only?: (address: number) => boolean,
  mode: 32 | 64 = 64,
): Comparison {
  const { stdout, stderr, status } = spawnSync('objdump', ['-w', '-z', '-M', 'intel', ...options, file], {
    maxBuffer: 2 ** 30,
    encoding: 'latin1',
  });
  if (status !== 0) throw new Error(`objdump ${file}: ${stderr}`);
  const outcome: Comparison = { instructions: 0, beyond: 0, bad: 0, forms: new Map(), differences: [] };
  const decoder = new Decoder(mode);
  const record = new Int32Array(RECORD_WORDS);
  const bytes = new Uint8Array(16);
  for (const { address, bytes: digits, text } of linesOf(stdout)) {
    if (only && !only(address)) continue;
    const length = (digits.length + 1) / 3;
    let theirs = normal(text);
    if (mode === 32) theirs = theirs.replace(/(?<=[c-g]s:)0xffffffff(?=\w{8}\b)/, '0x');
    // Where objdump and processors are not of one mind; AMD's have syscall in 32-bit mode.
    const maker = MAKERS.test(digits) || (mode === 32 && /^sys(?:call|ret)$/.test(theirs));
    // Data that is taken for code: what is none, registers that do not exist, prefixes alone.
    if (length > 15 || /^(?:lock )?$|\(bad\)|^\.byte|\?|^mov cs,|^frstpm|\btr\d|\bcr[15679]|^movq2dq \w+,xmm/.test(theirs) || maker || NEAR_16.test(theirs)) {
      outcome.bad++;
      continue;
    }
    for (let index = 0; index < length; index++) bytes[index] = Number.parseInt(digits.slice(index * 3, index * 3 + 2), 16);
    // Two instructions for which assemblers have one name.
    const waits = bytes[0] === 0x9b && length > 1 ? 1 : 0;
    if (waits) theirs = theirs.replace(/^f(?=stcw|stsw|stenv|save|clex|init)/, 'fn');
    const decoded = decoder.decode(bytes, waits, length, record, 0) + waits;
    const name = /^(?:lock |rep |repnz )?(\S*)/.exec(theirs)?.[1] ?? '';
    if (decoded === INVALID && !BEYOND.test(name) && (/\block\b/.test(text) || /^(?:(?:26|2e|36|3e|6[4-7]|f[023]|4\w) )+0f /.test(digits))) {
      // objdump has no opinion where LOCK may be, nor which prefixes an instruction with a prefix does not suffer.
      outcome.bad++;
      continue;
    }
    const complain = (ours: string): void => {
      if (outcome.differences.length < 100) outcome.differences.push(`${digits}: objdump ${theirs}; ours ${ours}`);
    };
    if (BEYOND.test(name)) {
      if (decoded === INVALID) outcome.beyond++;
      else complain(printInstruction(record, 0, BigInt(address)));
      continue;
    }
    if (decoded < 0) {
      complain(`outcome ${decoded}`);
      continue;
    }
    const ours = normal(printInstruction(record, 0, BigInt(address + waits)));
    // The instruction pointer is cut to 16 bits then, which objdump does only sometimes.
    const near16 = mode === 32 && record[OPERAND_SIZE] === 2 && FORMS[record[FORM]!]!.sizeRule === 'branch';
    const alike =
      decoded === length &&
      (ours === theirs ||
        (near16 && mnemonicOf(record, 0) === name) ||
        (HINTS.test(name) && mnemonicOf(record, 0) === 'nop') ||
        ours === theirs.replace(/^tzcnt/, 'bsf').replace(/^lzcnt/, 'bsr'));
    if (!alike) {
      complain(`${ours} (${decoded} of ${length} bytes)`);
      continue;
    }
    outcome.instructions++;
    const form = record[FORM]!;
    outcome.forms.set(form, (outcome.forms.get(form) ?? 0) + 1);
  }
  return outcome;
}

/** The forms of 64-bit mode that a comparison did not see, by their rows. */
export function unseenForms(forms: ReadonlyMap<number, number>): string[] {
  return FORMS.filter((form) => form.mode64 && !forms.has(form.id)).map(({ row }) => row);
}
