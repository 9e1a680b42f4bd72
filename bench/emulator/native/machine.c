/* A machine of registers whose instructions are addresses of labels, for ARGV[1] turns of its loop: indirect jumps. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct instruction {
	const void *label;
	int a, b, c;
};

enum operation { ADD, SUBTRACT, MULTIPLY, XOR, SHIFT, SET, LOAD, STORE, DECREMENT, JUMP_ZERO, JUMP, HALT };

static uint64_t run(const int (*program)[4], int length, uint64_t turns)
{
	static const void *const labels[] = { &&add, &&subtract, &&multiply, &&xor, &&shift, &&set, &&load, &&store, &&decrement, &&jump_zero, &&jump, &&halt };
	struct instruction code[32];
	uint64_t registers[8] = { 0 };
	uint64_t memory[64] = { 0 };
	for (int i = 0; i < length; i++)
		code[i] = (struct instruction){ labels[program[i][0]], program[i][1], program[i][2], program[i][3] };
	registers[7] = turns;
	const struct instruction *at = code;
#define NEXT goto *(++at)->label
	goto *at->label;
add:
	registers[at->a] = registers[at->b] + registers[at->c];
	NEXT;
subtract:
	registers[at->a] = registers[at->b] - registers[at->c];
	NEXT;
multiply:
	registers[at->a] = registers[at->b] * registers[at->c];
	NEXT;
xor:
	registers[at->a] = registers[at->b] ^ registers[at->c];
	NEXT;
shift:
	registers[at->a] = registers[at->b] >> at->c;
	NEXT;
set:
	registers[at->a] = (uint64_t)at->b;
	NEXT;
load:
	registers[at->a] = memory[registers[at->b] & 63];
	NEXT;
store:
	memory[registers[at->b] & 63] = registers[at->a];
	NEXT;
decrement:
	registers[at->a]--;
	NEXT;
jump_zero:
	if (registers[at->a] == 0) {
		at = code + at->b;
		goto *at->label;
	}
	NEXT;
jump:
	at = code + at->a;
	goto *at->label;
halt:
	return registers[0];
}

int main(int argc, char **argv)
{
	static const int program[][4] = {
		{ SET, 0, 1, 0 }, { SET, 1, 40503, 0 }, { SET, 2, 17, 0 },
		{ JUMP_ZERO, 7, 14, 0 }, { MULTIPLY, 3, 0, 1 }, { ADD, 3, 3, 2 }, { SHIFT, 4, 3, 7 }, { XOR, 0, 3, 4 }, { LOAD, 5, 0, 0 },
		{ ADD, 5, 5, 0 }, { STORE, 5, 4, 0 }, { SUBTRACT, 0, 3, 5 }, { DECREMENT, 7, 0, 0 }, { JUMP, 3, 0, 0 }, { HALT, 0, 0, 0 },
	};
	printf("%lu\n", (unsigned long)run(program, sizeof program / sizeof program[0], argc > 1 ? strtoul(argv[1], NULL, 10) : 1000));
	return 0;
}
