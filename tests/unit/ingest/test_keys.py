"""Keys: made once, kept for good, rotated without a gap, and never half there."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.keys import Keys, main
from ingest.proof.key_files import KeyFault, Purpose, Secret, _written_alone, kept, rotated

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]


def test_the_first_run_makes_one_key_of_each_purpose(folder: Path):
    """Four files, which nobody else can read."""
    Keys(folder, NOW)

    assert sorted(path.name for path in folder.iterdir()) == [
        "number-0001.json",
        "person-0001.json",
        "receipts-0001.json",
        "tokens-0001.json",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_next_run_finds_the_same_keys(folder: Path):
    """Nothing is made again."""
    first, second = Keys(folder, NOW), Keys(folder, NOW)

    assert (first.person, first.number) == (second.person, second.number)
    assert first.receipts.all() == second.receipts.all()
    assert first.tokens.all() == second.tokens.all()


def test_an_empty_folder_is_filled(folder: Path):
    """The folder may have been made beforehand."""
    folder.mkdir()

    Keys(folder, NOW)

    assert len(kept(folder)) == 4


def test_processes_that_start_at_once_find_the_same_keys(folder: Path):
    """Many first runs together make one set of keys and leave nothing beside it."""
    script = (
        "import sys, pathlib, datetime; from ingest.keys import Keys;"
        "k = Keys(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC));"
        "print(k.person.hex(), k.number.hex(), k.receipts.newest.value.hex(), k.tokens.newest.value.hex())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
        for _ in range(4)
    ]

    found = {process.communicate(timeout=60)[0] for process in started}

    assert len(found) == 1
    assert all(process.returncode == 0 for process in started)
    assert [path.name for path in folder.parent.iterdir()] == ["keys"]


def test_a_missing_key_is_named_and_never_made_again(folder: Path):
    """Another number key would give a number twice: the folder is not completed."""
    Keys(folder, NOW)
    (folder / "number-0001.json").unlink()

    with pytest.raises(KeyFault, match="no number key file"):
        Keys(folder, NOW)

    assert not (folder / "number-0001.json").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"use":"receipts","secret":"AAAA","created_at":"2025-11-20T08:00:00+00:00"}',
        '{"use":"receipts","secret":"not base64","created_at":"2025-11-20T08:00:00+00:00"}',
    ],
)
def test_a_damaged_key_is_named(folder: Path, damage: str):
    """Cut, empty, of another form or too short: not ready, and the message says which file."""
    Keys(folder, NOW)
    (folder / "receipts-0001.json").write_text(damage)

    with pytest.raises(KeyFault, match=r"receipts-0001\.json: not a key file"):
        Keys(folder, NOW)


def test_a_key_in_the_wrong_place_is_refused(folder: Path):
    """A token key is no receipt key, whatever its name."""
    Keys(folder, NOW)
    (folder / "receipts-0001.json").write_bytes((folder / "tokens-0001.json").read_bytes())

    with pytest.raises(KeyFault, match="receipts-0001"):
        Keys(folder, NOW)


def test_a_key_that_cannot_be_read_is_named(folder: Path):
    """A folder in a file's place stands for every error of reading."""
    Keys(folder, NOW)
    (folder / "tokens-0001.json").unlink()
    (folder / "tokens-0001.json").mkdir()

    with pytest.raises(KeyFault, match="tokens-0001"):
        Keys(folder, NOW)


def test_a_key_open_to_everybody_is_refused(folder: Path):
    """Whoever can read it can sign."""
    Keys(folder, NOW)
    (folder / "receipts-0001.json").chmod(0o604)

    with pytest.raises(KeyFault, match="everybody can read"):
        Keys(folder, NOW)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    """One line, not a stack."""
    (tmp_path / "file").write_text("")

    with pytest.raises(KeyFault, match="keys: "):
        Keys(tmp_path / "file" / "keys", NOW)


def test_two_keys_that_must_be_one_are_refused(folder: Path):
    """Nobody can tell which of two number keys the data was made with."""
    Keys(folder, NOW)
    os.link(folder / "number-0001.json", folder / "number-0002.json")

    with pytest.raises(KeyFault, match="2 number key files"):
        Keys(folder, NOW)


def test_a_rotation_adds_a_key_that_the_next_start_uses(folder: Path):
    """The newest signs, the older ones are kept."""
    before = Keys(folder, NOW)

    made = rotated(folder, Purpose.RECEIPTS, NOW)

    after = Keys(folder, NOW)
    assert after.receipts.newest == made != before.receipts.newest
    assert after.receipts.all() == (before.receipts.newest, made)
    assert stat.S_IMODE((folder / made.file_name).stat().st_mode) == 0o600


def test_a_running_process_recognises_a_key_made_since_its_start(folder: Path):
    """It keeps signing with its own, and finds the new one when something made with it comes in."""
    running = Keys(folder, NOW)

    made = rotated(folder, Purpose.TOKENS, NOW)

    assert running.tokens.newest.serial == 1
    assert running.tokens.find(2) == made
    assert running.tokens.find(3) is None


def test_a_folder_lost_while_running_changes_nothing(folder: Path):
    """What is known stays known; what is not is not found."""
    running = Keys(folder, NOW)
    folder.rename(folder.with_name("gone"))

    assert running.tokens.find(1) == running.tokens.newest
    assert running.tokens.find(2) is None


def test_only_keys_that_may_rotate_rotate(folder: Path):
    """The person's and the number's stay as long as the data lives."""
    Keys(folder, NOW)

    with pytest.raises(KeyFault, match="do not rotate"):
        rotated(folder, Purpose.PERSON, NOW)


def test_rotations_at_once_take_a_serial_each(folder: Path):
    """No rotation overwrites another."""
    Keys(folder, NOW)
    command = [sys.executable, "-m", "ingest.keys", "rotate", "tokens", "--keys", str(folder)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(3)]

    codes = [process.wait(timeout=60) for process in started]

    assert codes == [0, 0, 0]
    assert [secret.serial for secret in Keys(folder, NOW).tokens.all()] == [1, 2, 3, 4]
    assert len({secret.value for secret in kept(folder)}) == 7


def test_a_rotation_never_overwrites_a_key(folder: Path):
    """Where another rotation took the serial first, its file stays as it is and this one takes the next."""
    Keys(folder, NOW)
    first = rotated(folder, Purpose.TOKENS, NOW)
    late = Secret(Purpose.TOKENS, first.serial, b"x" * 32, NOW)

    assert not _written_alone(folder, late)

    assert Keys(folder, NOW).tokens.newest == first
    assert len(list(folder.iterdir())) == 5


def test_the_command_says_what_it_made(folder: Path, capsys: pytest.CaptureFixture[str]):
    """What is made, that nothing has changed yet, what to do next, and that nothing is thrown away."""
    Keys(folder, NOW)

    assert main(["rotate", "receipts", "--keys", str(folder)]) == 0

    said = capsys.readouterr().out
    for part in (f"Made {folder / 'receipts-0002.json'}", "from its next start on", "backup", "receipts-0001.json"):
        assert part in said
    assert json.loads((folder / "receipts-0002.json").read_text())["use"] == "receipts"


def test_the_command_does_not_rotate_what_was_never_made(folder: Path, capsys: pytest.CaptureFixture[str]):
    """One clear line and an exit code."""
    assert main(["rotate", "receipts", "--keys", str(folder)]) == 1

    assert "no receipts key file" in capsys.readouterr().err
