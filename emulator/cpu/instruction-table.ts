/**
 * Every instruction of x86-64-v2, in 64-bit and 32-bit mode: the one list from which the decoder's tables are built and from
 * which the forms are enumerated that tests must cover. An encoding that no row describes is an invalid opcode.
 *
 * A row is `[PREFIX] OPCODE MNEMONIC [OPERANDS] [ATTRIBUTES..]`, in the notation of the opcode maps of Intel's manual
 * (volume 2, appendix A) with these rules:
 *
 * PREFIX      NP none of 66, F3, F2; 66, F3 or F2 that one (F3 and F2 win over 66). Without it, any of them, with its usual
 *             meaning; rows with a prefix win over rows without.
 * OPCODE      hexadecimal, the map first (0F, 0F38, 0F3A). `50+` is eight opcodes with a register in the low bits; `C1/4` wants 4 in
 *             ModRM.reg, `D9/4.1` a register operand whose ModRM.rm is 1 as well.
 * MNEMONIC    `cwd/cdq/cqo` are the names at operand sizes 16, 32 and 64; of two names, the second is for 64.
 * OPERANDS    a letter for where it is and one for its size, or a register's name.
 *   E  ModRM.rm, general register or memory     V  ModRM.reg, XMM register           I  immediate
 *   G  ModRM.reg, general register              W  ModRM.rm, XMM register or memory  J  branch distance
 *   M  ModRM.rm, memory only                    U  ModRM.rm, XMM register only       O  memory at an address in the instruction
 *   R  ModRM.rm, general register only          P  ModRM.reg, MMX register           A  far pointer in the instruction
 *   Z  opcode's low bits, general register      Q  ModRM.rm, MMX register or memory  X  memory at (E)SI, string source
 *   S  ModRM.reg, segment register              N  ModRM.rm, MMX register only       Y  memory at ES:(E)DI, string destination
 *   C  ModRM.reg, control register              F  ModRM.rm, x87 stack register
 *   D  ModRM.reg, debug register
 *   b w d q x t  1, 2, 4, 8, 16 and 10 bytes    v  the operand size: 2, 4 or 8       s  (of I) a byte, sign-extended to the operand size
 *   z  the operand size, but 4 for 8            y  the operand size, but 4 for 2     n  an address only, or memory of the form's own layout
 *   p  far pointer: a selector and an offset of the operand size. `Ed:b`: 4 bytes of a register, but 1 of memory.
 * ATTRIBUTES
 *   lock  LOCK is allowed when the destination is memory; elsewhere it makes the instruction invalid
 *   rep, repz  F3 and F2 repeat it; with repz they look at the zero flag
 *   v, y  has an operand size (as the letters say) though no operand tells it
 *   d64   operand size 64 unless 66 says 16 (32 or 16 in 32-bit mode);  f64  operand size 64 always (32 or 16 in 32-bit mode)
 *   only64, only32  exists in that mode only
 *   mem, reg  ModRM.rm must be that, though no operand says so;  anymod  ModRM.mod is ignored, rm is a register
 *   rexb  with 0 in the opcode's low bits it needs REX.B: else it is another row's opcode
 *   priv  a general-protection fault in user mode
 *
 * What instructions do is written once for each form (semantics/), against an emitter: "the first operand, as a value", "the sum of these,
 * with its flags", "into the first operand". Two emitters run that source. The interpreter's writes one handler for each form and
 * shape into a WebAssembly module when it is built; there, an operand is a load from the state in memory by a number in the decoded
 * record. The translator's writes a region of a program; there, an operand is a local variable or a constant, because the record is
 * known. So both follow from the same text, and neither can know an instruction that the other does not. Flags are a value of the
 * emitter like others: the translator writes only those that are read. A form without a source raises the invalid-opcode exception
 * and names itself; the tests take the forms from this list, and thus know what is missing.
 */

/** What of the instruction set a row belongs to, in the order in which the parts were added to it. */
export type Feature = 'base' | 'x87' | 'mmx' | 'sse' | 'sse2' | 'sse3' | 'ssse3' | 'sse4.1' | 'sse4.2' | 'popcnt';

