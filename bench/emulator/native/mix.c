/* Lists, a switch and function pointers, ARGV[1] times over: branches that depend on data. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { NODES = 4096 };

struct node {
	struct node *next;
	uint32_t value;
	uint32_t kind;
};

static struct node nodes[NODES];

static uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t mix(uint32_t a, uint32_t b) { return (a ^ b) * 0x9e3779b1u; }
static uint32_t turn(uint32_t a, uint32_t b) { return a << (b & 15) | a >> (31 - (b & 15)); }
static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a + 1 : b; }

static uint32_t (*const operations[4])(uint32_t, uint32_t) = { add, mix, turn, least };

static uint32_t apply(const struct node *node, uint32_t sum)
{
	switch (node->kind) {
	case 0: return sum + node->value;
	case 1: return sum ^ node->value >> 3;
	case 2: return sum * 5 + 1;
	case 3: return sum - (node->value | 1);
	case 4: return node->value & 1 ? sum >> 1 : sum << 1;
	case 5: return ~sum;
	case 6: return sum + node->value * 3;
	case 7: return sum / ((node->value & 7) + 1);
	case 8: return sum % 65521 + node->value;
	default: return operations[node->value & 3](sum, node->value);
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	uint32_t seed = 12345;
	for (int i = 0; i < NODES; i++) {
		seed = seed * 1664525 + 1013904223;
		nodes[i].value = seed >> 8;
		nodes[i].kind = (seed >> 20) % 12;
		nodes[i].next = &nodes[(i * 1663 + 7) % NODES];
	}
	uint32_t sum = 1;
	for (int round = 0; round < rounds; round++) {
		struct node *node = &nodes[round % NODES];
		for (int i = 0; i < NODES; i++, node = node->next) {
			sum = apply(node, sum);
			sum = operations[(sum >> 4) & 3](sum, node->value);
		}
	}
	printf("%u\n", sum);
	return 0;
}
