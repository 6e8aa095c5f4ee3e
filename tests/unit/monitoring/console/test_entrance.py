"""The entrance: who is let in, as what, for how long; and what a form must prove."""

import re
import stat
from datetime import UTC, datetime

import httpx
import pytest

from core.clock import SystemClock
from core.domain.switch import Pause
from core.storage.audit import Trail
from core.storage.operators import Operators
from core.storage.switches import Switches
from monitoring import operators as command
from monitoring.console.app import Console, Hands, build
from monitoring.console.roster import Operator, Role, Roster, hashed
from monitoring.console.sampler import Sampler
from monitoring.console.sessions import IDLE, LONGEST
from monitoring.console.throttle import BURST, Throttle
from monitoring.exporter import Exporter
from monitoring.series import Series
from tests.unit.monitoring.console.test_console import AwayPool, a_bulletin, found_before_launch

HERE = "https://localhost:8001"
PASSWORD = "correct horse battery"
SECRET = hashed(PASSWORD)
MACHINES = ("/livez", "/metrics", "/targets")
PAGES = ("/", "/worklist", "/desk", "/switches", "/incidents", "/audit", "/audit.csv", "/v1/snapshot")


class Port:
    """The operators' port in production, and its time."""

    def __init__(self, folder) -> None:
        self.now, self.turned, self.pauses, self.bulletin = 1_000.0, [], [], a_bulletin()
        self.roster = Roster(folder / "keys")
        self.sampler = Sampler(folder, Exporter(None, lambda *_, **__: None), "production", lambda *_, **__: None)

    async def turn(self, turn):
        self.turned.append(turn)

    def app(self, *, development=False):
        switches = Switches(self.read, SystemClock())
        ledger, trail = Operators(AwayPool(), None), Trail(AwayPool())
        hands = Hands(ledger, None, switches, self.turn, trail, self.roster, self.bulletin)
        console = Console(
            self.sampler,
            Series().registry,
            self.roster.path.parent,
            None,
            None,
            found_before_launch,
            hands,
            lambda *_, **__: None,
            lambda: self.now,
        )
        return build(console, development=development)

    def open(self, *, development=False):
        app = self.app(development=development)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=HERE, headers={"origin": HERE})

    async def read(self):
        return self.pauses

    def add(self, name="ada", *roles):
        self.roster.put(Operator(name, frozenset(roles or {Role.OPERATOR}), SECRET))

    async def logged_in(self, *roles):
        self.add("ada", *roles)
        client = self.open()
        answer = await client.post("/login", data={"name": "ada", "password": PASSWORD, "to": "/worklist"})
        assert (303, "/worklist") == (answer.status_code, answer.headers["location"])
        return client, answer


@pytest.fixture
def port(tmp_path):
    return Port(tmp_path)


async def turned(client, **changed):
    """Pause the starts by the form on the page, with something changed."""
    page = (await client.get("/switches")).text
    proof = page.partition('name="proof" value="')[2].partition('"')[0]
    told = {"switch": "starts", "way": "pause", "why": "a drill", "minutes": "5", "proof": proof}
    return await client.post("/switches/turn", data=told | changed)


@pytest.mark.parametrize("added", [False, True])
async def test_production_is_never_open(port, added):
    """Nor before anybody was added; machines read what they need, and say nothing of people."""
    if added:
        port.add()
    client = port.open()

    assert {(await client.get(path)).status_code for path in PAGES} <= {303, 401}
    assert {(await client.get(path)).status_code for path in MACHINES} == {200}
    assert 401 == (await client.post("/switches/turn", data={})).status_code


async def test_development_is_open_until_somebody_is_added(port):
    """And says so; then it is closed there too."""
    client = port.open(development=True)
    before = await client.get("/switches")
    port.add()

    assert "nobody has been added yet" in before.text
    assert 303 == (await client.get("/switches")).status_code


