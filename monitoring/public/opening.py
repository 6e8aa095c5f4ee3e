"""Opening: how the office of one system is put together at its composition root."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson

from core.clock import SystemClock
from core.files import write_once
from core.hooks import Observe
from core.settings import Place, Settings
from core.storage import incidents
from core.storage import synthetic as synthetics
from core.storage.reader import Reader
from monitoring.balance.signature import Keys, read_keys
from monitoring.console.sampler import Sampler
from monitoring.exporter import Exporter
from monitoring.public.office import Eyes, Files, Office
from monitoring.public.press import Press
from monitoring.public.probes import SECONDS, Seen, counter_says
from monitoring.public.word import Takes
from monitoring.synthetic.applicant import walk
from monitoring.synthetic.round import Round

OLD = 30.0  # seconds after which what was read from the ledger proves nothing


def office(
    known: Settings, reader: Reader, exporter: Exporter, sampler: Sampler, observe: Observe, client: httpx.AsyncClient
) -> Office:
    """Return the office of the system that runs on these settings. Errors: ThemeMissing."""
    place, url = known.place, known.database_url()

    async def see() -> Seen:
        said = await counter_says(client, _inside(place))
        if said.answers:
            sampler.on_register = said.on_register
        asked, sent_away = sampler.crowd()
        return Seen(
            counter_answers=said.answers,
            store_answers=exporter.seen.reachable if said.store_answers is None else said.store_answers,
            on_register=said.on_register,
            refuses=said.refuses,
            entries_waited=sampler.entries_waited(),
            oldest_due=_oldest(exporter),
            asked=asked,
            sent_away=sent_away,
            registries_stopped=sampler.stopped(),
        )

    def takes() -> Takes | None:
        made, age = exporter.seen.estimate, timedelta(seconds=exporter.age)
        return Takes(made.quick, made.slow, datetime.now(UTC) - age) if made else None

    eyes = Eyes(see, takes, lambda: bool(exporter.seen.civil_offset))
    files = Files(
        lambda: incidents.latest(reader),
        lambda new: incidents.write(url, new),
        lambda one: incidents.civil_span(reader, one),
        lambda incident_id, effect: incidents.attest(url, incident_id, effect, SystemClock().now()),
        lambda done: incidents.note(url, done),
    )
    here = place.status_url or f"http://localhost:{place.ops_port}"
    return Office(place.public_folder, eyes, files, Press(lambda: outside(place), here), SystemClock(), observe)


def alerts_key(folder: Path) -> str:
    """Return the key that Alertmanager must send (`credentials_file`): made on the first start, for its owner alone.

    Whoever looks finds a whole key or none; a file that holds none, of somebody who was killed over it, is made anew.
    """
    file = folder / "alerts.key"
    folder.mkdir(parents=True, exist_ok=True)
    if file.exists() and not file.read_text().strip():
        file.unlink()
    if not file.exists():
        write_once(file, secrets.token_urlsafe(32).encode())
    return file.read_text().strip()


async def published_keys(place: Place, client: httpx.AsyncClient) -> Keys | None:
    """Return the keys receipts are checked with, as the counter publishes them; None where it does not answer."""
    try:
        answer = await client.get(f"{_inside(place)}/v1/receipt-keys", timeout=SECONDS)
        return read_keys(answer.raise_for_status().json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return None


def synthetic(known: Settings, client: httpx.AsyncClient, observe: Observe) -> Round:
    """Return the round of the synthetic applicant; without a setting it files nothing."""
    url, place = known.database_url(), known.place
    return Round(
        place.synthetic,
        lambda number: walk(client, _inside(place), number, lambda draft_id: synthetics.name(url, draft_id)),
        lambda: synthetics.tidy(url),
        observe,
    )


def _oldest(exporter: Exporter) -> timedelta | None:
    """How long the oldest due decision has waited; None where that was read too long ago."""
    backlog = exporter.seen.backlog
    if backlog is None or exporter.age > OLD:
        return None
    return timedelta(seconds=max((lane.oldest_seconds for lane in backlog if lane.kind == "decision"), default=0.0))


def _inside(place: Place) -> str:
    """Where the counter is asked: the running system says so, else the port of the settings on this machine."""
    try:
        return str(orjson.loads((place.run_folder / "system.json").read_bytes())["http"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"http://127.0.0.1:{place.http_port}"


def outside(place: Place) -> str:
    """Where the public finds the counter."""
    return place.public_url or _inside(place)