/** Conditions, in the order of their numbers. */
export const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

const arithmetic = ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp']
  .map((name, index) => {
    const lock = name === 'cmp' ? '' : 'lock';
    const at = (offset: number): string => hex(index * 8 + offset);
    return `
${at(0)} ${name} Eb,Gb ${lock}
${at(1)} ${name} Ev,Gv ${lock}
${at(2)} ${name} Gb,Eb
${at(3)} ${name} Gv,Ev
${at(4)} ${name} AL,Ib
${at(5)} ${name} rAX,Iz
80/${index} ${name} Eb,Ib ${lock}
81/${index} ${name} Ev,Iz ${lock}
82/${index} ${name} Eb,Ib only32 ${lock}
83/${index} ${name} Ev,Is ${lock}`;
  })
  .join('');

// The sixth is what the manuals leave out: the fourth once more.
const shifts = ['rol', 'ror', 'rcl', 'rcr', 'shl', 'shr', 'shl', 'sar']
  .map(
    (name, index) => `
C0/${index} ${name} Eb,Ib
C1/${index} ${name} Ev,Ib
D0/${index} ${name} Eb,1
D1/${index} ${name} Ev,1
D2/${index} ${name} Eb,CL
D3/${index} ${name} Ev,CL`,
  )
  .join('');

const conditional = CONDITIONS.map(
  (name, index) => `
${hex(0x70 + index)} j${name} Jb f64
0F${hex(0x80 + index)} j${name} Jz f64
0F${hex(0x90 + index)} set${name} Eb
0F${hex(0x40 + index)} cmov${name} Gv,Ev`,
).join('');

