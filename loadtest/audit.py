"""`python -m loadtest.audit`: receipts against a database that was restored; a stranger's word on a backup."""

import argparse
import asyncio
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtest.receipt import Keys, NotAuthentic, verified


@dataclass(frozen=True, slots=True)
class Audit:
    """What a database has of what was acknowledged. Entries are named as people name them: a number, a section."""

    held: int
    missing: tuple[str, ...]  # acknowledged before the backup began: it should have them
    later: tuple[str, ...]  # acknowledged since: what is lost if this backup is all there is
    unread: int  # not receipts of ours

    @property
    def is_whole(self) -> bool:
        """Say whether the backup has all that was acknowledged before it."""
        return not self.missing and self.held > 0


@dataclass(frozen=True, slots=True)
class Restored:
    """What is found in the restored database, and by how much civil time ran ahead when it was backed up."""

    numbers: frozenset[str]
    revisions: frozenset[tuple[str, str, str]]  # draft, section, digest in hexadecimal
    ahead: timedelta


def compare(receipts: Iterable[str], keys: Keys, restored: Restored, began_at: datetime) -> Audit:
    """Hold receipts (compact JWS) against a restored database whose backup began at an instant of the machine."""
    held, unread, missing, later = 0, 0, list[str](), list[str]()
    for receipt in receipts:
        try:
            stated = verified(receipt, keys)
            name, at, there = _looked_up(stated, restored)
        except (NotAuthentic, LookupError, ValueError):
            unread += 1
            continue
        if there:
            held += 1
        else:
            (missing if at < began_at + restored.ahead else later).append(f"{at.isoformat()} {name}")
    return Audit(held, tuple(sorted(missing)), tuple(sorted(later)), unread)


def _looked_up(stated: Mapping[str, Any], restored: Restored) -> tuple[str, datetime, bool]:
    """Return the name of what a receipt is about, when it was acknowledged (civil time), and whether it is there."""
    if stated["kind"] == "section":
        place = stated["draft_id"], stated["section"], stated["digest"]
        return "{}/{}".format(*place), datetime.fromisoformat(stated["saved_at"]), place in restored.revisions
    return stated["number"], datetime.fromisoformat(stated["filed_at"]), stated["number"] in restored.numbers


async def read(address: str) -> Restored:
    """Read what a restored database holds."""
    connection = await asyncpg.connect(address)
    try:
        numbers = await connection.fetch("SELECT number FROM submission")
        revisions = await connection.fetch(
            "SELECT draft_id::text, section, encode(digest, 'hex') FROM section_revision"
        )
        ahead = await connection.fetchval("SELECT ahead FROM civil_clock")
    finally:
        await connection.close()
    return Restored(frozenset(row[0] for row in numbers), frozenset(tuple(row) for row in revisions), ahead)


async def receipts_of(address: str) -> list[str]:
    """Return the receipts that a running ledger gave for filings."""
    connection = await asyncpg.connect(address)
    try:
        return [row[0] for row in await connection.fetch("SELECT receipt FROM filing ORDER BY draft_id")]
    finally:
        await connection.close()


def keys_in(folder: Path) -> Keys:
    """Return the receipts' public keys, made from the key files of a counter, by their thumbprints (RFC 7638)."""
    found = {}
    for file in sorted(folder.glob("receipts-*.json")):
        secret = base64.urlsafe_b64decode(json.loads(file.read_text())["secret"] + "==")
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
        found[_thumbprint(public.public_bytes_raw())] = public
    return found


def _thumbprint(public: bytes) -> str:
    x = base64.urlsafe_b64encode(public).decode().rstrip("=")
    written = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(written.encode()).digest()).decode().rstrip("=")


async def audit(asked: argparse.Namespace) -> Audit:
    """Carry out what the command line asks."""
    receipts = asked.receipts.read_text().split() if asked.receipts else await receipts_of(asked.live)
    began_at = datetime.fromisoformat(asked.began_at)
    return compare(receipts, keys_in(asked.keys), await read(asked.restored), began_at)


def lines(found: Audit) -> Iterator[str]:
    """Tell it to people."""
    yield f"{found.held} of {found.held + len(found.missing) + len(found.later)} acknowledged are in the backup"
    yield from (f"MISSING, acknowledged before the backup: {one}" for one in found.missing)
    yield from (f"acknowledged after the backup, and not in it: {one}" for one in found.later)
    if found.unread:
        yield f"{found.unread} are no receipts of this system"
    yield "the backup has all that it should have" if found.is_whole else "THE BACKUP IS NOT TO BE RELIED ON"


def main() -> int:
    """Audit, print, write the result for the preflight. Exit code 0 where nothing is missing."""
    parser = argparse.ArgumentParser(prog="python -m loadtest.audit", description=__doc__)
    parser.add_argument("--restored", required=True, help="address of the restored database")
    parser.add_argument("--began-at", required=True, help="when the backup began (RFC 3339)")
    parser.add_argument("--keys", required=True, type=Path, help="folder of the key files")
    parser.add_argument("--result", type=Path, help="file for the result (JSON)")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--live", help="address of the running ledger, whose receipts are taken")
    source.add_argument("--receipts", type=Path, help="file of receipts, one a line")
    asked = parser.parse_args()
    found = asyncio.run(audit(asked))
    if asked.result:
        told = {"at": datetime.now(UTC).isoformat(), "ok": found.is_whole, "missing": len(found.missing)}
        asked.result.write_text(json.dumps(told | {"held": found.held, "later": len(found.later)}) + "\n")
    sys.stdout.write("".join(f"audit: {line}\n" for line in lines(found)))
    return 0 if found.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
