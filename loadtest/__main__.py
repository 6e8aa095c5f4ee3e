"""`python -m loadtest COMMAND`: everything an engineer asks of the stranger."""

import runpy
import sys

COMMANDS = {
    "rehearse": ("loadtest.rehearsal", "launch day before launch day (`make rehearse`)"),
    "capacity": ("loadtest.capacity", "the highest rate that holds on this machine (`make capacity`)"),
    "goodput": ("loadtest.goodput", "what comes through at ten times the capacity, and after it (`make goodput`)"),
    "plan": ("loadtest.sizing", "pods, connections and a database for a launch day"),
    "verdict": ("loadtest.verdict", "judge a rehearsal again, on the system it ran on"),
    "alerts": ("loadtest.alerts", "faults one by one, and the alert that each must raise"),
    "report": ("loadtest.report", "write the report of a rehearsal again"),
}


def main() -> None:
    """Run a command with the arguments that follow its name. Exit 2 where there is none of that name."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        width = max(map(len, COMMANDS)) + 2
        sys.stderr.writelines(f"{command:<{width}}{what}\n" for command, (_, what) in COMMANDS.items())
        sys.exit(0 if name in ("-h", "--help", "help") else 2)
    module, _ = COMMANDS[name]
    del sys.argv[1]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