async def test_a_login_opens_a_short_session_of_this_browser_alone(port):
    """No script reads its cookie, no other site sends it, and it goes over TLS only."""
    client, answer = await port.logged_in()
    cookie = answer.headers["set-cookie"].lower()

    assert all(said in cookie for said in ("httponly", "samesite=strict", "secure", "path=/"))
    assert "ada (operator)" in (await client.get("/switches")).text


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong horse battery"), ("eve", PASSWORD), ("", "")])
async def test_who_is_not_known_is_told_nothing_else(port, name, password):
    """The same answer for a wrong name and a wrong password."""
    port.add()
    client = port.open()
    answer = await client.post("/login", data={"name": name, "password": password})

    assert 401 == answer.status_code
    assert "No such name and password" in answer.text
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down_and_nobody_is_locked_out(port):
    """After some wrong ones the name waits; a little later the right one opens."""
    port.add()
    client = port.open()
    for _ in range(BURST):
        await client.post("/login", data={"name": "ada", "password": "wrong horse battery"})
    right = {"name": "ada", "password": PASSWORD}
    refused = await client.post("/login", data=right)
    port.now += int(refused.headers["retry-after"])
    opened = await client.post("/login", data=right)

    assert (429, 303) == (refused.status_code, opened.status_code)


def test_one_name_does_not_slow_another():
    """Except where so many guess at once that everybody waits a second."""
    throttle = Throttle()
    for _ in range(BURST):
        throttle.wrong("ada", 0.0)

    assert throttle.wait("ada", 0.0) > 0
    assert 0 == throttle.wait("bob", 0.0)


async def test_every_act_carries_the_name_of_the_login(port):
    """What a form says about who is not asked."""
    client, _ = await port.logged_in()
    answer = await turned(client, who="eve")

    assert 303 == answer.status_code
    assert [("ada", "a drill", "starts", True)] == [(t.who, t.why, t.switch, t.paused) for t in port.turned]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"proof": "another"}, "foreign-form"),
        ({"why": "  "}, "not-said"),
        ({"why": "x" * 501}, "too-long"),
        ({"why": "for RSSMRA85T50A562W"}, "personal"),
        ({"switch": "intake:fax"}, "no-such-switch"),
        ({"minutes": "0"}, "not-a-time"),
        ({"minutes": "soon"}, "not-a-time"),
        ({"minutes": "20000"}, "not-a-time"),
    ],
)
async def test_a_form_that_makes_no_sense_changes_nothing(port, changed, code):
    """Each is told apart, and quotes nothing of what was sent."""
    client, _ = await port.logged_in()
    answer = await turned(client, **changed)

    assert code == answer.json()["code"]
    assert "RSSMRA85T50A562W" not in answer.text
    assert [] == port.turned


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
async def test_a_form_of_another_place_is_refused(port, origin):
    """Also the login's own: nobody is logged in by somebody else's page."""
    client, _ = await port.logged_in()
    page = await client.get("/switches")
    proof = page.text.partition('name="proof" value="')[2].partition('"')[0]
    form = {"switch": "starts", "way": "pause", "why": "a drill", "proof": proof}
    answers = [
        await client.post("/switches/turn", data=form, headers={"origin": origin}),
        await client.post("/login", data={"name": "ada", "password": PASSWORD}, headers={"origin": origin}),
    ]

    assert [403, 403] == [answer.status_code for answer in answers]
    assert [] == port.turned


@pytest.mark.parametrize(
    ("method", "path", "headers", "form", "status"),
    [
        ("GET", "/switches", {"cookie": "a/b=1; [x]=2; a,b"}, None, 303),
        ("GET", "/switches", {"cookie": 'a="\\777"; approdo_console="\\400"'}, None, 303),
        ("POST", "/login", {"origin": "http://["}, {"name": "ada"}, 403),
        ("POST", "/login", {"origin": "https://[::1"}, {"name": "ada"}, 403),
        ("POST", "/login", {"origin": "//localhost:8001"}, {"name": "ada"}, 403),
        ("POST", "/login", {}, {"name": "ada\0", "password": "x"}, 400),
        ("GET", "/worklist?reason=%00", {}, None, 400),
    ],
)
async def test_what_nobody_should_send_is_no_fault_of_ours(port, method, path, headers, form, status):
    """Others' cookies, malformed origins, what no database takes: answered like anything else that is wrong."""
    port.add()
    answer = await port.open().request(method, path, headers=headers, data=form)

    assert status == answer.status_code


