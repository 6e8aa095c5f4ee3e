"""The style sheet: rules that the pages use stay, in their order, and nothing else does."""

from core.pages.assets import SHELL, Assets
from core.pages.style_sheet import only_used, words_of
from ingest.web.pages import HERE
from monitoring.public.press import HERE as PUBLIC

CSS = """
/* a theme */ :root{--used:1px;--idle:2px;--through:var(--deep);--deep:3px}
@font-face{font-family:X;src:url("x.woff2")}
.btn,.nowhere{margin:var(--used)} .nowhere:not(.btn){color:red} .btn:not(.nowhere){color:blue}
@media (min-width:1px){.nowhere{color:red}} @media print{.btn{content:"};{"}}
.icon{background:url("data:image/svg+xml,%3csvg a='b;c'%3e");top:0} .btn .gone{left:0}
"""


def test_rules_and_variables_that_nothing_uses_are_left_out():
    """A selector stays if all its classes are named somewhere; a variable if a rule that stays reads it."""
    kept = only_used(CSS, words_of(['<a class="btn">']))

    assert ":root{--used:1px}.btn{margin:var(--used)}.btn:not(.nowhere){color:blue}" in kept
    assert '@media print{.btn{content:"};{"}}' in kept
    assert not [
        gone for gone in ("nowhere{", "font-face", "idle", "deep", "min-width", ".gone", ".icon") if gone in kept
    ]


def test_what_stands_in_quotes_is_no_end_of_a_rule():
    """An address with semicolons and braces in it is kept whole."""
    kept = only_used(CSS, words_of(["icon"]))

    assert "background:url(\"data:image/svg+xml,%3csvg a='b;c'%3e\");top:0" in kept


def test_made_twice_the_files_are_the_same():
    """So that two counters serve the same names."""
    assert {name: one.name for name, one in Assets(HERE, "/statico/").all().items()} == {
        name: one.name for name, one in Assets(HERE, "/statico/").all().items()
    }


def test_the_pages_and_the_public_word_look_alike_because_one_shell_says_how():
    """What both need is said once: each sheet is served with the shell's rules, and repeats none of them."""
    shell = [line for line in (SHELL / "static" / "shell.css").read_text("utf-8").splitlines() if "url(" not in line]
    for room, sheet in ((HERE, "pages.css"), (PUBLIC, "stato.css")):
        served = Assets(room, "/").all()[sheet].plain.decode()
        own = (room / "static" / sheet).read_text("utf-8").splitlines()

        assert all(line in served for line in shell)
        assert set(own) & set(shell) <= {""}