const base = `
06 push ES only32 d64
07 pop ES only32 d64
0E push CS only32 d64
16 push SS only32 d64
17 pop SS only32 d64
1E push DS only32 d64
1F pop DS only32 d64
27 daa only32
2F das only32
37 aaa only32
3F aas only32
40+ inc Zv only32
48+ dec Zv only32
50+ push Zv d64
58+ pop Zv d64
60 pusha only32 v
61 popa only32 v
62 bound Gv,Mn only32
63 arpl Ew,Gw only32
63 movsxd Gv,Ez only64
68 push Iz d64
69 imul Gv,Ev,Iz
6A push Is d64
6B imul Gv,Ev,Is
6C ins Yb,DX rep priv
6D ins Yz,DX rep priv
6E outs DX,Xb rep priv
6F outs DX,Xz rep priv
84 test Eb,Gb
85 test Ev,Gv
86 xchg Eb,Gb lock
87 xchg Ev,Gv lock
88 mov Eb,Gb
89 mov Ev,Gv
8A mov Gb,Eb
8B mov Gv,Ev
8C/0 mov Ev:w,Sw
8C/1 mov Ev:w,Sw
8C/2 mov Ev:w,Sw
8C/3 mov Ev:w,Sw
8C/4 mov Ev:w,Sw
8C/5 mov Ev:w,Sw
8D lea Gv,Mn
8E/0 mov Sw,Ev:w
8E/2 mov Sw,Ev:w
8E/3 mov Sw,Ev:w
8E/4 mov Sw,Ev:w
8E/5 mov Sw,Ev:w
8F/0 pop Ev d64
90+ xchg Zv,rAX rexb
98 cbw/cwde/cdqe v
99 cwd/cdq/cqo v
9A callf Ap only32
9B fwait
9C pushf d64
9D popf d64
9E sahf
9F lahf
A0 mov AL,Ob
A1 mov rAX,Ov
A2 mov Ob,AL
A3 mov Ov,rAX
A4 movs Yb,Xb rep
A5 movs Yv,Xv rep
A6 cmps Xb,Yb repz
A7 cmps Xv,Yv repz
A8 test AL,Ib
A9 test rAX,Iz
AA stos Yb,AL rep
AB stos Yv,rAX rep
AC lods AL,Xb rep
AD lods rAX,Xv rep
AE scas AL,Yb repz
AF scas rAX,Yv repz
B0+ mov Zb,Ib
B8+ mov Zv,Iv
C2 ret Iw f64
C3 ret f64
C4 les Gz,Mp only32
C5 lds Gz,Mp only32
C6/0 mov Eb,Ib
C7/0 mov Ev,Iz
C8 enter Iw,Ib d64
C9 leave d64
CA retf Iw v
CB retf v
CC int3
CD int Ib
CE into only32
CF iret v
D4 aam Ib only32
D5 aad Ib only32
D6 salc only32
D7 xlat
E0 loopne Jb f64
E1 loope Jb f64
E2 loop Jb f64
E3 jrcxz Jb f64
E4 in AL,Ib priv
E5 in zAX,Ib priv
E6 out Ib,AL priv
E7 out Ib,zAX priv
E8 call Jz f64
E9 jmp Jz f64
EA jmpf Ap only32
EB jmp Jb f64
EC in AL,DX priv
ED in zAX,DX priv
EE out DX,AL priv
EF out DX,zAX priv
F1 int1
F4 hlt priv
F5 cmc
F6/0 test Eb,Ib
F6/1 test Eb,Ib
F6/2 not Eb lock
F6/3 neg Eb lock
F6/4 mul Eb
F6/5 imul Eb
F6/6 div Eb
F6/7 idiv Eb
F7/0 test Ev,Iz
F7/1 test Ev,Iz
F7/2 not Ev lock
F7/3 neg Ev lock
F7/4 mul Ev
F7/5 imul Ev
F7/6 div Ev
F7/7 idiv Ev
F8 clc
F9 stc
FA cli priv
FB sti priv
FC cld
FD std
FE/0 inc Eb lock
FE/1 dec Eb lock
FF/0 inc Ev lock
FF/1 dec Ev lock
FF/2 call Ev f64
FF/3 callf Mp
FF/4 jmp Ev f64
FF/5 jmpf Mp
FF/6 push Ev d64
0F00/0 sldt Ev:w
0F00/1 str Ev:w
0F00/2 lldt Ew priv
0F00/3 ltr Ew priv
0F00/4 verr Ew
0F00/5 verw Ew
0F01/0 sgdt Mn
0F01/1 sidt Mn
0F01/2 lgdt Mn priv
0F01/3 lidt Mn priv
0F01/4 smsw Ev:w
0F01/6 lmsw Ew priv
0F01/7 invlpg Mb priv
0F01/7.0 swapgs only64 priv
0F02 lar Gv,Ev:w
0F03 lsl Gv,Ev:w
0F05 syscall only64
0F06 clts priv
0F07 sysret only64 y priv
0F08 invd priv
0F09 wbinvd priv
0F0B ud2
0F0D/0 prefetch Mb
0F0D/1 prefetchw Mb
0F0D/2 prefetchwt1 Mb
0F0D/3 prefetch Mb
0F0D/4 prefetch Mb
0F0D/5 prefetch Mb
0F0D/6 prefetch Mb
0F0D/7 prefetch Mb
0F0D nop Ev reg
0F19 nop Ev
0F1A nop Ev
0F1B nop Ev
0F1C nop Ev
0F1D nop Ev
0F1E nop Ev
F3 0F1E/7.2 endbr64
F3 0F1E/7.3 endbr32
0F1F nop Ev
0F20/0 mov Rv,Cn anymod f64 priv
0F20/2 mov Rv,Cn anymod f64 priv
0F20/3 mov Rv,Cn anymod f64 priv
0F20/4 mov Rv,Cn anymod f64 priv
0F21 mov Rv,Dn anymod f64 priv
0F22/0 mov Cn,Rv anymod f64 priv
0F22/2 mov Cn,Rv anymod f64 priv
0F22/3 mov Cn,Rv anymod f64 priv
0F22/4 mov Cn,Rv anymod f64 priv
0F23 mov Dn,Rv anymod f64 priv
0F30 wrmsr priv
0F31 rdtsc
0F32 rdmsr priv
0F33 rdpmc priv
0F34 sysenter only32
0F35 sysexit priv
0FA0 push FS d64
0FA1 pop FS d64
0FA2 cpuid
0FA3 bt Ev,Gv
0FA4 shld Ev,Gv,Ib
0FA5 shld Ev,Gv,CL
0FA8 push GS d64
0FA9 pop GS d64
0FAB bts Ev,Gv lock
0FAC shrd Ev,Gv,Ib
0FAD shrd Ev,Gv,CL
NP 0FAE/0 fxsave/fxsave64 Mn y
NP 0FAE/1 fxrstor/fxrstor64 Mn y
NP 0FAE/7 clflush Mb
0FAF imul Gv,Ev
0FB0 cmpxchg Eb,Gb lock
0FB1 cmpxchg Ev,Gv lock
0FB2 lss Gv,Mp
0FB3 btr Ev,Gv lock
0FB4 lfs Gv,Mp
0FB5 lgs Gv,Mp
0FB6 movzx Gv,Eb
0FB7 movzx Gv,Ew
0FB9 ud1 Gv,Ev
0FBA/4 bt Ev,Ib
0FBA/5 bts Ev,Ib lock
0FBA/6 btr Ev,Ib lock
0FBA/7 btc Ev,Ib lock
0FBB btc Ev,Gv lock
0FBC bsf Gv,Ev
0FBD bsr Gv,Ev
0FBE movsx Gv,Eb
0FBF movsx Gv,Ew
0FC0 xadd Eb,Gb lock
0FC1 xadd Ev,Gv lock
0FC7/1 cmpxchg8b/cmpxchg16b Mn lock y
0FC8+ bswap Zv
0FFF ud0 Gv,Ev
`;

