"""`python -m tests.fuzz PARSER [SECONDS]`: bytes that find new ways through a parser (atheris), for a bounded time."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ingest", "core.domain"]):
    from core.domain.errors import ApprodoError
    from ingest.http import body, preconditions
    from ingest.proof import base64url, receipt_check
    from ingest.web.posted import form_of

SECONDS = 20
MOST_BYTES = 4_096  # of one input


def reads_a_body(data: bytes) -> None:
    """Refused by its name, or read as the standard library reads it; what is read is JSON again."""
    try:
        value = body.read(data)
    except ApprodoError:
        return
    assert json.loads(json.dumps(value)) == value


def reads_preconditions(data: bytes) -> None:
    """A revision of at least one, none, or refused."""
    for name in (b"if-match", b"if-none-match"):
        try:
            revision = preconditions.base_revision([(name, data)])
        except ApprodoError:
            continue
        beyond = revision == preconditions.MOST
        assert revision is None or beyond or (revision >= 1 and preconditions.etag(revision) == data.strip())


def reads_a_key(data: bytes) -> None:
    """A UUID, or refused."""
    try:
        key = preconditions.idempotency_key([(b"idempotency-key", data)])
    except ApprodoError:
        return
    assert len(key.bytes) == 16


def reads_base64url(data: bytes) -> None:
    """One text for one value, or nothing."""
    try:
        value = base64url.decoded(data)
    except ValueError:
        return
    assert base64url.encoded(value) == data


def checks_a_receipt(data: bytes) -> None:
    """Nothing made up is ever valid, and nothing escapes but a verdict."""
    assert not receipt_check.check(data.decode("utf-8", "replace"), lambda _: None).valid


def reads_a_form(data: bytes) -> None:
    """A form, or refused."""
    try:
        form_of(data)
    except ApprodoError:
        return


PARSERS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "body": (
        reads_a_body,
        (b'{"a": "b"}', b'{"a": [1, 2, null, true, 1.5, "\\u00e8"]}', b'{"a": 1e400}', b'"\\ud800"'),
    ),
    "preconditions": (reads_preconditions, (b'"1"', b'W/"1"', b"*", b'"01"')),
    "key": (reads_a_key, (b"0190b2b4-5c3e-7f7c-8d3a-2f1d6a0b9c11", b"{0190b2b4}")),
    "base64url": (reads_base64url, (b"AAECAw", b"A", b"-_")),
    "receipt": (checks_a_receipt, (b"e30.e30.AAAA", b"eyJhbGciOiJFZERTQSJ9.e30.")),
    "form": (reads_a_form, (b"a=b&c=d", b"%00=%ff", b"children.0.first_name=Sofia")),
}


def main() -> None:
    """Fuzz one parser. Exit code 0 where nothing was found; the input that broke it is printed else."""
    name = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    parse, seeds = PARSERS[name]
    with tempfile.TemporaryDirectory(prefix="approdo-fuzz-") as folder:
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        bounds = [f"-max_total_time={seconds}", f"-max_len={MOST_BYTES}", "-timeout=10", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], *bounds, f"-artifact_prefix={folder}/", folder], parse)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
