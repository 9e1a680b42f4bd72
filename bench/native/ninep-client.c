/*
 * Load for 9P2000.L servers: keeps a number of requests under way on one connection and prints the mean time of one in
 * microseconds, or for reads the rate in MiB/s.
 *
 *   ninep-client HOST PORT ANAME MODE PATH DEPTH COUNT [SIZE]
 *
 *   getattr   Tgetattr of PATH
 *   read      Tread of SIZE bytes from the beginning of PATH
 *   stream    Tread of SIZE bytes after SIZE bytes of PATH, from the beginning again at its end; prints MiB/s
 *   cycle     Twalk to PATH, Tlopen, Tread of SIZE bytes, Tclunk, one after the other; prints the time of all four
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MSIZE = 1 << 20, HEADER = 7, ROOT_FID = 0, FILE_FID = 1 };
enum { TLOPEN = 12, TGETATTR = 24, RLERROR = 7, TVERSION = 100, TATTACH = 104, TWALK = 110, TREAD = 116, TCLUNK = 120 };

static int connection;
static unsigned char input[MSIZE * 2], output[1 << 16];
static size_t have, taken, built;
static unsigned msize = MSIZE;

static void fail(const char *what) {
	fprintf(stderr, "ninep-client: %s\n", what);
	exit(1);
}

static void put(uint64_t value, int bytes) {
	for (int i = 0; i < bytes; i++) output[built++] = (unsigned char)(value >> (8 * i));
}

static void text(const char *value) {
	size_t length = strlen(value);
	put(length, 2);
	memcpy(output + built, value, length);
	built += length;
}

static size_t begin(int type, unsigned tag) {
	size_t start = built;
	built += 4;
	put((uint64_t)type, 1);
	put(tag, 2);
	return start;
}

static void end(size_t start) {
	size_t length = built - start;
	for (int i = 0; i < 4; i++) output[start + i] = (unsigned char)(length >> (8 * i));
}

static void send_built(void) {
	for (size_t sent = 0; sent < built;) {
		ssize_t n = write(connection, output + sent, built - sent);
		if (n <= 0) fail("the connection is gone");
		sent += (size_t)n;
	}
	built = 0;
}

static uint32_t u32(const unsigned char *at) {
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The next reply, or NULL if there is none as a whole; `wait` waits for one. */
static unsigned char *reply(int wait) {
	for (;;) {
		if (have - taken >= 4 && have - taken >= u32(input + taken)) {
			unsigned char *at = input + taken;
			taken += u32(at);
			if (at[4] == RLERROR) {
				fprintf(stderr, "ninep-client: error %u\n", u32(at + HEADER));
				exit(1);
			}
			return at;
		}
		if (!wait) return NULL;
		memmove(input, input + taken, have - taken);
		have -= taken;
		taken = 0;
		ssize_t n = read(connection, input + have, sizeof input - have);
		if (n <= 0) fail("the connection is gone");
		have += (size_t)n;
	}
}

static unsigned char *ask(size_t start) {
	end(start);
	send_built();
	return reply(1);
}

static void walk(unsigned fid, unsigned new_fid, const char *path, unsigned tag) {
	size_t start = begin(TWALK, tag), count_at;
	unsigned count = 0;
	char copy[4096], *rest = copy, *name;
	snprintf(copy, sizeof copy, "%s", path);
	put(fid, 4);
	put(new_fid, 4);
	count_at = built;
	put(0, 2);
	while ((name = strsep(&rest, "/"))) {
		if (!*name) continue;
		text(name);
		count++;
	}
	output[count_at] = (unsigned char)count;
	end(start);
}

static void connect_to(const char *host, int port) {
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int one = 1;
	inet_pton(AF_INET, host, &address.sin_addr);
	connection = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(connection, (struct sockaddr *)&address, sizeof address)) fail("cannot connect");
	setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void open_file(unsigned tag) {
	size_t start = begin(TLOPEN, tag);
	put(FILE_FID, 4);
	put(0, 4);
	ask(start);
}

static size_t begin_read(unsigned tag, uint64_t offset, uint64_t size) {
	size_t start = begin(TREAD, tag);
	put(FILE_FID, 4);
	put(offset, 8);
	put(size, 4);
	return start;
}

/* What cat(1) does with a small file. */
static void cycle(const char *path, uint64_t size) {
	size_t start;
	walk(ROOT_FID, FILE_FID, path, 1);
	send_built();
	reply(1);
	open_file(1);
	ask(begin_read(1, 0, size));
	start = begin(TCLUNK, 1);
	put(FILE_FID, 4);
	ask(start);
}

int main(int argc, char **argv) {
	if (argc < 8) fail("usage: ninep-client HOST PORT ANAME MODE PATH DEPTH COUNT [SIZE]");
	const char *mode = argv[4], *path = argv[5];
	long depth = atol(argv[6]), count = atol(argv[7]);
	uint64_t size = argc > 8 ? strtoull(argv[8], NULL, 10) : 4096, offset = 0, bytes = 0;
	struct timespec from, to;
	size_t start;

	connect_to(argv[1], atoi(argv[2]));
	start = begin(TVERSION, 0xffff);
	put(MSIZE, 4);
	text("9P2000.L");
	msize = u32(ask(start) + HEADER);
	if (size > msize - 24) size = msize - 24;
	start = begin(TATTACH, 1);
	put(ROOT_FID, 4);
	put(0xffffffff, 4);
	text("");
	text(argv[3]);
	put(0, 4);
	ask(start);
	if (mode[0] != 'c') {
		walk(ROOT_FID, FILE_FID, path, 1);
		send_built();
		reply(1);
	}
	if (mode[0] == 'r' || mode[0] == 's') open_file(1);

	clock_gettime(CLOCK_MONOTONIC, &from);
	if (mode[0] == 'c') for (long done = 0; done < count; done++) cycle(path, size);
	else for (long made = 0, done = 0; done < count;) {
		while (made < count && made - done < depth && built < sizeof output - 8192) {
			unsigned tag = (unsigned)(made % depth);
			switch (mode[0]) {
			case 'g':
				start = begin(TGETATTR, tag);
				put(FILE_FID, 4);
				put(0x7ff, 8);
				end(start);
				made++;
				break;
			default:
				end(begin_read(tag, mode[0] == 's' ? offset : 0, size));
				offset += size;
				made++;
			}
		}
		send_built();
		for (unsigned char *at = reply(1); at; at = reply(0)) {
			done++;
			if (mode[0] != 's') continue;
			bytes += u32(at + HEADER);
			if (u32(at + HEADER) < size) offset = 0;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	if (mode[0] == 's') printf("%.1f\n", (double)bytes / seconds / 1048576);
	else printf("%.3f\n", seconds * 1e6 / (double)count);
	return 0;
}
