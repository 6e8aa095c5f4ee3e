"""Settings: a wrong one is one line that names the variable and never shows the value."""

import re
from pathlib import Path

import pytest

from core.settings import SettingsError, load, no_setting

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("APPRODO_HTTP_PORT", "eighty"),
        ("APPRODO_OPS_PORT", "0"),
        ("APPRODO_CIVIL_NOW", "yesterday"),
        ("APPRODO_CIVIL_NOW", "2025-11-20T09:00:00"),  # without its offset nobody knows which instant it is
        ("APPRODO_CIVIL_NOW", "9999-12-31T23:59:59+00:00"),
        ("APPRODO_ENVIRONMENT", "staging"),
        ("APPRODO_COUNTERS", "0"),
        ("APPRODO_REGISTRIES_URL", "http://"),
        ("APPRODO_REGISTRIES_URL", "ftp://registries"),
        ("DATABASE_URL", "mysql://user:secret@host/db"),
        ("DATABASE_URL", "postgresql://user:secret@host:99999/db"),
        ("REDIS_URL", "http://secret@host"),
        ("REDIS_URL", "redis://:secret@host:port"),
        ("APPRODO_PUBLIC_URL", "http://[secret"),
        ("APPRODO_REGISTER_PEERS", "http://[secret"),
        ("APPRODO_LEASE", "PT5S"),
        ("APPRODO_POLL_INTERVAL", "PT0S"),
        ("APPRODO_PATIENCE", "-PT5S"),
        ("APPRODO_SYNTHETIC", "PT0S"),
        ("APPRODO_MAIL_SENDER", "the office"),  # a server would refuse every letter, one by one
        ("APPRODO_MAIL_SENDER", "Approdo <approdo>"),
        ("APPRODO_MAIL_OFFICE", "the office"),  # and of complaints nobody would be told
        ("APPRODO_MAIL_OFFICE", "office@localhost"),
        ("APPRODO_UNDER_WAY", "8"),  # fewer than the least
        ("APPRODO_DEADLINE", "PT10S"),  # a stop would not wait for it
        ("APPRODO_DRAFT_LIFE", "P999999D"),  # every start of a draft would fail
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(monkeypatch, variable, value):
    """Whoever reads it knows what to change; a secret in the value is not repeated."""
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError) as wrong:
        load()

    said = str(wrong.value)
    assert variable in said
    assert "\n" not in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("APPRODO_HTTPPORT", "APPRODO_HTTPPORT is no setting: is APPRODO_HTTP_PORT meant?"),
        ("APPRODO_XYZZY", "APPRODO_XYZZY is no setting (docs/settings.md lists them)"),
    ],
)
def test_a_mistyped_setting_is_named(variable, said):
    """Else it would be left out in silence, and all would run otherwise than asked for."""
    assert no_setting(["PATH", "DATABASE_URL", "APPRODO_DATA", variable]) == said


def test_every_setting_is_known():
    """Those of the page among them, however they are spelt."""
    listed = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))

    assert {"APPRODO_HTTP_PORT", "DATABASE_URL"} < listed
    assert no_setting(listed) is None


def test_two_ports_must_differ(monkeypatch):
    """Both are named."""
    monkeypatch.setenv("APPRODO_HTTP_PORT", "9000")
    monkeypatch.setenv("APPRODO_OPS_PORT", "9000")

    with pytest.raises(SettingsError, match="APPRODO_HTTP_PORT and APPRODO_OPS_PORT"):
        load()


def test_what_is_not_set_is_missed_by_name(monkeypatch, tmp_path):
    """A process that needs the ledger says which variable names it."""
    monkeypatch.setenv("APPRODO_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with pytest.raises(SettingsError, match="DATABASE_URL"):
        load().database_url()


def test_an_operators_command_finds_the_copy_that_runs(monkeypatch, tmp_path):
    """`make run` writes down where its parts are; DATABASE_URL still goes before."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "system.json").write_text('{"database_url": "postgresql://running"}')
    monkeypatch.setenv("APPRODO_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert "postgresql://running" == load().database_url()

    monkeypatch.setenv("DATABASE_URL", "postgresql://named")
    assert "postgresql://named" == load().database_url()


def test_a_secret_address_comes_from_a_file(monkeypatch, tmp_path):
    """As container engines hand secrets over; one that cannot be read, or is none, is told without what it holds."""
    secret = tmp_path / "database_url"
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(secret))

    with pytest.raises(SettingsError, match=r"^DATABASE_URL_FILE names a file that cannot be read$"):
        load().database_url()
    secret.write_text("hunter2")
    with pytest.raises(SettingsError) as wrong:
        load().database_url()
    secret.write_text("postgresql://approdo:hunter2@postgres/approdo\n")

    assert "hunter2" not in str(wrong.value)
    assert "postgresql://approdo:hunter2@postgres/approdo" == load().database_url()


@pytest.mark.parametrize(("copies", "refused"), [("", True), ("1", True), ("0", False)])
def test_a_register_of_one_copy_does_not_undercut_a_synchronous_standby(monkeypatch, copies, refused):
    """What two machines must hold is not acknowledged by one, and the line names the setting."""
    monkeypatch.setenv("APPRODO_SYNC_STANDBY", "true")
    monkeypatch.setenv("APPRODO_REGISTER_COPIES", copies)

    if refused:
        with pytest.raises(SettingsError, match="APPRODO_REGISTER_COPIES"):
            load()
    else:
        assert load().stores.sync_standby


def test_every_variable_that_our_code_names_is_a_setting():
    """None is read behind the back of the page that lists them; who measures us is a stranger with its own."""
    rooms = ("core", "bonus", "ingest", "workers", "retry", "monitoring", "deploy")
    texts = [path.read_text("utf-8") for room in rooms for path in (ROOT / room).rglob("*.py")]
    named = {name for text in texts for name in re.findall(r"APPRODO_[A-Z_]*[A-Z]", text)}

    assert set() == named - set(re.findall(r"`(APPRODO_\w+)`", (ROOT / "docs" / "settings.md").read_text("utf-8")))


def test_no_room_reads_the_environment_but_the_settings_and_who_starts_them():
    """A value that is checked at start is checked for everybody."""
    rooms = ("core", "bonus", "ingest", "workers", "retry", "monitoring")
    readers = {
        path for room in rooms for path in (ROOT / room).rglob("*.py") if "os.environ" in path.read_text("utf-8")
    }

    assert set() == readers


@pytest.mark.parametrize("sender", ["approdo@approdo.example", "Bonus mamme <approdo@approdo.example>"])
def test_a_sender_may_have_a_name(monkeypatch, sender):
    """As mail servers write it."""
    monkeypatch.setenv("APPRODO_MAIL_SENDER", sender)

    assert load().mail.mail_sender == sender
