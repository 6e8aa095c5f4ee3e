"""The tools of those who watch; without them these tests are skipped, and under CI they fail."""

import os
import subprocess

import pytest

from deploy.watch.tools import NoTools, find, need


@pytest.fixture(scope="session")
def tool():
    """Find a tool; nothing is downloaded behind anybody's back but in CI."""

    def of(name):
        if find(name) is None and not os.environ.get("CI"):
            pytest.skip(f"{name} is not here: `make watch-tools` fetches it from Debian's packages")
        try:
            return need(name)
        except NoTools as error:
            pytest.fail(str(error))

    return of


@pytest.fixture
def run(tool, tmp_path):
    """Run a tool in a folder of the test's own; return its exit code, its answer and all it said."""

    def run(name, *arguments):
        command = [tool(name), *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stdout + done.stderr

    return run
