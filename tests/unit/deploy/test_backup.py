"""A backup of a data folder with a relative name, as it has unless somebody says otherwise."""

import io
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pyrage

from deploy.backup import take


def test_keys_and_register_are_both_in_it_though_folders_are_relative(tmp_path, monkeypatch):
    """tar counts a relative folder from the one named before it, which is not where we stand."""
    monkeypatch.chdir(tmp_path)
    data, copied, identity = Path("data"), Path("data/backups/new"), pyrage.x25519.Identity.generate()
    for file in (data / "keys" / "receipts-0001.json", copied / "register" / "entries.db"):
        file.parent.mkdir(parents=True)
        file.write_text("{}")
    known = SimpleNamespace(place=SimpleNamespace(data=data, keys_folder=data / "keys"))

    take._beside(known, copied, copied, str(identity.to_public()), lambda _: None)

    opened = pyrage.decrypt((copied / take.BESIDE).read_bytes(), [identity])
    with tarfile.open(fileobj=io.BytesIO(opened)) as tar:
        assert {"keys/receipts-0001.json", "register/entries.db"} < set(tar.getnames())
