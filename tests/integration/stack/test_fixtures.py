"""The shared parts behave as every other test takes for granted."""

import asyncpg
import redis


async def test_each_test_gets_a_database_of_its_own(empty_database_url: str) -> None:
    """What one test writes, no other sees."""
    connection = await asyncpg.connect(empty_database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.execute("CREATE TABLE left_behind ()")
    finally:
        await connection.close()


test_and_the_next_one_too = test_each_test_gets_a_database_of_its_own


async def test_every_durability_setting_is_on(empty_database_url: str) -> None:
    """The tests run on what production promises, not on something faster."""
    connection = await asyncpg.connect(empty_database_url)
    try:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert await connection.fetchval("SELECT current_setting($1)", name) == "on", name
    finally:
        await connection.close()


def test_the_bell_starts_silent(redis_url: str) -> None:
    """No test hears what another rang."""
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


test_and_stays_so = test_the_bell_starts_silent
