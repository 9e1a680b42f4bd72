/*
 * The load generator of the benchmarks: one operation repeated, the median time of one in microseconds printed.
 *
 *   client cycle FILE COUNT    open, one read, close
 *   client stat FILE COUNT     stat(2)
 *   client list DIR COUNT      opendir, readdir to the end, closedir
 *   client scan PROC COUNT     one pass over every process: stat, statm, status, cmdline, one read each; time per file
 *   client small DIR COUNT     make a file, write 100 bytes, close, unlink
 *   client flood FILE SECONDS  cycles for a time; prints how many, and fails at the first error
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 16];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void fail(const char *what)
{
	fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void cycle(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		fail(path);
	if (read(fd, buffer, sizeof buffer) < 0)
		fail(path);
	close(fd);
}

static void status_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		fail(path);
}

static void small(const char *directory)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/small", directory);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
	if (fd < 0)
		fail(path);
	if (write(fd, buffer, 100) != 100)
		fail(path);
	if (close(fd) < 0 || unlink(path) < 0)
		fail(path);
}

static void list(const char *path)
{
	DIR *dir = opendir(path);

	if (!dir)
		fail(path);
	while (readdir(dir))
		;
	closedir(dir);
}

/* Returns how many files were read; a process that ends meanwhile is no error. */
static int scan(const char *proc)
{
	static const char *const files[] = { "stat", "statm", "status", "cmdline" };
	char path[4096];
	struct dirent *entry;
	DIR *dir = opendir(proc);
	int count = 0;

	if (!dir)
		fail(proc);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
			int fd;

			snprintf(path, sizeof path, "%s/%s/%s", proc, entry->d_name, files[i]);
			fd = open(path, O_RDONLY);
			if (fd < 0)
				continue;
			if (read(fd, buffer, sizeof buffer) >= 0)
				count++;
			close(fd);
		}
	}
	closedir(dir);
	return count;
}

static int flood(const char *path, double seconds)
{
	double end = now() + seconds * 1e6;
	long count = 0;

	do {
		cycle(path);
		count++;
	} while (now() < end);
	printf("%ld\n", count);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argv[1], *path;
	double *times;
	int count;

	if (argc != 4)
		return 2;
	path = argv[2];
	if (!strcmp(mode, "flood"))
		return flood(path, atof(argv[3]));
	count = atoi(argv[3]);
	times = calloc(count, sizeof *times);
	for (int i = 0; i < count; i++) {
		double start = now();
		int parts = 1;

		if (!strcmp(mode, "cycle"))
			cycle(path);
		else if (!strcmp(mode, "stat"))
			status_of(path);
		else if (!strcmp(mode, "small"))
			small(path);
		else if (!strcmp(mode, "list"))
			list(path);
		else
			parts = scan(path);
		times[i] = (now() - start) / (parts ? parts : 1);
	}
	qsort(times, count, sizeof *times, ascending);
	printf("%.3f\n", times[count / 2]);
	return 0;
}
