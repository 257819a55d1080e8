"""The habit of the installed discord.py that the terse answers cure; see `test_sender.py`."""

from types import SimpleNamespace

import pytest
from discord.interactions import InteractionCallbackResponse
from discord.webhook.async_ import AsyncWebhookAdapter, interaction_message_response_params

from bot.chat.responding import TerseAdapter


class Recorder:
    """An adapter that notes its requests instead of sending them."""

    def __init__(self):
        self.requests = []

    async def request(self, route, **fields):
        self.requests.append((route.method, route.url.rpartition("/api/")[2], fields))


class Chatty(Recorder, AsyncWebhookAdapter):
    pass


class Terse(Recorder, TerseAdapter):
    pass


async def answer(adapter):
    params = interaction_message_response_params(type=4, content="x")
    data = await adapter.create_interaction_response(7, "token", session=None, params=params)
    ((method, address, fields),) = adapter.requests
    assert (method, address) == ("POST", "v10/interactions/7/token/callback")
    assert fields["payload"]["data"]["content"] == "x"
    return data, fields


async def test_habit_the_answer_is_asked_for():
    _, fields = await answer(Chatty())
    assert fields["params"] == {"with_response": "1"}, "the terse adapter may be needless"


async def test_cure_the_answer_is_not_asked_for():
    data, fields = await answer(Terse())
    assert not fields.get("params")
    given = InteractionCallbackResponse(data=data, parent=None, state=None, type=None)
    assert (given.id, given.message_id, given.resource) == (7, None, None)


@pytest.mark.parametrize("adapter", [Chatty, Terse])
async def test_files_go_along(adapter):
    made = adapter()
    params = SimpleNamespace(payload=None, multipart=[{"name": "payload_json"}], files=["file"])
    await made.create_interaction_response(7, "token", session=None, params=params)
    ((_, _, fields),) = made.requests
    assert (fields["multipart"], fields["files"]) == (params.multipart, params.files)