// The exchange of the accumulator with itself, which would clear the upper half if it were one.
const nothing = `
90 nop v
F3 90 pause
`;

const x87Arithmetic = ['fadd', 'fmul', 'fcom', 'fcomp', 'fsub', 'fsubr', 'fdiv', 'fdivr']
  .map(
    (name, index) => `
D8/${index} ${name} Md
D8/${index} ${name} ${/com/.test(name) ? 'F' : 'ST,F'}
DA/${index} ${name.replace('f', 'fi')} Md
DC/${index} ${name} Mq
DE/${index} ${name.replace('f', 'fi')} Mw`,
  )
  .join('');

// Where two opcodes do the same, the one that the manuals leave out has its twin's name.
const x87 = `
D9/0 fld Md
D9/2 fst Md
D9/3 fstp Md
D9/4 fldenv Mn v
D9/5 fldcw Mw
D9/6 fnstenv Mn v
D9/7 fnstcw Mw
D9/0 fld F
D9/1 fxch F
D9/2.0 fnop
D9/3 fstp F
D9/4.0 fchs
D9/4.1 fabs
D9/4.4 ftst
D9/4.5 fxam
D9/5.0 fld1
D9/5.1 fldl2t
D9/5.2 fldl2e
D9/5.3 fldpi
D9/5.4 fldlg2
D9/5.5 fldln2
D9/5.6 fldz
D9/6.0 f2xm1
D9/6.1 fyl2x
D9/6.2 fptan
D9/6.3 fpatan
D9/6.4 fxtract
D9/6.5 fprem1
D9/6.6 fdecstp
D9/6.7 fincstp
D9/7.0 fprem
D9/7.1 fyl2xp1
D9/7.2 fsqrt
D9/7.3 fsincos
D9/7.4 frndint
D9/7.5 fscale
D9/7.6 fsin
D9/7.7 fcos
DA/0 fcmovb ST,F
DA/1 fcmove ST,F
DA/2 fcmovbe ST,F
DA/3 fcmovu ST,F
DA/5.1 fucompp
DB/0 fild Md
DB/2 fist Md
DB/3 fistp Md
DB/5 fld Mt
DB/7 fstp Mt
DB/0 fcmovnb ST,F
DB/1 fcmovne ST,F
DB/2 fcmovnbe ST,F
DB/3 fcmovnu ST,F
DB/4.0 fneni
DB/4.1 fndisi
DB/4.2 fnclex
DB/4.3 fninit
DB/4.4 fnsetpm
DB/5 fucomi ST,F
DB/6 fcomi ST,F
DC/0 fadd F,ST
DC/1 fmul F,ST
DC/2 fcom F
DC/3 fcomp F
DC/4 fsubr F,ST
DC/5 fsub F,ST
DC/6 fdivr F,ST
DC/7 fdiv F,ST
DD/0 fld Mq
DD/2 fst Mq
DD/3 fstp Mq
DD/4 frstor Mn v
DD/6 fnsave Mn v
DD/7 fnstsw Mw
DD/0 ffree F
DD/1 fxch F
DD/2 fst F
DD/3 fstp F
DD/4 fucom F
DD/5 fucomp F
DE/0 faddp F,ST
DE/1 fmulp F,ST
DE/2 fcomp F
DE/3.1 fcompp
DE/4 fsubrp F,ST
DE/5 fsubp F,ST
DE/6 fdivrp F,ST
DE/7 fdivp F,ST
DF/0 fild Mw
DF/2 fist Mw
DF/3 fistp Mw
DF/4 fbld Mt
DF/5 fild Mq
DF/6 fbstp Mt
DF/7 fistp Mq
DF/0 ffreep F
DF/1 fxch F
DF/2 fstp F
DF/3 fstp F
DF/4.0 fnstsw AX
DF/5 fucomip ST,F
DF/6 fcomip ST,F
`;

