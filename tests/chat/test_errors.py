"""What a person reads when something breaks, and what the log says of it."""

import re

import pytest

from bot.domain.records import public_id
from tests.chat.test_case_command import buttons


class BrokenError(Exception):
    pass


@pytest.fixture
def broken(world, monkeypatch):
    def fail(*args, **kwargs):
        raise BrokenError("the disk is on fire")

    for name in ("ask", "open", "suggest"):
        monkeypatch.setattr(world.bot.cases._lookup, name, fail)


def reference(result, caplog):
    """The reference that the person reads, after a look at the log."""
    assert result.ephemeral
    assert "disk" not in result.response.content
    (found,) = re.findall(r"`([0-9a-f]{8})`", result.response.content)
    (record,) = [record for record in caplog.records if found in record.getMessage()]
    assert record.exc_info[0] is BrokenError
    assert "secret" not in record.getMessage()
    return found


async def test_a_failing_command_gives_a_reference_that_the_log_has(world, broken, caplog):
    first = reference(await world.case("secret one"), caplog)
    second = reference(await world.case("secret two"), caplog)
    assert first != second
    assert len(world.env.errors) == 2


async def test_a_failing_component_does_too(world, caplog, request):
    result = await world.case("beijing")
    request.getfixturevalue("broken")
    custom_id = f"case:full:{public_id('li-v-liu')}"
    assert custom_id in [button.get("custom_id") for button in buttons(result.response)]
    reference(await world.other.click(result.response, custom_id=custom_id), caplog)


async def test_failing_suggestions_are_an_empty_list(world, broken, caplog):
    assert await world.member.autocomplete(world.general, "case", "query", "bei") == []
    assert "Suggesting cases failed" in caplog.text


async def test_an_error_of_discords_is_reported_once_more(world, caplog):
    world.env.inject_error("POST", "/interactions/*/callback", status=500)
    result = await world.case("beijing")
    assert result.response is None or result.ephemeral
    assert world.env.errors
