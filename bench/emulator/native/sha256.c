/* SHA-256 (FIPS 180-4) of 16 KiB, ARGV[1] times: rotations and additions in straight lines. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t constants[64];

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes, found by integer bisection. */
static void make_constants(void)
{
	int count = 0;
	for (unsigned prime = 2; count < 64; prime++) {
		int is_prime = 1;
		for (unsigned divisor = 2; divisor * divisor <= prime; divisor++)
			if (prime % divisor == 0)
				is_prime = 0;
		if (!is_prime)
			continue;
		unsigned __int128 wanted = (unsigned __int128)prime << 96;
		uint64_t low = 0, high = (uint64_t)8 << 32;
		while (low + 1 < high) {
			uint64_t middle = low + (high - low) / 2;
			if ((unsigned __int128)middle * middle * middle <= wanted)
				low = middle;
			else
				high = middle;
		}
		constants[count++] = (uint32_t)low;
	}
}

static uint32_t rotate(uint32_t value, int by)
{
	return value >> by | value << (32 - by);
}

static void block(uint32_t state[8], const unsigned char *bytes)
{
	uint32_t schedule[64];
	for (int i = 0; i < 16; i++)
		schedule[i] = (uint32_t)bytes[4 * i] << 24 | bytes[4 * i + 1] << 16 | bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t early = schedule[i - 15], late = schedule[i - 2];
		schedule[i] = schedule[i - 16] + schedule[i - 7] + (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) +
			      (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
	}
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
	for (int i = 0; i < 64; i++) {
		uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + schedule[i];
		uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
	}
	state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static unsigned char data[16384];

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	make_constants();
	for (unsigned i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i * 7 + (i >> 8));
	for (int round = 0; round < rounds; round++)
		for (unsigned at = 0; at < sizeof data; at += 64)
			block(state, data + at);
	for (int i = 0; i < 8; i++)
		printf("%08x", state[i]);
	printf("\n");
	return 0;
}