/** Rows of instructions that exist for MMX registers without a prefix, and for XMM registers with 66. */
const both = (map: string, list: string): string =>
  list
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [opcode = '', name = ''] = word.split('=');
      // These read half of an MMX operand in memory.
      const source = /^6[012]$/.test(opcode) && map === '0F' ? 'Qd' : 'Qq';
      return `\nNP ${map}${opcode} ${name} Pq,${source}\n66 ${map}${opcode} ${name} Vx,Wx`;
    })
    .join('');

/** The MMX half or the SSE half of such rows. */
const half = (rows: string, prefix: 'NP' | '66'): string =>
  rows
    .split('\n')
    .filter((row) => row.startsWith(prefix))
    .join('\n');

const packedMmx = both(
  '0F',
  `60=punpcklbw 61=punpcklwd 62=punpckldq 63=packsswb 64=pcmpgtb 65=pcmpgtw 66=pcmpgtd 67=packuswb 68=punpckhbw 69=punpckhwd 6A=punpckhdq
   6B=packssdw 74=pcmpeqb 75=pcmpeqw 76=pcmpeqd D1=psrlw D2=psrld D3=psrlq D5=pmullw D8=psubusb D9=psubusw DB=pand DC=paddusb
   DD=paddusw DF=pandn E1=psraw E2=psrad E5=pmulhw E8=psubsb E9=psubsw EB=por EC=paddsb ED=paddsw EF=pxor F1=psllw F2=pslld F3=psllq
   F5=pmaddwd F8=psubb F9=psubw FA=psubd FC=paddb FD=paddw FE=paddd`,
);
/** These came to MMX registers with SSE. */
const packedSse = both('0F', 'DA=pminub DE=pmaxub E0=pavgb E3=pavgw E4=pmulhuw EA=pminsw EE=pmaxsw F6=psadbw');
const packedSse2 = both('0F', 'D4=paddq F4=pmuludq FB=psubq');
const packedSsse3 = both(
  '0F38',
  `00=pshufb 01=phaddw 02=phaddd 03=phaddsw 04=pmaddubsw 05=phsubw 06=phsubd 07=phsubsw 08=psignb 09=psignw 0A=psignd 0B=pmulhrsw
   1C=pabsb 1D=pabsw 1E=pabsd`,
);

const mmx = `
NP 0F6E movd/movq Pq,Ey
NP 0F6F movq Pq,Qq
NP 0F71/2 psrlw Nq,Ib
NP 0F71/4 psraw Nq,Ib
NP 0F71/6 psllw Nq,Ib
NP 0F72/2 psrld Nq,Ib
NP 0F72/4 psrad Nq,Ib
NP 0F72/6 pslld Nq,Ib
NP 0F73/2 psrlq Nq,Ib
NP 0F73/6 psllq Nq,Ib
NP 0F77 emms
NP 0F7E movd/movq Ey,Pq
NP 0F7F movq Qq,Pq
`;

