"""Gathered: facts that are counted first and stated together."""

from ingest.gathered import Gathered


def test_equal_facts_are_stated_once_with_how_many_they_were():
    """And not again: each is counted by who listens as often as it was so."""
    stated = []
    gathered = Gathered(lambda fact, **fields: stated.append((fact, fields)))
    for channel in ("web", "web", "patronato"):
        gathered.add("request.shed", "keeping", channel)
    gathered.add("request.turned_away", "section.save", "overloaded", 503)
    gathered.state()
    gathered.state()

    assert [
        ("request.shed", {"kind": "keeping", "channel": "web", "count": 2}),
        ("request.shed", {"kind": "keeping", "channel": "patronato", "count": 1}),
        ("request.turned_away", {"operation": "section.save", "code": "overloaded", "status": 503, "count": 1}),
    ] == stated
