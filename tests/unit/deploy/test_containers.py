"""Containers: what can be seen of them without an engine. docs/deploy.md says what cannot."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from core.settings import Counter, Loop, Place, Registries, Stores

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "deploy" / "compose.yaml"
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
STOCK = {"caddy", "postgres", "valkey/valkey", "prom/prometheus", "prom/alertmanager", "grafana/grafana"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text())["services"]


def ours(services):
    return {name: one for name, one in services.items() if one["image"].startswith("approdo")}


def run(program, *arguments):
    command = [Path(sys.executable).with_name(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_compose_file_has_the_shape_of_one():
    """By the specification's own schema, which comes with the checker."""
    code, said = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)

    assert code == 0, said


def test_a_compose_file_of_another_shape_is_seen(tmp_path):
    """Or the check above would show nothing."""
    (tmp_path / "compose.yaml").write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:"))

    assert run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", tmp_path / "compose.yaml")[0] != 0


def test_the_containerfile_has_no_finding():
    """Of hadolint, at its lowest threshold."""
    code, said = run("hadolint", "--failure-threshold", "style", CONTAINERFILE)

    assert code == 0, said


def test_all_but_ours_are_stock_images_of_a_version(services):
    """None of `latest`."""
    others = [one["image"].split(":") for name, one in services.items() if name not in ours(services)]

    assert {name for name, _ in others} == STOCK
    assert [version for _, version in others if not re.match(r"v?\d", version)] == []


def test_every_process_of_ours_is_there(services):
    """Those that `make run` starts, and the migration before them."""
    commands = {" ".join(one["command"]) for one in ours(services).values()}

    assert commands == {"core.storage.migrate", "ingest", "workers relay", "workers run", "workers lone", "monitoring"}
    assert all("deploy.health" in " ".join(one["healthcheck"]["test"]) for name, one in _lasting(services))
    assert [one["environment"]["APPRODO_PROCESS"] for name, one in _lasting(services) if name != "counter"] == [
        name if name != "relay" else "relay-1" for name, _ in _lasting(services) if name != "counter"
    ]


def _lasting(services):
    return [(name, one) for name, one in ours(services).items() if name != "migration"]


def test_nothing_of_ours_is_root_or_writes_where_it_should_not(services):
    """An ordinary user, a file system that is read only, and no privilege to gain."""
    assert re.search(r"^USER 10001:10001$", CONTAINERFILE.read_text(), re.MULTILINE)
    for one in ours(services).values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]


def test_no_secret_stands_in_the_file(services):
    """They come from files, and no image or variable holds one."""
    told = json.dumps(services)

    assert not re.search(r"postgres(ql)?://[^\"]*:[^\"@]*@", told)
    assert [key for one in services.values() for key in one.get("environment", {}) if _is_secret(key)] == []


def _is_secret(key):
    return re.search(r"PASSWORD|SECRET|TOKEN|KEY", key) and not key.endswith(("_FILE", "__FILE"))


def test_every_variable_is_a_setting(services):
    """A misspelt one would be passed over in silence."""
    known = {
        f"APPRODO_{name.upper()}" for group in (Place, Counter, Loop, Registries, Stores) for name in group.model_fields
    }
    known |= {"DATABASE_URL_FILE", "REDIS_URL"}

    assert {key for one in ours(services).values() for key in one["environment"]} <= known


def test_the_counter_and_the_public_word_say_the_same_of_where_they_are(services):
    """Links of the pages lead to the status page, and those of its feed back to it."""
    told = {name: one["environment"] for name, one in ours(services).items()}

    assert told["counter"]["APPRODO_STATUS_URL"] == told["monitoring"]["APPRODO_STATUS_URL"] == "${APPRODO_PUBLIC_URL}"


def test_only_what_people_reach_is_reached_from_outside(services):
    """All else is published to the host's own loopback."""
    published = [port for one in services.values() for port in one.get("ports", [])]

    assert [port for port in published if not port.startswith("127.0.0.1:")] == ["8080:8080"]


def test_what_is_copied_into_the_image_exists():
    """Every room that runs, and not the stranger's."""
    copied = re.findall(r"^COPY (?!--)(\S+)", CONTAINERFILE.read_text(), re.MULTILINE)

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"core", "bonus", "retry", "monitoring", "ingest", "workers"} <= set(copied)
    assert "loadtest" not in copied


def test_what_is_mounted_exists(services):
    """A file that is not there would be made a folder by the engine."""
    mounted = [volume.split(":")[0] for one in services.values() for volume in one.get("volumes", [])]
    files = [name for name in mounted if name.startswith(".")]

    assert files
    assert [name for name in files if not (COMPOSE.parent / name).exists()] == []


@pytest.mark.parametrize(("answer", "code"), [(200, 0), (503, 1)])
def test_health_is_what_the_process_answers(tmp_path, answer, code):
    """Where it has said it is; before that it is not well."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_):
            pass

    def health():
        command = [sys.executable, "-m", "deploy.health", "worker-1"]
        known = {"APPRODO_DATA": str(tmp_path)}
        return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, check=False).returncode

    assert health() == 1
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        (tmp_path / "run").mkdir()
        told = {"pid": 1, "metrics": f"http://127.0.0.1:{server.server_address[1]}/metrics"}
        (tmp_path / "run" / "worker-1.json").write_text(json.dumps(told))
        assert health() == code
