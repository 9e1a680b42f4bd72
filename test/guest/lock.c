/*
 * A record lock for the shell, built without libraries for the guest.
 *
 *   lock take|wait FILE START LENGTH [COMMAND]
 *
 * Takes it at once (F_SETLK) or waits for it (F_SETLKW), runs the command with the lock held, and prints how it went.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int file;

	if (argc < 5) return 2;
	file = open(argv[2], O_RDWR);
	lock.l_start = atol(argv[3]);
	lock.l_len = atol(argv[4]);
	if (file < 0 || fcntl(file, argv[1][0] == 't' ? F_SETLK : F_SETLKW, &lock)) {
		printf("%s\n", errno == EAGAIN || errno == EACCES ? "busy" : strerror(errno));
		return 1;
	}
	puts("taken");
	fflush(stdout);
	return argc > 5 ? system(argv[5]) != 0 : 0;
}
