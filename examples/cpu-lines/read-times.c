/*
 * Reads the cpu lines of a /proc/stat in the way that libuv, and so every Node.js program, read them for years: six
 * numbers behind each "cpuN", or else abort(). FreeBSD's linprocfs once printed four.
 *
 *   read-times FILE
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	uint64_t user, nice, system, idle, wait, irq;
	char line[1024];
	unsigned cpu, count = 0;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!file || !fgets(line, sizeof line, file))
		return 2;
	while (fgets(line, sizeof line, file) && sscanf(line, "cpu%u ", &cpu) == 1) {
		const char *numbers = strchr(line, ' ');

		if (sscanf(numbers, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &user, &nice,
			   &system, &idle, &wait, &irq) != 6)
			abort();
		printf("cpu%u: user %" PRIu64 " nice %" PRIu64 " system %" PRIu64 " idle %" PRIu64 " irq %" PRIu64 "\n",
		       cpu, user, nice, system, idle, irq);
		count++;
	}
	fclose(file);
	return count ? 0 : 3;
}
