"""What the README says is typed word by word, and an application is filed."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.system import ROOT, System


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's commands are curl's")
def test_an_application_is_filed_with_the_commands_of_the_readme(system: System, tmp_path: Path) -> None:
    """Only the address is another; what it leaves behind is a receipt that holds."""
    (tmp_path / "loadtest").symlink_to(ROOT / "loadtest")
    readme = (ROOT / "README.md").read_text("utf-8").split("## File one by hand")[1].split("The whole contract")[0]
    commands = re.sub(
        r"http://localhost:8000", system.address("http"), "\n".join(re.findall(r"^    (.*)", readme, re.M))
    )

    subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, check=True, timeout=60)

    filed = json.loads((tmp_path / "filed.json").read_text())
    assert "accepted" == filed["state"], filed
    (tmp_path / "keys.json").write_text(system.client.get("/v1/receipt-keys").text)
    verify = ["ingest.verify_receipt", str(tmp_path / "filed.json"), "--keys", str(tmp_path / "keys.json")]
    assert 0 == system.run(*verify).returncode
