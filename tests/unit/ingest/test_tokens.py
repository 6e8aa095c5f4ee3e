"""Access tokens: verified without the database, and refused without a word on why."""

import hmac
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.draft import Channel
from ingest.keys import Keys, Ring
from ingest.proof import base64url
from ingest.proof.key_files import Purpose, Secret, rotated
from ingest.tokens import TOKEN_CHARACTERS, TokenInvalid, Tokens

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DRAFT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
TOKENS = Tokens(Ring((Secret(Purpose.TOKENS, 1, b"k" * 32, NOW),)))
TOKEN = TOKENS.issue(DRAFT, NOW)


@given(st.uuids(), st.floats(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_token_states_its_draft_and_its_expiry(draft_id: UUID, expires_at: datetime):
    """To the second, in 72 characters that need no escape anywhere."""
    token = TOKENS.issue(draft_id, expires_at)

    assert TOKENS.read(token) == (draft_id, expires_at.replace(microsecond=0), None)
    assert len(token) == TOKEN_CHARACTERS
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.uuids())
def test_the_draft_of_a_token_is_a_uuid_like_any_other(draft_id: UUID):
    """It is the driver's own kind, and nobody can tell: equal, found in the same place, written the same way."""
    read = TOKENS.read(TOKENS.issue(draft_id, NOW)).draft_id

    assert isinstance(read, UUID)
    assert (read, hash(read), str(read), read.bytes) == (draft_id, hash(draft_id), str(draft_id), draft_id.bytes)


@given(st.sampled_from(list(Channel)), st.integers(1, 9_999))
def test_a_token_states_its_channel_and_an_old_one_none(channel: Channel, serial: int):
    """In two bits of the key's serial that no key has used: tokens given out before stay what they are."""
    tokens = Tokens(Ring((Secret(Purpose.TOKENS, serial, b"k" * 32, NOW),)))
    key = hmac.digest(b"k" * 32, before := struct.pack(">16sIH", DRAFT.bytes, 7, serial), "sha256")
    old = base64url.encoded(before + key)

    assert channel is tokens.read(tokens.issue(DRAFT, NOW, channel)).channel
    assert (DRAFT, None) == (tokens.read(old).draft_id, tokens.read(old).channel)


def test_an_expired_token_is_read():
    """Expiry ends only saving, which is for the draft to say."""
    assert TOKENS.read(TOKENS.issue(DRAFT, NOW - timedelta(days=900))).expires_at < NOW


def test_equal_drafts_have_equal_tokens():
    """So that a repeated request gets the same answer."""
    assert TOKENS.issue(DRAFT, NOW) == TOKEN


@given(st.integers(0, TOKEN_CHARACTERS - 1), st.sampled_from("ABab09-_+/= .\u00e8"))
def test_any_character_changed_makes_a_token_invalid(place: int, other: str):
    """No character is spare."""
    if TOKEN[place] != other:
        with pytest.raises(TokenInvalid):
            TOKENS.read(TOKEN[:place] + other + TOKEN[place + 1 :])


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_anything_else_is_invalid(token: str | bytes):
    """Whatever is sent raises nothing but TokenInvalid."""
    with pytest.raises(TokenInvalid):
        TOKENS.read(token)


@pytest.mark.parametrize("token", [TOKEN[:-1], TOKEN + "A", TOKEN + "AAAA", TOKEN[:-4], "", f" {TOKEN}"])
def test_a_token_cut_or_grown_is_invalid(token: str):
    """Neither shorter nor longer."""
    with pytest.raises(TokenInvalid):
        TOKENS.read(token)


def test_another_services_token_is_invalid():
    """The same serial with another key opens nothing."""
    other = Tokens(Ring((Secret(Purpose.TOKENS, 1, b"o" * 32, NOW),)))

    with pytest.raises(TokenInvalid):
        TOKENS.read(other.issue(DRAFT, NOW))


def test_tokens_outlive_a_rotation(folder: Path):
    """The old key still opens what it sealed, and a process not yet restarted accepts the new key's tokens."""
    before = Tokens(Keys(folder, NOW).tokens)
    rotated(folder, Purpose.TOKENS, NOW)
    after = Tokens(Keys(folder, NOW).tokens)

    assert after.read(before.issue(DRAFT, NOW)).draft_id == DRAFT
    assert before.read(after.issue(DRAFT, NOW)).draft_id == DRAFT
    assert before.issue(DRAFT, NOW) != after.issue(DRAFT, NOW)
