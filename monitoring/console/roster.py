"""The roster: who may use the console, and as what; a file beside the keys, read again whenever it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson
from nacl import pwhash
from nacl.exceptions import InvalidkeyError

from core.files import write_whole

FILE = "operators.json"
SHORTEST = 12  # characters of a password; length is what counts (NIST SP 800-63B, section 3.1.1)
LONGEST = 200
# RFC 9106, second recommendation (t = 3, m = 64 MiB), on the one lane that libsodium has.
OPERATIONS, MEMORY = 3, 64 * 1024 * 1024


# The hash of a password that nobody knows: whoever gives a name that is not there waits as long as anybody.
OF_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$HKM48UVypoQGYyLqz5gsdg$2yEekTxdFrvieVYM1VB4BrHC0VWL39hiWjYxi7t2x04"


class Role(StrEnum):
    """What somebody may do beside looking."""

    VIEWER = "viewer"  # look, at everything
    OFFICER = "officer"  # rule on what waits for a person
    OPERATOR = "operator"  # turn switches, replay work


@dataclass(frozen=True, slots=True)
class Operator:
    """One person: a name, what she may do, and the hash of her password."""

    name: str
    roles: frozenset[Role]
    secret: str  # argon2id, as libsodium writes it

    def knows(self, password: str) -> bool:
        """Say whether this is her password; takes a tenth of a second and 64 MiB on purpose."""
        try:
            return pwhash.argon2id.verify(self.secret.encode(), password.encode())
        except InvalidkeyError:
            return False


def hashed(password: str) -> str:
    """Return the hash of a password under a salt of its own."""
    return pwhash.argon2id.str(password.encode(), opslimit=OPERATIONS, memlimit=MEMORY).decode()


class Roster:
    """The file, `{name: {"roles": [...], "secret": argon2id}}`, for its owner's eyes alone."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the key files."""
        self.path = folder / FILE
        self._read_at: tuple[int, int] | None = None
        self._people: Mapping[str, Operator] = {}

    def people(self) -> Mapping[str, Operator]:
        """Return everybody by name; a file that cannot be read lets in nobody new, and nobody who was in."""
        try:
            seen = self.path.stat()
        except FileNotFoundError:
            return {}
        if self._read_at != (seen.st_mtime_ns, seen.st_size):
            self._people = _people(self.path)
            self._read_at = (seen.st_mtime_ns, seen.st_size)
        return self._people

    @property
    def exists(self) -> bool:
        """Say whether anybody was ever added: from then on nothing is open."""
        return self.path.exists()

    def put(self, operator: Operator) -> None:
        """Add somebody, or give her another password or other roles."""
        self._write({**self.people(), operator.name: operator})

    def remove(self, name: str) -> bool:
        """Remove somebody; her sessions end with it. Return whether she was there."""
        people = dict(self.people())
        found = people.pop(name, None)
        self._write(people)
        return found is not None

    def _write(self, people: Mapping[str, Operator]) -> None:
        told = {one.name: {"roles": sorted(one.roles), "secret": one.secret} for one in people.values()}
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.path, orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def _people(path: Path) -> Mapping[str, Operator]:
    try:
        told = orjson.loads(path.read_bytes())
        return {name: Operator(name, frozenset(map(Role, one["roles"])), one["secret"]) for name, one in told.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
