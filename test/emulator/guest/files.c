// Files and names: prints what each call gives, with the error, in a directory that is its argument.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <dirent.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %ld %s\n", #call, r_, r_ < 0 ? strerrorname_np(errno) : ""); } while (0)
#define E(call) do { errno = 0; long r_ = (long)(call); printf("%s %s\n", #call, r_ < 0 ? strerrorname_np(errno) : "ok"); } while (0)

static char buf[70000];

static void show(const char *path) {
  struct stat st;
  if (lstat(path, &st)) { printf("%s: %s\n", path, strerrorname_np(errno)); return; }
  printf("%s: mode %o nlink %d uid %d size %ld blocks %ld rdev %lx\n", path, st.st_mode, (int)st.st_nlink, st.st_uid, S_ISDIR(st.st_mode) ? 0 : (long)st.st_size, S_ISDIR(st.st_mode) ? 0 : (long)st.st_blocks, (long)st.st_rdev);
}

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path) {
  DIR *d = opendir(path);
  char *names[100];
  int n = 0;
  struct dirent *e;
  while (d && (e = readdir(d))) { char *s; asprintf(&s, "%s:%d", e->d_name, e->d_type); names[n++] = s; }
  if (d) closedir(d);
  qsort(names, n, sizeof *names, compare);
  for (int i = 0; i < n; i++) printf(" %s", names[i]);
  printf("\n");
}

