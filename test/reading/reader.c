/*
 * Opens and reads files in every way: `reader ROOT [UID]` takes lines "FLAGS PATH" on its input (paths below ROOT) and
 * prints a line of words for each. FLAGS: r read it, w open it for writing too.
 *
 *     PATH open=E wopen=E rwopen=E topen=E write=E read=E end=E size=N stable=B b1=B b7=B b512=B b4096=B b1m=B seek=B pread=B
 *
 * What nobody is to write, by its mode, is written to. E is 0 or an errno, B is 1 when what was read that way is what was
 * read at one go, 0 when not, - when it is not known.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Less than 4 MiB, which the kernel refuses to read of a file below /proc/sys (ENOMEM). */
#define CAPACITY ((1u << 22) - 8192)
/* How much of a file is read in small blocks. */
#define SMALL 20000

static char first[CAPACITY], second[CAPACITY], other[CAPACITY];

/* Reads up to a limit in blocks of one size; returns the count, or minus the errno. */
static long read_blocks(int fd, char *into, size_t block, size_t limit) {
    size_t length = 0;
    while (length < limit) {
        size_t want = block < limit - length ? block : limit - length;
        ssize_t count = read(fd, into + length, want);
        if (count < 0) return -errno;
        if (count == 0) break;
        length += (size_t)count;
    }
    return (long)length;
}

static int try_open(const char *path, int flags) {
    int fd = open(path, flags | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

/* Writes to a file that has no permission for that, which root opens all the same. */
static void try_write(const char *path) {
    struct stat st;
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0222) == 0) printf(" write=%d", write(fd, "x", 1) < 0 ? errno : 0);
    close(fd);
}

static char same(long count, const char *text, long whole, size_t limit) {
    long expected = whole < (long)limit ? whole : (long)limit;
    return count == expected && memcmp(text, first, (size_t)expected) == 0 ? '1' : '0';
}

static void look(const char *path, const char *name, const char *flags) {
    int write_too = strchr(flags, 'w') != NULL, read_too = strchr(flags, 'r') != NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    int error = fd < 0 ? errno : 0;
    printf("%s open=%d", name, error);
    if (write_too) {
        printf(" wopen=%d", try_open(path, O_WRONLY));
        printf(" rwopen=%d", try_open(path, O_RDWR));
        printf(" topen=%d", try_open(path, O_WRONLY | O_TRUNC));
        try_write(path);
    }
    if (fd < 0 || !read_too) {
        if (fd >= 0) close(fd);
        printf("\n");
        return;
    }
    long whole = read_blocks(fd, first, CAPACITY, CAPACITY);
    long end = lseek(fd, 0, SEEK_END);
    printf(" read=%ld end=%d", whole < 0 ? -whole : 0, end < 0 ? errno : 0);
    if (whole < 0) {
        close(fd);
        printf("\n");
        return;
    }
    static const size_t blocks[] = {1, 7, 512, 4096, 1u << 20};
    static const char *names[] = {"b1", "b7", "b512", "b4096", "b1m"};
    char results[5];
    for (int i = 0; i < 5; i++) {
        int again = open(path, O_RDONLY | O_NONBLOCK);
        size_t limit = blocks[i] < 512 ? SMALL * blocks[i] / (blocks[i] == 1 ? 4 : 1) : CAPACITY;
        results[i] = same(again < 0 ? -1 : read_blocks(again, other, blocks[i], limit), other, whole, limit);
        close(again);
    }
    lseek(fd, 0, SEEK_SET);
    char seek = same(read_blocks(fd, other, 4096, CAPACITY), other, whole, CAPACITY);
    // A file that did not fit says nothing about its end.
    if (whole > 2 && whole < CAPACITY) {
        lseek(fd, whole / 2, SEEK_SET);
        long count = read_blocks(fd, other, 100000, CAPACITY);
        if (count != whole - whole / 2 || memcmp(other, first + whole / 2, (size_t)count) != 0) seek = '0';
    }
    char positioned = '1';
    uint32_t random = 12345;
    for (int i = 0; i < (whole > 1000000 ? 2 : 10); i++) {
        random = random * 1103515245u + 12345u;
        long at = whole == 0 ? i : (long)((random >> 8) % (uint32_t)(whole + 10));
        long count = pread(fd, other, 1000, at);
        long expected = at >= whole ? 0 : whole - at;
        if (expected > 1000) expected = 1000;
        if (count < 0 || count > expected || memcmp(other, first + at, (size_t)count) != 0) positioned = '0';
        if (count == 0 && expected > 0) positioned = '0';
    }
    lseek(fd, 0, SEEK_SET);
    long again = read_blocks(fd, second, CAPACITY, CAPACITY);
    int stable = again == whole && memcmp(first, second, (size_t)whole) == 0;
    close(fd);
    printf(" size=%ld stable=%d", whole, stable);
    for (int i = 0; i < 5; i++) printf(" %s=%c", names[i], stable ? results[i] : '-');
    printf(" seek=%c pread=%c\n", stable ? seek : '-', stable ? positioned : '-');
}

int main(int count, char **arguments) {
    if (count < 2) return 2;
    if (count > 2) {
        uid_t id = (uid_t)atoi(arguments[2]);
        if (setgid(id) != 0 || setuid(id) != 0) return 2;
    }
    signal(SIGPIPE, SIG_DFL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    char line[8192], path[9000];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *name = strchr(line, ' ');
        if (!name) continue;
        *name++ = 0;
        snprintf(path, sizeof path, "%s/%s", arguments[1], name);
        look(path, name, line);
    }
    return 0;
}
