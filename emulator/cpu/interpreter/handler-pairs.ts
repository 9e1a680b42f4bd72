/**
 * Which instructions often follow each other in what compilers write, as counted in programs of the benchmark and in bash, python3 and cc1: each pair has a
 * handler that does both. A line is the first, and all that follow it.
 *
 * An instruction is named by its mnemonic, operands and operand size. Operands are as in the instruction table, but for those of ModRM.rm: E is a register,
 * P memory without an index, M any memory; they have a size where it is another. F stands behind what makes flags, or the jump that is done as well.
 */

export const HANDLER_PAIRS = `
mov E,G 4: mov E,G 4; shr E,I 4; pop E 8; add E,G 4; sub E,I 8; call J 8; xor E,G 4; sub E,I 4 jne; ror E,I 4; rol E,I 4; cmp P,G 8 jne; not E 4; and E,G 4; cmp E,I 8 jne; jmp J 8; sar E,I 4
pop E 8: pop E 8; ret 8
add E,G 8: cmp E,I 8 jbe
mov M,I 1: add E,G 8
push E 8: push E 8; mov E,G 4; mov E,G 8
mov G,P 8: jmp E 8; mov E,G 4; mov G,P 8; add P,I 8; test E,G 8 je; mov P,G 8; mov E,G 8; movsx G,Pw 4
movsxd G,Pz 8: add E,I 8; movsxd G,Pz 8; mov G,M 8
add E,G 4: mov E,G 4; lea G,M 4; mov G,P 8
mov M,G 8: mov G,P 8
xor E,G 4: mov E,G 4; add E,G 4; mov G,M 4; and E,G 4
sub E,I 8: cmp E,I 4 jbe
add E,I 8: cmp E,I 8 je; movsxd G,Pz 8; mov G,M 8; add E,G 4; add P,I 8
movzx G,Mb 4: test E,G 1 jne
and E,G 4: xor E,G 4; add E,G 4
rol E,I 4: xor E,G 4
mov E,G 8: mov E,G 8; push E 8; shl E,I 8; mov G,P 8
imul G,E 4: mov E,G 4
add P,I 8: movsx G,Pw 4
shr E,I 4: and E,I 4 F; rol E,I 4
mov G,P 4: ja J 8; movsxd G,Mz 8; mov G,P 4
ror E,I 4: ror E,I 4; xor E,G 4; and E,G 4
lea G,P 4: call J 8; mov E,G 4
lea G,M 4: add E,I 8 F; mov E,G 4
movsxd G,Mz 8: add E,G 8 F
movsx G,Pw 4: imul G,E 4; mov G,P 8; add E,I 8
mov G,M 8: and E,I 4 F
mov E,I 4: mov E,G 4
mov P,G 4: cmp E,G 8 jne
not E 4: and E,G 4
mov G,M 4: add G,M 4
add G,M 4: add E,I 8
and E,I 4: and E,I 4
shl E,I 8: shl E,I 8
lea G,M 8: lea G,M 8
sar E,I 4: and E,I 4
`;

/** What most programs do most, likewise, two in one with a plus: the handlers of the smaller loop. */
export const COMMON_HANDLERS = `
mov G,P 8; mov E,G 8; mov P,G 8; add E,I 8; lea G,P 8; mov E,G 4; pop E 8 + pop E 8; mov G,P 4; movzx G,Pb 4; ret 8; test E,G 8 je; mov G,M 8; call J 8
add E,G 8; xor E,G 4; lea G,M 8; push E 8 + push E 8; jmp J 8; jne J 8; sub E,I 8; mov E,I 4; mov E,G 8 + mov E,G 8; mov G,P 8 + mov G,P 8
movsxd G,Ez 8; je J 8; add E,I 8 F; test E,G 4 je; and E,I 4; mov P,G 4; push E 8 + mov E,G 8; and E,I 8; cmp E,I 4 je; test E,G 4 jne; cmp E,G 8 jb
test E,G 8 jne; movzx G,Eb 4; mov G,M 4; cmp E,I 8 je; shl E,I 8; mov E,G 4 + mov E,G 4; cmp E,I 8 jne; mov G,P 8 + test E,G 8 je; cmp E,I 4 jne
push E 8; mov G,P 8 + mov E,G 8; cmp E,G 8 je; and E,G 8; sete Eb 1; cmp E,I 8 ja; jmp P 8; lea G,P 4; cmp E,G 8 jne; movzx G,Mb 4; shl E,I 4; shr E,I 4
mov E,G 8 + shl E,I 8; add E,I 4; add E,G 4; xor E,G 4 F; movzx G,Pw 4; and G,M 8; mov P,I 8; sub E,G 8; test P,I 1 je; mov G,P 8 + mov P,G 8; not E 8
cmp E,I 8 jbe; test E,I 1 je; or E,G 8 F; mov E,G 8 + push E 8; cmp E,I 4 ja; xor E,G 4 + mov E,G 4; shr E,I 8; movzx G,Mw 4; cmp E,I 1 je; cmp E,G 4 je
test E,G 1 je; test E,I 1 jne; cmp E,I 2 F; test P,I 1 jne; push E 8 + mov E,G 4; cmp E,G 8 jae; cmp P,I 8 jne; pop E 8 + ret 8; xor E,G 8; jb J 8
sub E,I 4; shl E,I 8 + shl E,I 8; lea G,M 4; mov E,I 4 + mov E,G 4; test E,G 1 jne; shl E,CL 8; cmp E,I 4 jg; cmp E,G 4 F; cmp E,I 4 F; or E,G 8
mov P,I 4; shr E,CL 4; test E,G 8 js; rol E,I 8; cmp P,I 8 je; jmp E 8; cmp P,I 1 jne; test E,G 4 jle; sub E,G 8 F; setne Eb 1; mov P,G 1; cmp P,I 1 je
mov M,G 2; cmp P,I 8 F; call P 8; sub E,G 4 F; shr E,I 1; sub E,I 8 F; jae J 8
pxor V,W 0; pcmpeqb V,W 0; pmovmskb G,U 0; movups P,V 0; movups V,P 0; movaps P,V 0; movdqu V,P 0; movdqa V,P 0
`;
