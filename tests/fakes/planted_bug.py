"""A program of ours with a bug: `python -m tests.fakes.planted_bug SQL|- MODULE [ARGUMENT ...]`.

Before each COMMIT it does what SQL says; `-` stands for an acknowledgement before its commit, which then never comes.
"""

import runpy
import sys

import asyncpg


def plant(bug: str) -> None:
    """Change what COMMIT does in this process."""
    execute = asyncpg.Connection.execute

    async def with_the_bug(self, query: str, *arguments, **options):
        if query != "COMMIT":
            return await execute(self, query, *arguments, **options)
        if bug == "-":
            return await execute(self, "ROLLBACK")
        await execute(self, bug)
        return await execute(self, query, **options)

    asyncpg.Connection.execute = with_the_bug


if __name__ == "__main__":
    _, bug, module, *sys.argv[1:] = sys.argv
    plant(bug)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