const sse = `
NP 0F10 movups Vx,Wx
F3 0F10 movss Vx,Wd
NP 0F11 movups Wx,Vx
F3 0F11 movss Wd,Vx
NP 0F12 movlps Vx,Mq
NP 0F12 movhlps Vx,Ux
NP 0F13 movlps Mq,Vx
NP 0F14 unpcklps Vx,Wx
NP 0F15 unpckhps Vx,Wx
NP 0F16 movhps Vx,Mq
NP 0F16 movlhps Vx,Ux
NP 0F17 movhps Mq,Vx
0F18/0 prefetchnta Mb
0F18/1 prefetcht0 Mb
0F18/2 prefetcht1 Mb
0F18/3 prefetcht2 Mb
0F18/0 nop Ev reg
0F18/1 nop Ev reg
0F18/2 nop Ev reg
0F18/3 nop Ev reg
0F18/4 nop Ev
0F18/5 nop Ev
0F18/6 nop Ev
0F18/7 nop Ev
NP 0F28 movaps Vx,Wx
NP 0F29 movaps Wx,Vx
NP 0F2A cvtpi2ps Vx,Qq
F3 0F2A cvtsi2ss Vx,Ey
NP 0F2B movntps Mx,Vx
NP 0F2C cvttps2pi Pq,Wq
F3 0F2C cvttss2si Gy,Wd
NP 0F2D cvtps2pi Pq,Wq
F3 0F2D cvtss2si Gy,Wd
NP 0F2E ucomiss Vx,Wd
NP 0F2F comiss Vx,Wd
NP 0F50 movmskps Gd,Ux
NP 0F51 sqrtps Vx,Wx
F3 0F51 sqrtss Vx,Wd
NP 0F52 rsqrtps Vx,Wx
F3 0F52 rsqrtss Vx,Wd
NP 0F53 rcpps Vx,Wx
F3 0F53 rcpss Vx,Wd
NP 0F54 andps Vx,Wx
NP 0F55 andnps Vx,Wx
NP 0F56 orps Vx,Wx
NP 0F57 xorps Vx,Wx
NP 0F58 addps Vx,Wx
F3 0F58 addss Vx,Wd
NP 0F59 mulps Vx,Wx
F3 0F59 mulss Vx,Wd
NP 0F5C subps Vx,Wx
F3 0F5C subss Vx,Wd
NP 0F5D minps Vx,Wx
F3 0F5D minss Vx,Wd
NP 0F5E divps Vx,Wx
F3 0F5E divss Vx,Wd
NP 0F5F maxps Vx,Wx
F3 0F5F maxss Vx,Wd
NP 0F70 pshufw Pq,Qq,Ib
NP 0FAE/2 ldmxcsr Md
NP 0FAE/3 stmxcsr Md
NP 0FAE/7 sfence reg
NP 0FC2 cmpps Vx,Wx,Ib
F3 0FC2 cmpss Vx,Wd,Ib
NP 0FC4 pinsrw Pq,Ed:w,Ib
NP 0FC5 pextrw Gd,Nq,Ib
NP 0FC6 shufps Vx,Wx,Ib
NP 0FD7 pmovmskb Gd,Nq
NP 0FE7 movntq Mq,Pq
NP 0FF7 maskmovq Pq,Nq
`;

