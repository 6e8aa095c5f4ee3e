"""What Linux offers a supervisor: a signal at the parent's death, adopted orphans, user namespaces, capabilities."""

import ctypes
import os
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CLONE_NEWUSER = 0x10000000
SECBIT_NO_SETUID_FIXUP = 4
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int, signal_number: int) -> None:
    """Have the kernel send this process a signal when `parent` (a process id) ends, however it ends.

    To be called after every change of user, which would undo it. Ends the process if the parent is gone already.
    """
    _prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, instead of process 1."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def enter_user_namespace(inside_uid: int) -> None:
    """Be `inside_uid` in a user namespace of its own; outside, files still belong to the same user as before."""
    uid, gid = os.geteuid(), os.getegid()
    _checked(_libc.unshare(CLONE_NEWUSER), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside_uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inside_uid} {gid} 1")


def become_user(uid: int, gid: int) -> None:
    """Give up root for `uid`, keeping only the power to walk through folders that belong to others.

    Without the fixup the kernel also lets `access` (2) count that power: initdb asks it whether there is a PostgreSQL.
    """
    _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    _keep_only(CAP_DAC_OVERRIDE)


def _keep_only(capability: int) -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; low words, then high
    _checked(_libc.capset(header, sets), "capset")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, *values: int) -> None:
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *padded), f"prctl {option}")


def _checked(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
