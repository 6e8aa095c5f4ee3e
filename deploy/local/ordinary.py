"""An ordinary user for PostgreSQL, which refuses to run as root."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local.linux import become_user, enter_user_namespace
from deploy.local.process import as_we_are
from deploy.local.refusal import CannotStart

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Who runs PostgreSQL: how a new process becomes them, and to whom their files belong, seen from here."""

    how: str
    become: Callable[[], None]
    uid: int
    gid: int

    def owns(self, folder: Path) -> None:
        """Hand a folder and all in it over to them, if it is not theirs already."""
        if folder.stat().st_uid != self.uid:
            for path in (*folder.rglob("*"), folder):  # the folder itself last: it says that all is done
                os.chown(path, self.uid, self.gid, follow_symlinks=False)


def choose(program: Path, room: Path) -> Ordinary:
    """Return the first way of not being root that works here.

    Every way is tried for real: it must be able to run `program`, and to write in a folder made inside `room`.
    Errors: CannotStart.
    """
    for way in _ways(room):
        if works(way, program, room):
            return way
    raise CannotStart(
        "PostgreSQL does not run as root, and nothing else could be had for it here: "
        "run as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own"
    )


def works(way: Ordinary, program: Path, room: Path) -> bool:
    """Try it: become them, write in a folder of theirs inside `room`, and run `program`."""
    with tempfile.TemporaryDirectory(prefix="trial-", dir=room) as folder:

        def become_and_write() -> None:
            way.become()
            Path(folder, "written").touch()

        try:
            way.owns(Path(folder))
            trial = [str(program), "--version"]
            subprocess.run(trial, preexec_fn=become_and_write, check=True, capture_output=True, env={})  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return False
        return True


def _ways(room: Path) -> Iterator[Ordinary]:
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0 and _name_of(uid) is not None:
        yield Ordinary("as we are", as_we_are, uid, gid)
        return
    somebody = _name_of(room.stat().st_uid) or _name_of(NOBODY) or pwd.getpwall()[-1]
    yield Ordinary("user namespace", partial(enter_user_namespace, somebody.pw_uid), uid, gid)
    if uid == 0:
        become = partial(become_user, somebody.pw_uid, somebody.pw_gid)
        yield Ordinary("another user", become, somebody.pw_uid, somebody.pw_gid)


def _name_of(uid: int) -> pwd.struct_passwd | None:
    """Return who has this id, unless it is root or nobody ever named it (initdb insists on a name)."""
    try:
        return pwd.getpwuid(uid) if uid != 0 else None
    except KeyError:
        return None
