/* flush: fsync and fdatasync fail with EIO while the file that APPRODO_SHIM_FLUSH names is there; with
   APPRODO_SHIM_FLUSH_LIES they do nothing and say that all is well, as a disk that ignores flushes does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int fails(void) {
    const char *flag = getenv("APPRODO_SHIM_FLUSH");
    return flag != NULL && access(flag, F_OK) == 0;
}

static int lies(void) { return getenv("APPRODO_SHIM_FLUSH_LIES") != NULL; }

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (lies()) return 0;
    if (fails()) { errno = EIO; return -1; }
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (lies()) return 0;
    if (fails()) { errno = EIO; return -1; }
    return real(fd);
}
