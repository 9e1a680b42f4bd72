/* Code that is written anew after it was hot: what is called is always what was written last, wherever the call has become part of. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef uint32_t function(void);

static const unsigned char constant[] = { 0xb8, 0, 0, 0, 0, 0xc3 }; /* mov eax, 0; ret */

static unsigned char *page(int protection)
{
	unsigned char *made = mmap(NULL, 8192, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(made, constant, sizeof constant);
	return made;
}

static void told(const char *what, uint32_t rounds, uint32_t wrong, uint32_t first)
{
	printf("%s: %u of %u wrong, first %u\n", what, wrong, rounds, first);
}

#define ROUNDS(what, rounds, change, value) do { \
	uint32_t wrong = 0, first = 0; \
	for (uint32_t round = 1; round <= rounds; round++) { \
		change; \
		if (((function *)code)() != (uint32_t)(value) && wrong++ == 0) \
			first = round; \
	} \
	told(what, rounds, wrong, first); \
} while (0)

static void __attribute__((noinline)) write_constant(unsigned char *code, uint32_t value)
{
	*(volatile uint32_t *)(code + 1) = value;
}

static void __attribute__((noinline)) write_deep(unsigned char *code, uint32_t value, int depth)
{
	if (depth > 0)
		write_deep(code, value, depth - 1);
	else
		write_constant(code, value);
	__asm__ volatile("" ::: "memory");
}

int main(void)
{
	unsigned char *code = page(PROT_READ | PROT_WRITE | PROT_EXEC);
	ROUNDS("written before each call", 100000, *(volatile uint32_t *)(code + 1) = round, round);
	ROUNDS("written now and then", 200000, if (round % 20000 == 0) *(volatile uint32_t *)(code + 1) = round, round / 20000 * 20000 ?: 100000);
	code = page(PROT_READ | PROT_WRITE | PROT_EXEC);
	ROUNDS("written by another function", 100000, write_constant(code, round), round);
	ROUNDS("written by a deeper one", 60000, write_deep(code, round, 40), round);
	ROUNDS("written by a string instruction", 60000, ({
		unsigned char text[6] = { 0xb8, round, round >> 8, round >> 16, round >> 24, 0xc3 };
		void *to = code, *from = text;
		unsigned long count = sizeof text;
		__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) :: "memory");
	}), round);

	int ends[2];
	pipe(ends);
	ROUNDS("written by the kernel", 20000, ({ write(ends[1], &round, 4); read(ends[0], code + 1, 4); }), round);

	code = page(PROT_READ | PROT_WRITE);
	ROUNDS("writable and executable in turn", 20000, ({
		mprotect(code, 4096, PROT_READ | PROT_WRITE);
		*(volatile uint32_t *)(code + 1) = round;
		mprotect(code, 4096, PROT_READ | PROT_EXEC);
	}), round);

	/* Counts in its own immediate: add dword [rip-9], 1 has the field behind it; mov eax, 0; ret. */
	static const unsigned char own[] = { 0x83, 0x05, 1, 0, 0, 0, 1, 0xb8, 0, 0, 0, 0, 0xc3 };
	code = page(PROT_READ | PROT_WRITE | PROT_EXEC);
	memcpy(code, own, sizeof own);
	ROUNDS("written by itself", 60000, (void)0, round);
	return 0;
}
