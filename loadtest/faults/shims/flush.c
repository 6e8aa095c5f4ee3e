/* flush: fsync and fdatasync fail with EIO while the file that APPRODO_SHIM_FLUSH names is there; with
   APPRODO_SHIM_FLUSH_LIES they do nothing and say that all is well, as a disk that ignores flushes does. While the
   file that APPRODO_SHIM_FLUSH_SLOW names is there, each takes as many milliseconds longer as it has bytes; one that is
   under way when the file goes is over too, so that the fault ends when it is ended. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define GLANCE 10 /* milliseconds */

static int fails(void) {
    const char *flag = getenv("APPRODO_SHIM_FLUSH");
    return flag != NULL && access(flag, F_OK) == 0;
}

static int lies(void) { return getenv("APPRODO_SHIM_FLUSH_LIES") != NULL; }

static void linger(void) {
    const char *flag = getenv("APPRODO_SHIM_FLUSH_SLOW");
    const struct timespec glance = {0, GLANCE * 1000000L};
    struct stat found;
    if (flag == NULL) return;
    for (long waited = 0; stat(flag, &found) == 0 && waited < found.st_size; waited += GLANCE) nanosleep(&glance, NULL);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (lies()) return 0;
    if (fails()) { errno = EIO; return -1; }
    linger();
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (lies()) return 0;
    if (fails()) { errno = EIO; return -1; }
    linger();
    return real(fd);
}