async def test_a_cookie_of_another_program_keeps_nobody_out(port):
    """Cookies know no ports: what else runs on this machine may have set one of any form."""
    client, answer = await port.logged_in()
    ours = answer.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()

    assert 200 == (await client.get("/switches", headers={"cookie": f"a/b=1; {ours}; [x]=2"})).status_code


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", "2025-13-01"])
async def test_a_plan_of_no_time_is_not_replayed(port, until):
    """422, before anything is looked for."""
    client, _ = await port.logged_in()
    proof = (await client.get("/switches")).text.partition('name="proof" value="')[2].partition('"')[0]
    answer = await client.post(
        "/worklist/replay", data={"reason": "crashes", "why": "a drill", "until": until, "proof": proof}
    )

    assert (422, "unreadable") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER])
async def test_a_role_does_what_it_is_for(port, role):
    """Looking is for everybody; turning switches is for operators, ruling for officers."""
    client, _ = await port.logged_in(role)
    answer = await turned(client)

    assert (403, "not-yours") == (answer.status_code, answer.json()["code"])
    assert [] == port.turned


@pytest.mark.parametrize("later", [IDLE, LONGEST])
async def test_a_session_ends_by_itself(port, later):
    """After half an hour in which nothing was done by hand, and after a working day in any case."""
    client, _ = await port.logged_in()
    port.now += later.total_seconds() + 1

    assert 303 == (await client.get("/switches")).status_code


async def test_a_page_that_refreshes_itself_keeps_no_session_alive(port):
    """Half an hour of snapshots is half an hour of nobody there."""
    client, _ = await port.logged_in()
    for _ in range(4):
        port.now += IDLE.total_seconds() / 3
        await client.get("/v1/snapshot")

    assert 303 == (await client.get("/switches")).status_code


@pytest.mark.parametrize("how", ["removed", "another password", "another role"])
async def test_who_is_removed_or_changed_is_out_at_once(port, how):
    """The file decides, at every request."""
    client, _ = await port.logged_in()
    if how == "removed":
        port.roster.remove("ada")
    elif how == "another password":
        port.roster.put(Operator("ada", frozenset({Role.OPERATOR}), SECRET.replace("$m", "$m") + " "))
    else:
        port.add("ada", Role.VIEWER)

    assert 303 == (await client.get("/switches")).status_code


async def test_logging_out_ends_it(port):
    """On the server too: the cookie opens nothing any more."""
    client, answer = await port.logged_in()
    cookie = answer.headers["set-cookie"].partition(";")[0]
    proof = (await client.get("/worklist")).text.partition('name="proof" value="')[2].partition('"')[0]
    await client.post("/logout", data={"proof": proof})

    assert 303 == (await port.open().get("/worklist", headers={"cookie": cookie})).status_code


