/* The Fibonacci number ARGV[1], as it is defined: calls and returns. */
#include <stdio.h>
#include <stdlib.h>

/* The compiler would unroll the recursion; then much of it would be no calls any more. */
__attribute__((noinline, optimize("no-optimize-sibling-calls", "no-inline-functions", "no-tree-tail-merge")))
static unsigned fibonacci(unsigned n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv)
{
	printf("%u\n", fibonacci(argc > 1 ? (unsigned)atoi(argv[1]) : 20));
	return 0;
}
