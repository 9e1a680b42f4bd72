/*
 * A C server on libfuse3's low-level interface that hands out the host's /proc/PID/{stat,statm,status,cmdline} as they
 * are: no parsing, no rendering. It opens the host's file at open and copies at read, as a straightforward server does.
 * A process's name is valid for a millisecond and a file's name for a second, as ours are.
 *
 * Node ids: 1 the root; pid << 3 a process directory; pid << 3 | 1..4 its files.
 */
#define FUSE_USE_VERSION 35
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = { "", "stat", "statm", "status", "cmdline" };
static char buffer[1 << 17];

static int host_path(fuse_ino_t ino, char *path, size_t size)
{
	unsigned long pid = ino >> 3;

	if (ino == 1)
		return snprintf(path, size, "/proc");
	if (!(ino & 7))
		return snprintf(path, size, "/proc/%lu", pid);
	return snprintf(path, size, "/proc/%lu/%s", pid, names[ino & 7]);
}

static int host_stat(fuse_ino_t ino, struct stat *st)
{
	char path[64];

	host_path(ino, path, sizeof path);
	if (stat(path, st) < 0)
		return errno;
	st->st_ino = ino;
	return 0;
}

static void lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = { .attr_timeout = 0.001 };
	int error;

	if (parent == 1) {
		entry.ino = strtoul(name, NULL, 10) << 3;
		entry.entry_timeout = 0.001;
	} else {
		for (int i = 1; i <= 4; i++)
			if (!strcmp(name, names[i]))
				entry.ino = parent | i;
		entry.entry_timeout = 1;
	}
	error = entry.ino ? host_stat(entry.ino, &entry.attr) : ENOENT;
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_entry(req, &entry);
}

static void getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	struct stat st;
	int error = host_stat(ino, &st);

	(void)info;
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_attr(req, &st, 0.001);
}

static void open_file(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	char path[64];
	int fd;

	host_path(ino, path, sizeof path);
	fd = open(path, O_RDONLY);
	if (fd < 0) {
		fuse_reply_err(req, errno);
		return;
	}
	info->fh = fd;
	info->direct_io = 1;
	fuse_reply_open(req, info);
}

static void read_file(fuse_req_t req, fuse_ino_t ino, size_t size, off_t at, struct fuse_file_info *info)
{
	ssize_t count = pread(info->fh, buffer, size < sizeof buffer ? size : sizeof buffer, at);

	(void)ino;
	if (count < 0)
		fuse_reply_err(req, errno);
	else
		fuse_reply_buf(req, buffer, count);
}

static void release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	(void)ino;
	close(info->fh);
	fuse_reply_err(req, 0);
}

static void opendir_node(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	char path[64];
	DIR *dir;

	host_path(ino, path, sizeof path);
	dir = opendir(path);
	if (!dir) {
		fuse_reply_err(req, errno);
		return;
	}
	info->fh = (uint64_t)dir;
	fuse_reply_open(req, info);
}

static void readdir_node(fuse_req_t req, fuse_ino_t ino, size_t size, off_t at, struct fuse_file_info *info)
{
	DIR *dir = (DIR *)info->fh;
	struct dirent *entry;
	size_t length = 0;

	(void)ino;
	seekdir(dir, at);
	while ((entry = readdir(dir))) {
		struct stat st = { .st_ino = entry->d_ino, .st_mode = entry->d_type << 12 };
		size_t need = fuse_add_direntry(req, NULL, 0, entry->d_name, NULL, 0);

		if (length + need > size || length + need > sizeof buffer)
			break;
		fuse_add_direntry(req, buffer + length, size - length, entry->d_name, &st, entry->d_off);
		length += need;
	}
	fuse_reply_buf(req, buffer, length);
}

static void releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	(void)ino;
	closedir((DIR *)info->fh);
	fuse_reply_err(req, 0);
}

static const struct fuse_lowlevel_ops operations = {
	.lookup = lookup,
	.getattr = getattr,
	.open = open_file,
	.read = read_file,
	.release = release,
	.opendir = opendir_node,
	.readdir = readdir_node,
	.releasedir = releasedir,
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
