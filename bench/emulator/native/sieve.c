/* The sieve of Eratosthenes over two million numbers, ARGV[1] times: loops over bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 2000000 };

static unsigned char composite[LIMIT];

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned long total = 0;
	for (int round = 0; round < rounds; round++) {
		memset(composite, 0, sizeof composite);
		for (unsigned i = 2; i < LIMIT; i++) {
			if (composite[i])
				continue;
			total += i ^ round;
			for (unsigned long j = (unsigned long)i * i; j < LIMIT; j += i)
				composite[j] = 1;
		}
	}
	printf("%lu\n", total);
	return 0;
}
