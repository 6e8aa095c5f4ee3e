"""A running counter: `python -m ingest` on a port of its own, spoken to as a stranger would."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0  # seconds any wait may last on a busy machine; nothing here measures speed
TYPED = {
    "applicant": {"tax_code": "RSSMRA85T50A562W", "first_name": "Maria", "last_name": "Rossi"},
    "children": {"children": [{"tax_code": None, "first_name": "Sofia", "birth_date": "2018-05-01"}]},
    "work": {"periods": [{"category": "employee_permanent", "start": "2019-09-01"}]},
    "income": {"employment": "20000.00", "self_employment": "0.00"},
    "payment": {"method": "postal_transfer"},
    "declarations": {"requested_months": [1, 2, 3], "truthful": True, "privacy_notice": "2025-10-28"},
}


@dataclass(frozen=True)
class Draft:
    """An open draft and what opens it."""

    draft_id: str
    token: str

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/v1/drafts/{self.draft_id}"

    @property
    def headers(self) -> dict[str, str]:
        """What opens it."""
        return {"authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class RunningCounter:
    """One counter's process, and a client that keeps nothing."""

    port: int
    database_url: str
    client: httpx.Client
    log: Path
    process: "subprocess.Popen[bytes]"

    def start_draft(self) -> Draft:
        """Start a draft."""
        asked = {"programme": "bonus-mamme-2025", "channel": "web"}
        answer = self.client.post("/v1/drafts", json=asked)
        assert answer.status_code == 201, answer.text
        return Draft(answer.json()["draft_id"], answer.json()["access_token"])

    def save(self, draft: Draft, section: str, content: object, base: int = 0) -> httpx.Response:
        """Save a section on the revision named; 0: for the first time."""
        seen = {"if-match": f'"{base}"'} if base else {"if-none-match": "*"}
        return self.client.put(f"{draft.path}/sections/{section}", json=content, headers=draft.headers | seen)

    def fill(self, draft: Draft, **other: object) -> dict[str, int]:
        """Save every required section once; return the revisions to file."""
        for section, content in (TYPED | other).items():
            assert self.save(draft, section, content).status_code == 200
        return dict.fromkeys(TYPED, 1)

    def fill_rest(self, draft: Draft, but: str = "income") -> dict[str, int]:
        """Save every required section but one; return their revisions."""
        rest = {section: content for section, content in TYPED.items() if section != but}
        for section, content in rest.items():
            assert self.save(draft, section, content).status_code == 200
        return dict.fromkeys(rest, 1)

    def file(
        self, draft: Draft, revisions: dict[str, int], key: str | None = None, language: str | None = None
    ) -> httpx.Response:
        """File a draft."""
        headers = draft.headers | {"idempotency-key": key or str(uuid4())}
        headers |= {"accept-language": language} if language else {}
        return self.client.post(f"{draft.path}/submission", json={"sections": revisions}, headers=headers)


@contextmanager
def running_counter(
    database_url: str,
    folder: Path,
    *,
    ready: bool = True,
    program: Sequence[str] = ("ingest",),
    lines_to: int | None = None,
    **settings: str,
) -> Iterator[RunningCounter]:
    """Start a counter on this database, with further settings, and stop it afterwards; wait until it is `ready`.

    `program`: the module that runs it, and its arguments; `lines_to`: where its lines go, if not into its log.

    Its emergency register is off, so that what needs the store is refused without it, unless a setting turns it on.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port = listener.getsockname()[1]
        environment = {
            "PATH": os.defpath,
            "DATABASE_URL": database_url,
            "APPRODO_DATA": str(folder),
            "APPRODO_PROCESS": "counter-1",
            "APPRODO_SOCKET_FD": str(listener.fileno()),
            "APPRODO_REGISTER_COPIES": "0",
            **settings,
        }
        log = (folder / "counter.log").open("wb")
        command = [sys.executable, "-m", *program]
        output = log if lines_to is None else lines_to
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, pass_fds=(listener.fileno(),), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            if ready:
                _wait_until_ready(client, process, folder / "counter.log")
            yield RunningCounter(port, database_url, client, folder / "counter.log", process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        log.close()


def _wait_until_ready(client: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while client.get("/readyz").status_code != 200:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < give_up_at, client.get("/readyz").text + log.read_text()[-1500:]
        time.sleep(0.05)
