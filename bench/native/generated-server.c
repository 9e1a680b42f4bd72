/*
 * What a C server on libfuse3's low-level interface needs for the same work: a directory with one generated file,
 * "loadavg", whose text is printed anew at each open. Single-threaded, which is the fastest for one client. The lifetimes
 * of names and attributes are ours: a second for declared names.
 */
#define FUSE_USE_VERSION 35
#include <errno.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fill(struct stat *st, fuse_ino_t ino)
{
	memset(st, 0, sizeof *st);
	st->st_ino = ino;
	st->st_mode = ino == 1 ? S_IFDIR | 0555 : S_IFREG | 0444;
	st->st_nlink = ino == 1 ? 2 : 1;
}

static void lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = { .ino = 2, .attr_timeout = 1, .entry_timeout = 1 };

	(void)parent;
	if (strcmp(name, "loadavg")) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	fill(&entry.attr, 2);
	fuse_reply_entry(req, &entry);
}

static void getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	struct stat st;

	(void)info;
	fill(&st, ino);
	fuse_reply_attr(req, &st, 1);
}

static void open_file(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	char *text = malloc(128);
	struct timespec now;

	(void)ino;
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, 128, "%ld.%02ld %ld.%02ld %ld.%02ld %d/%d %ld\n", now.tv_sec % 9, now.tv_nsec % 100, now.tv_sec % 7,
		 now.tv_nsec % 99, now.tv_sec % 5, now.tv_nsec % 98, 1, 100, now.tv_nsec % 30000);
	info->direct_io = 1;
	info->fh = (uint64_t)text;
	fuse_reply_open(req, info);
}

static void read_file(fuse_req_t req, fuse_ino_t ino, size_t size, off_t at, struct fuse_file_info *info)
{
	const char *text = (const char *)info->fh;
	size_t length = strlen(text);

	(void)ino;
	if ((size_t)at >= length)
		fuse_reply_buf(req, NULL, 0);
	else
		fuse_reply_buf(req, text + at, length - at < size ? length - at : size);
}

static void release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	(void)ino;
	free((void *)info->fh);
	fuse_reply_err(req, 0);
}

static void readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t at, struct fuse_file_info *info)
{
	char buffer[512];
	struct stat st;
	size_t length = 0;

	(void)info;
	if (at == 0) {
		fill(&st, ino);
		length += fuse_add_direntry(req, buffer, sizeof buffer, ".", &st, 1);
		length += fuse_add_direntry(req, buffer + length, sizeof buffer - length, "..", &st, 2);
		fill(&st, 2);
		length += fuse_add_direntry(req, buffer + length, sizeof buffer - length, "loadavg", &st, 3);
	}
	fuse_reply_buf(req, buffer, length < size ? length : size);
}

static const struct fuse_lowlevel_ops operations = {
	.lookup = lookup,
	.getattr = getattr,
	.open = open_file,
	.read = read_file,
	.release = release,
	.readdir = readdir,
};

int main(int argc, char **argv)
{
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);
	struct fuse_session *session = fuse_session_new(&args, &operations, sizeof operations, NULL);

	if (argc != 2 || !session || fuse_set_signal_handlers(session) || fuse_session_mount(session, argv[1]))
		return 1;
	fuse_session_loop(session);
	fuse_session_unmount(session);
	fuse_session_destroy(session);
	return 0;
}
