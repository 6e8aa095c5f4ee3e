"""Traces: every place where a running system could leave behind what somebody typed, but for the ledger itself."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import psutil
import redis

from tests.integration.stack.running import ask_each
from tests.journeys.system import System

LETTERS = "mail"  # in development letters lie here, each with the address it is for
KEPT_FOR_THAT = {"postgres", "keys", LETTERS}  # the only folders that may hold something
PAGES = ("/", "/v1/snapshot", "/targets", "/status")


def traces(system: System) -> dict[str, bytes]:
    """Return the bytes of every such place, by its name."""
    shown = {f"metrics of {name}": text.encode() for name, text in system.metrics().items()}
    pages = {f"ops {path}": system.client.get(system.address("ops") + path).content for path in PAGES}
    lines = dict(ask_each(system.running.children(), _command_line))
    calls = {"stand-ins' log": json.dumps(system.calls()).encode()}
    lists = {"workers buried": system.run("workers", "buried").stdout.encode()}
    return {
        **files(system.running.house),
        **bell(system.address("redis_url")),
        **shown,
        **pages,
        **lines,
        **calls,
        **lists,
    }


def _command_line(process: psutil.Process) -> tuple[str, bytes]:
    return f"command line of {process.pid}", " ".join(process.cmdline()).encode()


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder: logs, run files, the bell's own file with all it was ever told."""
    found = (path for path in folder.rglob("*") if path.is_file() and not KEPT_FOR_THAT & {*path.parts})
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def letters(folder: Path) -> dict[str, bytes]:
    """Return every letter that was written in place of being sent."""
    return {path.name: path.read_bytes() for path in folder.rglob(f"{LETTERS}/*.eml")}


def bell(url: str) -> dict[str, bytes]:
    """Return what Redis holds, key by key, whatever its type."""
    with redis.Redis.from_url(url) as client:
        return {f"redis {key.decode()}": key + b" " + repr(_held(client, key)).encode() for key in client.scan_iter()}


def _held(client: redis.Redis, key: bytes) -> object:
    read = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1, withscores=True),
        b"hash": lambda: client.hgetall(key),
        b"stream": lambda: client.xrange(key),
        b"none": lambda: None,
    }
    return read[client.type(key)]()


def found_in(places: Mapping[str, bytes], planted: Iterable[str]) -> set[tuple[str, str]]:
    """Return where something planted is, in whatever writing: (place, what)."""
    writings = {what: list(_writings(what)) for what in planted}
    return {
        (place, what)
        for place, content in places.items()
        for what, written in writings.items()
        if any(one in content.lower() for one in written)
    }


def _writings(what: str) -> Iterator[bytes]:
    """The same in small letters, without spaces, in a URL, in JSON, in base64, as PostgreSQL writes bytes, digested."""
    for text in {what, what.replace(" ", ""), what.upper()}:
        for one in (text, quote(text), quote(text, safe=""), json.dumps(text)[1:-1], text.encode().hex()):
            yield one.lower().encode()
        yield base64.b64encode(text.encode()).rstrip(b"=")[:-1].lower()
        yield hashlib.sha256(text.encode()).hexdigest().encode()