const sse2 = `
66 0F10 movupd Vx,Wx
F2 0F10 movsd Vx,Wq
66 0F11 movupd Wx,Vx
F2 0F11 movsd Wq,Vx
66 0F12 movlpd Vx,Mq
66 0F13 movlpd Mq,Vx
66 0F14 unpcklpd Vx,Wx
66 0F15 unpckhpd Vx,Wx
66 0F16 movhpd Vx,Mq
66 0F17 movhpd Mq,Vx
66 0F28 movapd Vx,Wx
66 0F29 movapd Wx,Vx
66 0F2A cvtpi2pd Vx,Qq
F2 0F2A cvtsi2sd Vx,Ey
66 0F2B movntpd Mx,Vx
66 0F2C cvttpd2pi Pq,Wx
F2 0F2C cvttsd2si Gy,Wq
66 0F2D cvtpd2pi Pq,Wx
F2 0F2D cvtsd2si Gy,Wq
66 0F2E ucomisd Vx,Wq
66 0F2F comisd Vx,Wq
66 0F50 movmskpd Gd,Ux
66 0F51 sqrtpd Vx,Wx
F2 0F51 sqrtsd Vx,Wq
66 0F54 andpd Vx,Wx
66 0F55 andnpd Vx,Wx
66 0F56 orpd Vx,Wx
66 0F57 xorpd Vx,Wx
66 0F58 addpd Vx,Wx
F2 0F58 addsd Vx,Wq
66 0F59 mulpd Vx,Wx
F2 0F59 mulsd Vx,Wq
NP 0F5A cvtps2pd Vx,Wq
66 0F5A cvtpd2ps Vx,Wx
F3 0F5A cvtss2sd Vx,Wd
F2 0F5A cvtsd2ss Vx,Wq
NP 0F5B cvtdq2ps Vx,Wx
66 0F5B cvtps2dq Vx,Wx
F3 0F5B cvttps2dq Vx,Wx
66 0F5C subpd Vx,Wx
F2 0F5C subsd Vx,Wq
66 0F5D minpd Vx,Wx
F2 0F5D minsd Vx,Wq
66 0F5E divpd Vx,Wx
F2 0F5E divsd Vx,Wq
66 0F5F maxpd Vx,Wx
F2 0F5F maxsd Vx,Wq
66 0F6C punpcklqdq Vx,Wx
66 0F6D punpckhqdq Vx,Wx
66 0F6E movd/movq Vx,Ey
66 0F6F movdqa Vx,Wx
F3 0F6F movdqu Vx,Wx
66 0F70 pshufd Vx,Wx,Ib
F3 0F70 pshufhw Vx,Wx,Ib
F2 0F70 pshuflw Vx,Wx,Ib
66 0F71/2 psrlw Ux,Ib
66 0F71/4 psraw Ux,Ib
66 0F71/6 psllw Ux,Ib
66 0F72/2 psrld Ux,Ib
66 0F72/4 psrad Ux,Ib
66 0F72/6 pslld Ux,Ib
66 0F73/2 psrlq Ux,Ib
66 0F73/3 psrldq Ux,Ib
66 0F73/6 psllq Ux,Ib
66 0F73/7 pslldq Ux,Ib
66 0F7E movd/movq Ey,Vx
F3 0F7E movq Vx,Wq
66 0F7F movdqa Wx,Vx
F3 0F7F movdqu Wx,Vx
NP 0FAE/5 lfence reg
NP 0FAE/6 mfence reg
66 0FC2 cmppd Vx,Wx,Ib
F2 0FC2 cmpsd Vx,Wq,Ib
NP 0FC3 movnti My,Gy
66 0FC4 pinsrw Vx,Ed:w,Ib
66 0FC5 pextrw Gd,Ux,Ib
66 0FC6 shufpd Vx,Wx,Ib
66 0FD6 movq Wq,Vx
F3 0FD6 movq2dq Vx,Nq
F2 0FD6 movdq2q Pq,Ux
66 0FD7 pmovmskb Gd,Ux
66 0FE6 cvttpd2dq Vx,Wx
F3 0FE6 cvtdq2pd Vx,Wq
F2 0FE6 cvtpd2dq Vx,Wx
66 0FE7 movntdq Mx,Vx
66 0FF7 maskmovdqu Vx,Ux
`;

const sse3 = `
F3 0F12 movsldup Vx,Wx
F2 0F12 movddup Vx,Wq
F3 0F16 movshdup Vx,Wx
66 0F7C haddpd Vx,Wx
F2 0F7C haddps Vx,Wx
66 0F7D hsubpd Vx,Wx
F2 0F7D hsubps Vx,Wx
66 0FD0 addsubpd Vx,Wx
F2 0FD0 addsubps Vx,Wx
F2 0FF0 lddqu Vx,Mx
DB/1 fisttp Md
DD/1 fisttp Mq
DF/1 fisttp Mw
`;

