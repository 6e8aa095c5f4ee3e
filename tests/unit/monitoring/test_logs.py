"""What a log line says, and what it leaves out."""

import logging
import sys
import threading
import warnings
from datetime import datetime
from uuid import uuid4

import pytest

from monitoring.failures import place_of
from tests.unit.monitoring.people import CODICE_FISCALE, IBAN, PLANTED, is_in


def failing(text):
    """Fail as a library does that quotes what it was given."""
    try:
        raise KeyError(text)
    except KeyError:
        raise ValueError(f"no such person: {text}")  # noqa: B904


def failure(text=CODICE_FISCALE):
    try:
        failing(text)
    except ValueError as error:
        return error


def test_a_line_is_one_json_object_with_its_instant_in_utc(written):
    """Event, ids as fields, level, process."""
    draft_id = uuid4()
    written.log.logger.info("draft.started", draft_id=draft_id, channel="web")

    [line] = written.lines()
    assert datetime.fromisoformat(line.pop("at")).utcoffset().total_seconds() == 0
    assert line == {
        "event": "draft.started",
        "level": "info",
        "process": "counter-1",
        "draft_id": str(draft_id),
        "channel": "web",
    }


def test_an_unknown_field_is_not_said(written):
    """Neither its value nor its name: both may come from what was typed."""
    written.log.logger.info("draft.started", **{"first_name": "Maria", CODICE_FISCALE: 1})

    [line] = written.lines()
    assert line["withheld"] == 2
    assert "Maria" not in str(line)
    assert not is_in(str(line))


@pytest.mark.parametrize("planted", PLANTED)
def test_a_known_field_of_the_wrong_shape_is_withheld(written, planted):
    """The event's name too."""
    written.log.logger.info(
        planted, code=planted, number=planted, draft_id=planted, failure=planted, units={planted: 1}
    )

    assert not is_in(written.text())


def test_a_failure_is_told_by_class_and_frames(written):
    """Its message and its causes' messages quote what was typed."""
    written.log.logger.error("batch.failed", exc_info=failure())

    [line] = written.lines()
    assert line["failure"] == "ValueError"
    assert line["causes"] == ["KeyError"]
    assert [frame.rsplit(" ", 1)[1] for frame in line["frames"]] == ["failure", "failing"]
    assert line["frames"][0].startswith("tests/unit/monitoring/test_logs.py:")
    assert not is_in(str(line))


def test_a_failure_names_postgresqls_own_class(written):
    """53100 tells an operator that the disk is full."""
    error = OSError()
    error.sqlstate = "53100"
    written.log.logger.error("batch.failed", exc_info=error)

    assert written.lines()[0]["sqlstate"] == "53100"


@pytest.mark.parametrize(
    ("filename", "told"),
    [
        ("/srv/anna/approdo/.venv/lib/python3.11/site-packages/uvicorn/server.py", "uvicorn/server.py:7 serve"),
        ("/usr/lib/python3.11/asyncio/runners.py", "asyncio/runners.py:7 serve"),
        ("/srv/anna/other/thing.py", "thing.py:7 serve"),
        ("<string>", "<string>:7 serve"),
    ],
)
def test_a_place_leaves_out_the_folders_of_a_machine(filename, told):
    """They may hold somebody's name."""
    assert place_of(filename, 7, "serve") == told


@pytest.mark.parametrize("name", ["uvicorn.error", "dramatiq", "sqlalchemy.pool", "httpx", "some.library"])
def test_a_library_is_told_without_what_it_filled_in(written, name):
    """The template is its own text; the arguments are ours."""
    logging.getLogger(name).warning("cannot do %s for %s", "it", CODICE_FISCALE)

    [line] = written.lines()
    assert line["event"] == "library.warned"
    assert line["library"] == name
    assert line["said"] == "cannot do %s for %s"
    assert line["where"].startswith("tests/unit/monitoring/test_logs.py:")


def test_a_text_that_may_be_filled_in_already_is_left_out(written):
    """asyncio says so of a task nobody awaited: the text holds the exception's."""
    logging.getLogger("asyncio").error(f"Task failed: {CODICE_FISCALE}", exc_info=failure(IBAN))  # noqa: G004

    [line] = written.lines()
    assert line["event"] == "library.failed"
    assert line["failure"] == "ValueError"
    assert "said" not in line
    assert not is_in(str(line))


def test_libraries_are_heard_from_warning_up(written):
    """httpx would say the address of every call."""
    logging.getLogger("httpx").info("GET https://registry/?cf=%s", CODICE_FISCALE)
    logging.getLogger("sqlalchemy.engine").info("INSERT %s", CODICE_FISCALE)

    assert written.lines() == []


def test_a_python_warning_is_a_line(written):
    """Not a text on standard error."""
    with warnings.catch_warnings():
        logging.captureWarnings(capture=True)
        warnings.simplefilter("always")
        warnings.warn(CODICE_FISCALE, stacklevel=1)
        logging.captureWarnings(capture=False)

    assert not is_in(written.text())
    assert written.lines()[0]["library"] == "py.warnings"


def test_an_uncaught_error_is_a_line_without_its_message(written, capfd):
    """The interpreter would print the message on standard error."""
    error = failure()
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=failing, args=(CODICE_FISCALE,))
    thread.start()
    thread.join()

    assert [line["event"] for line in written.lines()] == ["process.crashed", "thread.crashed"]
    assert not is_in(written.text() + capfd.readouterr().err)


def test_the_search_for_people_finds_one(written):
    """The checks above rest on it."""
    written.log.lines.put(f"tax code {CODICE_FISCALE.lower()}".encode())

    assert is_in(written.text())