@pytest.mark.parametrize("to", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", ""])
async def test_the_login_leads_to_no_other_site(port, to):
    """What it goes on to is a page of ours."""
    port.add()
    answer = await port.open().post("/login", data={"name": "ada", "password": PASSWORD, "to": to})

    assert "/" == answer.headers["location"]


def test_passwords_are_asked_for_and_kept_as_hashes_for_the_owner_alone(tmp_path, monkeypatch, capsys):
    """Twice, and long enough; the file holds no password, and nobody else may read it."""
    monkeypatch.setenv("APPRODO_KEYS", str(tmp_path))
    said = iter([PASSWORD, PASSWORD])
    code = command.main(["add", "ada", "--role", "operator", "--role", "officer"], ask=lambda _: next(said))
    file = tmp_path / "operators.json"

    assert 0 == code
    assert PASSWORD not in file.read_text()
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert Roster(tmp_path).people()["ada"].knows(PASSWORD)
    assert {Role.OPERATOR, Role.OFFICER} == Roster(tmp_path).people()["ada"].roles
    assert "ada" in capsys.readouterr().out


@pytest.mark.parametrize("said", [("short", "short"), (PASSWORD, PASSWORD + "!")])
def test_a_password_too_short_or_typed_in_two_ways_is_not_taken(tmp_path, monkeypatch, said):
    """Nothing is written."""
    monkeypatch.setenv("APPRODO_KEYS", str(tmp_path))
    asked = iter(said)

    assert 1 == command.main(["add", "ada", "--role", "viewer"], ask=lambda _: next(asked))
    assert not (tmp_path / "operators.json").exists()


def test_a_roster_that_cannot_be_read_lets_nobody_in(tmp_path):
    """Broken is not empty: development does not open up because of it."""
    roster = Roster(tmp_path)
    roster.path.write_text("{")

    assert ({}, True) == (roster.people(), roster.exists)


async def asked(app, path, method="GET"):
    """Ask with a path as it comes from the wire: no client of ours has tidied it up."""
    told, sent = [], [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message):
        told.append(message)

    headers = [(b"host", b"localhost:8001"), (b"origin", b"https://localhost:8001")]
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": headers, "client": ("127.0.0.1", 50_000), "scheme": "https", "http_version": "1.1"}
    scope |= {"server": ("localhost", 8001), "root_path": ""}
    await app(scope, receive, send)
    head, body = told[0], b"".join(message.get("body", b"") for message in told[1:])
    return head["status"], dict(head["headers"]), body


def every_route(router):
    """Those of the routers that were included are found in these."""
    for route in router.routes:
        if inner := getattr(route, "original_router", None):
            yield from every_route(inner)
        elif getattr(route, "methods", None):
            yield route


@pytest.mark.parametrize("added", [False, True])
async def test_every_address_there_is_wants_a_login_but_those_of_machines(port, added):
    """Of every route and method the port has, in production; whoever adds one has to say so here."""
    if added:
        port.add()
    app = port.app()
    routes = list(every_route(app._app._app))
    opened = set()
    for route in routes:
        path = re.sub(r"\{\w+\}", "AAAA2222", route.path)
        for method in route.methods:
            status, headers, _ = await asked(app, path, method)
            to_login = status == 303 and headers[b"location"].startswith(b"/login?")
            opened |= set() if status == 401 or to_login or path.startswith("/static/") else {path}

    assert len(routes) > 20
    assert set(MACHINES) | {"/login", "/v1/preflight"} >= opened


@pytest.mark.parametrize(
    "path",
    [
        "/static/../switches",
        "/static/..%2fswitches",
        "/static//../audit",
        "//switches",
        "/./switches",
        "/switches/",
        "/SWITCHES",
        "/livez/../audit",
        "/livez;/audit",
        "/login/../audit.csv",
        "/metrics/",
        "/static/%2e%2e/app.py",
        "/static/../templates/base.html",
        "/static/../../operators.py",
    ],
)
async def test_no_way_of_writing_a_path_leads_behind_the_login(port, path):
    """To the login, or to nothing."""
    port.add()
    status, headers, body = await asked(port.app(), path)

    assert status in (303, 401, 404, 307)
    assert status != 303 or headers[b"location"].startswith(b"/login?to=")
    assert b'name="proof"' not in body
    assert b"import" not in body


async def test_who_and_why_are_shown_as_they_were_typed_and_never_run(port):
    """In the page of the switches, by whoever paused one, also from a shell."""
    knife = '<script>alert(1)</script>"onmouseover='
    port.pauses = [Pause("starts", datetime(2025, 11, 20, tzinfo=UTC), None, knife, knife)]
    client, _ = await port.logged_in()
    await turned(client, why=knife)
    page = (await client.get("/switches")).text

    assert knife not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;onmouseover=" in page
    assert [knife] == [turn.why for turn in port.turned]