int main(int argc, char **argv) {
  if (chdir(argv[1])) return 1;
  umask(022);
  int fd = open("a", O_CREAT | O_EXCL | O_RDWR, 0666);
  T(open("a", O_CREAT | O_EXCL | O_RDWR, 0666));
  T(open("nothere", O_RDONLY)); T(open("a/b", O_RDONLY)); T(open("", O_RDONLY)); T(open((char *)8, O_RDONLY));
  T(open("a", O_RDONLY | O_DIRECTORY)); T(open(".", O_RDWR)); T(open("a/", O_RDONLY)); T(open("new/", O_CREAT | O_RDWR, 0600));
  T(write(fd, "hello world", 11)); T(lseek(fd, 0, SEEK_CUR)); T(read(fd, buf, 10)); T(pread(fd, buf, 100, 6)); T(pread(fd, buf, 100, -1));
  T(lseek(fd, -1, SEEK_SET)); T(lseek(fd, 0, 9)); T(lseek(fd, 5, SEEK_END)); T(write(fd, "x", 1)); T(lseek(fd, 0, SEEK_DATA)); T(lseek(fd, 100, SEEK_HOLE));
  T(write(fd, (char *)8, 5)); T(read(fd, (char *)8, 5)); T(read(fd, (char *)8, 0)); T(read(99, buf, 1)); T(write(99, buf, 1)); T(lseek(99, 0, 0)); T(close(99));
  int ro = open("a", O_RDONLY), wo = open("a", O_WRONLY);
  T(write(ro, "x", 1)); T(read(wo, buf, 1)); T(ftruncate(ro, 3)); T(ftruncate(wo, 5)); T(ftruncate(wo, -1)); T(truncate("a", 8)); T(truncate(".", 1)); T(truncate("a", -5));
  show("a");
  struct iovec iov[3] = {{"abc", 3}, {"", 0}, {"defg", 4}};
  T(writev(fd, iov, 3)); T(writev(fd, iov, -1)); T(writev(fd, iov, 2000)); T(pwritev(fd, iov, 3, 2)); T(writev(fd, 0, 0)); T(writev(fd, (void *)8, 1));
  char p1[4], p2[8]; struct iovec riov[2] = {{p1, 4}, {p2, 8}};
  T(preadv(fd, riov, 2, 0)); T(readv(fd, riov, 2)); T(preadv2(fd, riov, 2, 0, 0)); T(preadv2(fd, riov, 2, 0, 0x1000));
  int ap = open("a", O_WRONLY | O_APPEND);
  T(write(ap, "end", 3)); T(lseek(ap, 0, SEEK_CUR)); T(pwrite(ap, "P", 1, 0)); show("a");
  T(fcntl(ap, F_GETFL)); T(fcntl(fd, F_GETFL)); T(fcntl(ap, F_SETFL, 0)); T(fcntl(ap, F_GETFL)); T(fcntl(fd, F_SETFL, O_NONBLOCK | O_RDONLY)); T(fcntl(fd, F_GETFL));
  T(fcntl(fd, F_GETFD)); T(fcntl(fd, F_SETFD, FD_CLOEXEC)); T(fcntl(fd, F_GETFD)); T(fcntl(fd, F_DUPFD, 50)); T(fcntl(fd, F_DUPFD_CLOEXEC, 50)); T(fcntl(51, F_GETFD)); T(fcntl(fd, F_DUPFD, -1)); T(fcntl(fd, F_DUPFD, 100000000)); T(fcntl(fd, 9999)); T(fcntl(98, F_GETFD));
  T(dup2(fd, 60)); T(dup2(fd, fd)); T(dup2(98, 61)); T(dup3(fd, fd, 0)); T(dup3(fd, 62, O_CLOEXEC)); T(dup3(fd, 62, 1)); T(dup2(fd, -1)); T(dup2(fd, 1 << 20));
  T(syscall(SYS_close_range, 60, 70, 0)); T(fcntl(60, F_GETFD)); T(syscall(SYS_close_range, 70, 60, 0)); T(syscall(SYS_close_range, 60, 70, 99));
  // Names.
  T(mkdir("d", 0777)); T(mkdir("d", 0777)); T(mkdir("d/", 0777)); T(mkdir("x/y", 0777)); T(mkdir("d/.", 0777)); T(mkdir("d/sub/", 01777)); show("d"); show("d/sub");
  T(rmdir("d")); T(rmdir("d/sub/.")); T(rmdir("d/sub/..")); T(rmdir("a")); T(unlink("d")); T(unlink("nothere")); T(unlinkat(AT_FDCWD, "d/sub", AT_REMOVEDIR)); T(unlinkat(AT_FDCWD, "a", 5)); T(unlink("."));
  T(link("a", "b")); T(link("a", "b")); T(link("d", "dl")); T(link("nothere", "z")); show("a"); T(symlink("a", "s")); T(symlink("", "s2")); T(symlink("loop", "loop")); T(open("loop", O_RDONLY)); T(open("s", O_NOFOLLOW)); show("s");
  T(readlink("s", buf, 100)); T(readlink("s", buf, 0)); T(readlink("a", buf, 100)); T(readlinkat(fd, "", buf, 100)); T(link("s", "sl")); T(linkat(AT_FDCWD, "s", AT_FDCWD, "sl2", AT_SYMLINK_FOLLOW)); show("sl"); show("sl2");
  T(rename("b", "c")); T(rename("b", "c")); T(rename("c", "d")); T(rename("d", "c")); T(rename("d", "d/e")); T(rename("c", "./c")); T(rename(".", "q")); T(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE)); T(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_EXCHANGE)); T(renameat2(AT_FDCWD, "a", AT_FDCWD, "d", RENAME_EXCHANGE)); T(renameat2(AT_FDCWD, "a", AT_FDCWD, "d", RENAME_EXCHANGE)); T(renameat2(AT_FDCWD, "a", AT_FDCWD, "d", 99));
  memset(buf, 'n', 300); buf[256] = 0; T(mkdir(buf, 0777)); buf[255] = 0; T(mkdir(buf, 0777)); T(rmdir(buf)); memset(buf, 'p', 5000); buf[4999] = 0; T(mkdir(buf, 0777)); for (int i = 10; i < 5000; i += 50) buf[i] = '/'; T(mkdir(buf, 0777));
  T(mknod("fifo", S_IFIFO | 0644, 0)); T(mknod("dev", S_IFCHR | 0600, 0x103)); T(mknod("reg", 0644, 0)); T(mknod("dir", S_IFDIR, 0)); T(mknod("bad", 0170000, 0)); show("fifo"); show("dev"); show("reg"); T(open("fifo", O_WRONLY | O_NONBLOCK)); 
  int ff = open("fifo", O_RDONLY | O_NONBLOCK); E(ff); T(read(ff, buf, 10)); int fw = open("fifo", O_WRONLY); T(read(ff, buf, 10)); T(write(fw, "in fifo", 7)); T(read(ff, buf, 10)); T(lseek(ff, 0, SEEK_CUR)); T(pread(ff, buf, 1, 0)); close(fw); T(read(ff, buf, 10)); close(ff);
  list(".");
  // Attributes.
  T(chmod("a", 07777)); show("a"); T(fchmod(fd, 0640)); show("a"); T(chmod("nothere", 0)); T(fchmodat(AT_FDCWD, "s", 0600, AT_SYMLINK_NOFOLLOW)); T(chown("a", 10, 20)); T(chown("a", -1, -1)); T(lchown("s", 5, 6)); show("a"); show("s"); T(fchown(fd, 0, 0)); T(fchownat(AT_FDCWD, "a", 1, 1, 0x8000)); T(fchmod(99, 0));
  T(chmod("a", 06755)); T(chown("a", 3, 3)); show("a"); T(chown("a", 0, 0));
  struct timespec ts[2] = {{1000000000, 5}, {0, UTIME_OMIT}}; T(utimensat(AT_FDCWD, "a", ts, 0)); struct stat st; stat("a", &st); printf("%ld.%09ld\n", st.st_atim.tv_sec, st.st_atim.tv_nsec); ts[0].tv_nsec = 2000000000; T(utimensat(AT_FDCWD, "a", ts, 0)); ts[0].tv_nsec = UTIME_OMIT; T(utimensat(AT_FDCWD, "nothere", ts, 0)); T(futimens(fd, 0)); T(utimensat(AT_FDCWD, "nothere", 0, 0)); T(utimensat(99, 0, 0, 0)); T(utimensat(AT_FDCWD, 0, 0, 0));
  T(access("a", R_OK | W_OK)); T(access("a", 9)); T(access("nothere", F_OK)); T(access("reg", X_OK)); T(access("d", X_OK)); T(syscall(SYS_faccessat2, AT_FDCWD, "s", R_OK, AT_SYMLINK_NOFOLLOW)); T(syscall(SYS_faccessat2, AT_FDCWD, "s", R_OK, 1)); T(access("a/b", F_OK));
  struct statx sx; T(statx(AT_FDCWD, "a", 0, STATX_BASIC_STATS, &sx)); printf("%x %o %d %lld\n", sx.stx_mask & 0x7ff, sx.stx_mode, sx.stx_nlink, sx.stx_size); T(statx(fd, "", AT_EMPTY_PATH, 0, &sx)); T(statx(fd, "", 0, 0, &sx)); T(statx(fd, "", 0x7000, 0, &sx)); T(statx(AT_FDCWD, "a", 0, 0x80000000, &sx)); T(fstatat(AT_FDCWD, "a", &st, 1)); T(fstat(99, &st)); T(stat("a", (void *)8)); T(fstatat(99, "a", &st, 0)); T(fstatat(fd, "a", &st, 0)); T(fstatat(99, "/", &st, 0));
  struct statfs sf; T(statfs(".", &sf)); printf("%lx %ld %ld\n", sf.f_type, sf.f_bsize, sf.f_namelen); T(fstatfs(fd, &sf)); T(statfs("nothere", &sf));
  T(fallocate(fd, 0, 0, 10000)); show("a"); T(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096)); T(fallocate(fd, 0, -1, 5)); T(fallocate(fd, 0, 0, 0)); T(fallocate(ro, 0, 0, 5)); T(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 5)); T(fsync(fd)); T(fdatasync(fd)); T(fsync(99)); T(syncfs(fd));
  T(ioctl(fd, FIONREAD, buf)); T(ioctl(fd, 0x5401, buf)); T(ioctl(fd, FIOCLEX)); T(ioctl(99, 0)); T(ioctl(fd, FIGETBSZ, buf));
  // Directories.
  T(chdir("a")); T(chdir("nothere")); T(fchdir(fd)); int dd = open("c", O_RDONLY); E(dd); int di = open("d", O_DIRECTORY | O_RDONLY); E(di); T(read(di, buf, 10)); T(write(di, buf, 1)); T(fchdir(99)); T(syscall(SYS_getdents64, fd, buf, 100)); T(getcwd(buf, 2) ? 0 : -1); T(openat(fd, "x", O_RDONLY));
  int op = open("a", O_PATH); T(read(op, buf, 1)); T(fstat(op, &st)); T(fchmod(op, 0)); T(fcntl(op, F_GETFL)); T(ioctl(op, FIOCLEX)); T(dup2(op, 70)); T(fcntl(op, F_SETFL, 0)); T(ftruncate(op, 0)); T(fgetxattr(op, "user.x", buf, 1)); T(fsync(op)); T(linkat(op, "", AT_FDCWD, "viapath", AT_EMPTY_PATH)); show("viapath");
  int tf = open(".", O_TMPFILE | O_RDWR, 0600); E(tf); fstat(tf, &st); printf("tmpfile nlink %d mode %o\n", (int)st.st_nlink, st.st_mode); T(open(".", O_TMPFILE | O_RDONLY, 0600)); T(linkat(tf, "", AT_FDCWD, "named", AT_EMPTY_PATH)); show("named");
  // Locks.
  struct flock fl = {F_WRLCK, SEEK_SET, 0, 10, 0}; T(fcntl(fd, F_SETLK, &fl)); fl.l_type = 7; T(fcntl(fd, F_SETLK, &fl)); fl.l_type = F_RDLCK; T(fcntl(wo, F_SETLK, &fl)); fl.l_type = F_UNLCK; T(fcntl(fd, F_SETLK, &fl)); T(flock(fd, LOCK_EX | LOCK_NB)); T(flock(ro, LOCK_EX | LOCK_NB)); T(flock(ro, LOCK_SH | LOCK_NB)); T(flock(fd, LOCK_UN)); T(flock(ro, LOCK_SH | LOCK_NB)); T(flock(fd, 99)); T(flock(99, LOCK_UN));
  fl = (struct flock){F_WRLCK, SEEK_SET, 5, 5, 0}; T(fcntl(fd, F_OFD_SETLK, &fl)); fl = (struct flock){F_RDLCK, SEEK_SET, 0, 0, 0}; T(fcntl(ro, F_OFD_GETLK, &fl)); printf("%d %ld %ld %d\n", fl.l_type, (long)fl.l_start, (long)fl.l_len, fl.l_pid); T(fcntl(ro, F_OFD_SETLK, &fl));
  // Extended attributes.
  T(setxattr("a", "user.k", "value", 5, 0)); T(getxattr("a", "user.k", buf, 100)); T(getxattr("a", "user.k", buf, 2)); T(getxattr("a", "user.k", 0, 0)); T(getxattr("a", "user.no", buf, 2)); T(getxattr("a", "bad", buf, 2)); T(setxattr("a", "user.k", "v", 1, XATTR_CREATE)); T(setxattr("a", "user.n", "v", 1, XATTR_REPLACE)); T(listxattr("a", buf, 1000)); T(listxattr("a", buf, 1)); T(removexattr("a", "user.k")); T(removexattr("a", "user.k")); T(setxattr("a", "user.", "v", 1, 0)); T(setxattr("a", "trusted.t", "v", 1, 0)); T(fsetxattr(fd, "security.s", "v", 1, 0)); T(lsetxattr("s", "user.k", "v", 1, 0));
  // Transfers.
  int ends[2], other[2]; pipe(ends); pipe(other); write(ends[1], "x", 1); T(sendfile(open("/dev/null", O_WRONLY), ends[0], 0, 9)); T(sendfile(other[1], ends[0], 0, 9)); close(ends[0]); close(ends[1]); close(other[0]); close(other[1]);
  int out = open("out", O_CREAT | O_RDWR, 0600); off_t off = 0; T(sendfile(out, ro, &off, 100)); printf("%ld\n", (long)off); T(sendfile(out, wo, 0, 1)); T(sendfile(ro, out, 0, 1)); off = -1; T(sendfile(out, ro, &off, 1)); off_t i1 = 0, i2 = 50; T(copy_file_range(ro, &i1, out, &i2, 20, 0)); T(copy_file_range(ro, &i1, ro, &i2, 20, 0)); T(copy_file_range(ro, &i1, out, &i2, 20, 1)); T(copy_file_range(di, 0, out, 0, 20, 0)); T(splice(ro, 0, out, 0, 10, 0)); show("out");
  int pp[2]; T(pipe(pp)); printf("%d %d\n", pp[0], pp[1]); off = 0; T(splice(ro, &off, pp[1], 0, 10, 0)); T(splice(pp[0], 0, out, 0, 100, 0)); T(splice(pp[0], &off, out, 0, 100, 0)); T(tee(pp[0], pp[1], 5, SPLICE_F_NONBLOCK)); T(lseek(pp[0], 0, SEEK_CUR)); T(pwrite(pp[1], "x", 1, 0)); T(write(pp[0], "x", 1)); T(read(pp[1], buf, 1)); T(fcntl(pp[0], F_GETFL)); T(fcntl(pp[1], F_GETFL)); T(fcntl(pp[1], F_GETPIPE_SZ)); T(fcntl(pp[1], F_SETPIPE_SZ, 5000)); T(pipe2(pp, 1)); T(pipe2(pp, O_NONBLOCK | O_CLOEXEC)); T(read(pp[0], buf, 10)); T(write(pp[1], buf, 70000)); T(write(pp[1], buf, 1)); T(fsync(pp[0])); T(ioctl(pp[0], FIONREAD, &i1)); T(fstat(pp[0], &st)); printf("%o\n", st.st_mode); T(posix_fadvise(pp[0], 0, 0, 0)); T(readahead(ro, 0, 10));
  T(syscall(SYS_openat2, AT_FDCWD, "a", (struct { unsigned long a, b, c; }[1]){{O_RDONLY, 0, 0}}, 24)); T(syscall(SYS_openat2, AT_FDCWD, "../..", (struct { unsigned long a, b, c; }[1]){{O_RDONLY, 0, 8}}, 24)); T(syscall(SYS_openat2, AT_FDCWD, "a", (struct { unsigned long a, b, c; }[1]){{O_RDONLY, 0600, 0}}, 24)); T(syscall(SYS_openat2, AT_FDCWD, "a", (struct { unsigned long a, b, c; }[1]){{O_RDONLY, 0, 0}}, 20)); T(syscall(SYS_openat2, AT_FDCWD, "s", (struct { unsigned long a, b, c; }[1]){{O_RDONLY, 0, 4}}, 24));
  // Places at the end of all places, directories where files should be, and what an open of what is cached may not do.
  T(lseek(ro, 0x7fffffffffffffff, SEEK_SET) == (long)(1ul << 63)); T(lseek(ro, 0, SEEK_SET)); T(sendfile(out, di, 0, 1)); { int ps[2]; pipe(ps); T(splice(di, 0, ps[1], 0, 1, 0)); close(ps[0]); close(ps[1]); } T(copy_file_range(ro, 0, di, 0, 1, 0)); T(fcntl(ro, F_SETOWN, 0x80000000)); T(fcntl(ro, F_SETLK, &(struct flock){F_RDLCK, SEEK_SET, 0x7fffffffffffffff, 2}));
  T(syscall(SYS_openat2, AT_FDCWD, "a", (struct { unsigned long a, b, c; }[1]){{O_RDWR | O_TRUNC, 0, 0x20}}, 24)); T(syscall(SYS_openat2, AT_FDCWD, "cached", (struct { unsigned long a, b, c; }[1]){{O_RDWR | O_CREAT, 0600, 0x20}}, 24));
  // Pages out of a pipe, and offsets that are none.
  { int vp[2]; pipe(vp); char va[4] = "", vb[5] = ""; struct iovec vv[2] = {{va, 3}, {vb, 4}}; T(vmsplice(vp[0], vv, 2, SPLICE_F_NONBLOCK)); write(vp[1], "abcdefghij", 10); T(vmsplice(vp[0], vv, 2, 0)); printf("%s %s\n", va, vb); T(vmsplice(vp[0], vv, 2, 16)); T(vmsplice(vp[0], vv, 2, 0)); printf("%s %s\n", va, vb); close(vp[1]); T(vmsplice(vp[0], vv, 2, 0)); close(vp[0]); }
  { off_t before = -1, zero = 0; T(copy_file_range(ro, &before, out, &zero, 5, 0)); T(copy_file_range(ro, &zero, out, &before, 5, 0)); } T(posix_fadvise(ro, 0, -1, 0)); T(posix_fadvise(ro, -1, 0, 0)); T(posix_fadvise(ro, 0, 0, 9));
  // Devices.
  int dn = open("/dev/null", O_RDWR), dz = open("/dev/zero", O_RDWR), df = open("/dev/full", O_RDWR); T(read(dn, buf, 5)); T(write(dn, buf, 5)); T(read(dz, buf, 5)); T(write(df, buf, 5)); T(lseek(dn, 5, SEEK_SET)); T(ioctl(dn, 0x5401, buf)); T(ftruncate(dn, 0)); T(fstat(dn, &st)); printf("%lx\n", (long)st.st_rdev);
  T(memfd_create("m", 99)); int mf = memfd_create("m", MFD_ALLOW_SEALING | MFD_CLOEXEC); E(mf); T(ftruncate(mf, 100)); T(fcntl(mf, F_GET_SEALS)); T(fcntl(mf, F_ADD_SEALS, F_SEAL_SHRINK)); T(ftruncate(mf, 10)); T(ftruncate(mf, 1000)); T(fcntl(mf, F_ADD_SEALS, F_SEAL_WRITE)); T(write(mf, "x", 1)); T(fcntl(fd, F_GET_SEALS)); T(fstat(mf, &st)); printf("%o %ld %d\n", st.st_mode, (long)st.st_size, (int)st.st_nlink);
  // What may neither grow nor shrink can be written.
  mf = memfd_create("n", MFD_ALLOW_SEALING); T(ftruncate(mf, 8192)); T(fcntl(mf, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK)); T(pwrite(mf, "abc", 3, 0)); T(pwrite(mf, "abc", 3, 8189)); T(pwrite(mf, "abc", 3, 8190)); T(pwrite(mf, "a", 1, 8192)); T(fallocate(mf, 0, 0, 8192)); T(fallocate(mf, 0, 0, 8193)); T(fallocate(mf, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 8192)); T(pread(mf, buf, 3, 8188)); T(fstat(mf, &st)); printf("%ld\n", (long)st.st_size);
  list(".");
  return 0;
}