const ssse3 = `
NP 0F3A0F palignr Pq,Qq,Ib
66 0F3A0F palignr Vx,Wx,Ib
`;

const sse41 = `
66 0F3810 pblendvb Vx,Wx,XMM0
66 0F3814 blendvps Vx,Wx,XMM0
66 0F3815 blendvpd Vx,Wx,XMM0
66 0F3817 ptest Vx,Wx
66 0F3820 pmovsxbw Vx,Wq
66 0F3821 pmovsxbd Vx,Wd
66 0F3822 pmovsxbq Vx,Ww
66 0F3823 pmovsxwd Vx,Wq
66 0F3824 pmovsxwq Vx,Wd
66 0F3825 pmovsxdq Vx,Wq
66 0F3828 pmuldq Vx,Wx
66 0F3829 pcmpeqq Vx,Wx
66 0F382A movntdqa Vx,Mx
66 0F382B packusdw Vx,Wx
66 0F3830 pmovzxbw Vx,Wq
66 0F3831 pmovzxbd Vx,Wd
66 0F3832 pmovzxbq Vx,Ww
66 0F3833 pmovzxwd Vx,Wq
66 0F3834 pmovzxwq Vx,Wd
66 0F3835 pmovzxdq Vx,Wq
66 0F3838 pminsb Vx,Wx
66 0F3839 pminsd Vx,Wx
66 0F383A pminuw Vx,Wx
66 0F383B pminud Vx,Wx
66 0F383C pmaxsb Vx,Wx
66 0F383D pmaxsd Vx,Wx
66 0F383E pmaxuw Vx,Wx
66 0F383F pmaxud Vx,Wx
66 0F3840 pmulld Vx,Wx
66 0F3841 phminposuw Vx,Wx
66 0F3A08 roundps Vx,Wx,Ib
66 0F3A09 roundpd Vx,Wx,Ib
66 0F3A0A roundss Vx,Wd,Ib
66 0F3A0B roundsd Vx,Wq,Ib
66 0F3A0C blendps Vx,Wx,Ib
66 0F3A0D blendpd Vx,Wx,Ib
66 0F3A0E pblendw Vx,Wx,Ib
66 0F3A14 pextrb Ed:b,Vx,Ib
66 0F3A15 pextrw Ed:w,Vx,Ib
66 0F3A16 pextrd/pextrq Ey,Vx,Ib
66 0F3A17 extractps Ed,Vx,Ib
66 0F3A20 pinsrb Vx,Ed:b,Ib
66 0F3A21 insertps Vx,Wd,Ib
66 0F3A22 pinsrd/pinsrq Vx,Ey,Ib
66 0F3A40 dpps Vx,Wx,Ib
66 0F3A41 dppd Vx,Wx,Ib
66 0F3A42 mpsadbw Vx,Wx,Ib
`;

const sse42 = `
66 0F3837 pcmpgtq Vx,Wx
F2 0F38F0 crc32 Gy,Eb
F2 0F38F1 crc32 Gy,Ev
66 0F3A60 pcmpestrm Vx,Wx,Ib
66 0F3A61 pcmpestri Vx,Wx,Ib
66 0F3A62 pcmpistrm Vx,Wx,Ib
66 0F3A63 pcmpistri Vx,Wx,Ib
`;

/** The rows, part by part. */
export const INSTRUCTION_TABLE: readonly (readonly [Feature, string])[] = [
  ['base', arithmetic + base + nothing + shifts + conditional],
  ['x87', x87Arithmetic + x87],
  ['mmx', mmx + half(packedMmx, 'NP')],
  ['sse', sse + half(packedSse, 'NP')],
  ['sse2', `${sse2}${half(packedMmx, '66')}\n${half(packedSse, '66')}\n${packedSse2}`],
  ['sse3', sse3],
  ['ssse3', ssse3 + packedSsse3],
  ['sse4.1', sse41],
  ['sse4.2', sse42],
  ['popcnt', 'F3 0FB8 popcnt Gv,Ev'],
];
