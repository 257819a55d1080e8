"""The stand-in's rules by themselves: bodies, rates, faults, permissions, the command line."""

import argparse
from typing import Any

import pytest

from tests.standin.faults import Fault, Faults
from tests.standin.rates import Buckets, InvalidRequests, SlidingWindow
from tests.standin.rules import Rate, Rules
from tests.standin.validation import (
    check_choices,
    check_commands,
    check_message,
    check_modal,
)
from tests.standin.wire import DiscordError, Snowflakes
from tests.standin.world import ADMINISTRATOR, EVERYTHING, SEND_MESSAGES, Overwrite, World

Body = dict[str, Any]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def button(**fields: Any) -> Body:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x", **fields}


def link(url: str) -> Body:
    return {"type": 2, "style": 5, "label": "x", "url": url}


def select(options: list[Body] | None = None, **fields: Any) -> Body:
    shown = options or [{"label": "x", "value": "x"}]
    return {"type": 3, "custom_id": "s", "options": shown, **fields}


def rows(*children: Body) -> Body:
    return {"components": [{"type": 1, "components": [child]} for child in children]}


def embed(**fields: Any) -> Body:
    return {"embeds": [fields]}


def field(name: str = "n", value: str = "v") -> Body:
    return {"name": name, "value": value}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        embed(title="x" * 256, description="x" * 4096),
        embed(title="x" * 256 + "   "),
        embed(fields=[field("x" * 256, "x" * 1024)] * 4),
        embed(fields=[field()] * 25),
        rows(button(label="x" * 80, custom_id="x" * 100)),
        rows(*(button(custom_id=str(number)) for number in range(5))),
        rows(link("https://example.org/" + "x" * 492), link("discord://-/channels/1")),
        rows(select([{"label": "x" * 100, "value": str(n)} for n in range(25)])),
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4000}]},
        {"content": "x", "allowed_mentions": {"parse": [], "roles": ["1"]}},
        {"content": "x", "nonce": "x" * 25},
    ],
)
def test_the_largest_messages_pass(body: Body) -> None:
    check_message(body)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"content": "x" * 2001}, "content"),
        (embed(title="x" * 257), "embeds.0.title"),
        (embed(description="x" * 4097), "embeds.0.description"),
        (embed(fields=[field()] * 26), "embeds.0.fields"),
        (embed(fields=[field(name=" ")]), "embeds.0.fields.0.name"),
        (embed(fields=[field(value="x" * 1025)]), "embeds.0.fields.0.value"),
        (embed(fields=[field(value="x" * 1000)] * 6), "embeds"),
        (embed(title="x", footer={"text": "x" * 2049}), "embeds.0.footer.text"),
        (embed(title="x", url="javascript:alert(1)"), "embeds.0.url"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        (rows(*(button(custom_id=str(number)) for number in range(6))), "components"),
        (rows(button(), button()), "components.1.components.0.custom_id"),
        (rows(button(custom_id="x" * 101)), "components.0.components.0.custom_id"),
        (rows(button(label="x" * 81)), "components.0.components.0.label"),
        (rows(button(label="")), "components.0.components.0.label"),
        (rows(button(url="https://example.org")), "components.0.components.0.url"),
        (rows(link("ftp://example.org/x")), "components.0.components.0.url"),
        (rows(link("https://example.org/" + "x" * 493)), "components.0.components.0.url"),
        (rows(select([{"label": "x", "value": str(n)} for n in range(26)])), "options"),
        (rows(select([{"label": "x", "value": "x"}] * 2)), "options.1.value"),
        (rows(select([{"label": "x" * 101, "value": "x"}])), "options.0.label"),
        (rows(select(placeholder="x" * 151)), "placeholder"),
        (rows(select(max_values=2)), "max_values"),
        ({"content": "x", "flags": 1 << 15, "components": []}, "content"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, "components"),
        ({"content": "x", "nonce": "x" * 26}, "nonce"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
            "allowed_mentions",
        ),
    ],
)
def test_a_message_over_a_limit_is_refused_at_its_place(body: Body, place: str) -> None:
    with pytest.raises(DiscordError) as caught:
        check_message(body)

    assert caught.value.code == 50035
    assert place in _places(caught.value)


def _places(error: DiscordError) -> str:
    """Every place with an error, such as `embeds.0.title`, one to a line."""
    found: list[str] = []

    def walk(node: Body, path: str) -> None:
        for name, inner in node.items():
            if name == "_errors":
                found.append(path)
            else:
                walk(inner, f"{path}.{name}" if path else name)

    assert isinstance(error.body, dict)
    walk(error.body["errors"], "")
    return "\n".join(found)


def test_a_message_of_nothing_is_refused_but_not_an_edit() -> None:
    with pytest.raises(DiscordError) as caught:
        check_message({"content": "  "})
    assert caught.value.code == 50006
    check_message({"content": None}, edit=True)


@pytest.mark.parametrize(
    ("choices", "passes"),
    [
        ([{"name": "x" * 100, "value": "x" * 100}] * 25, True),
        ([{"name": "x", "value": 3}], True),
        ([{"name": "x", "value": "x"}] * 26, False),
        ([{"name": "x" * 101, "value": "x"}], False),
        ([{"name": "x", "value": "x" * 101}], False),
        ([{"name": "", "value": "x"}], False),
        ([{"name": "x"}], False),
    ],
)
def test_choices(choices: list[Body], passes: bool) -> None:
    _passes(lambda: check_choices(choices), passes)


def _input(**fields: Any) -> Body:
    return {"type": 4, "custom_id": "i", "style": 1, **fields}


def _labelled(*inputs: Body) -> list[Body]:
    return [{"type": 18, "label": "x", "component": each} for each in inputs]


@pytest.mark.parametrize(
    ("title", "components", "passes"),
    [
        ("x" * 45, _labelled(*(_input(custom_id=str(n)) for n in range(5))), True),
        ("x", [{"type": 1, "components": [_input(label="x" * 45)]}], True),
        ("x" * 46, _labelled(_input()), False),
        ("x", _labelled(*(_input(custom_id=str(n)) for n in range(6))), False),
        ("x", _labelled(_input(), _input()), False),
        ("x", _labelled(_input(max_length=4001)), False),
        ("x", _labelled(_input(max_length=3, value="long")), False),
        ("x", _labelled(_input(disabled=True)), False),
        ("x", [{"type": 1, "components": [_input(label="x" * 46)]}], False),
        ("x", [], False),
    ],
)
def test_forms(title: str, components: list[Body], passes: bool) -> None:
    form = {"title": title, "custom_id": "f", "components": components}
    _passes(lambda: check_modal(form), passes)


def _command(**fields: Any) -> Body:
    return {"name": "case", "description": "x", "type": 1, **fields}


def _option(**fields: Any) -> Body:
    return {"name": "query", "description": "x", "type": 3, **fields}


@pytest.mark.parametrize(
    ("commands", "passes"),
    [
        ([_command(options=[_option(required=True), _option(name="b")])], True),
        ([_command(name="案例")], True),
        ([{"name": "Find cases", "type": 3}], True),
        ([_command(name="Case")], False),
        ([_command(name="x" * 33)], False),
        ([_command(description="x" * 101)], False),
        ([_command(description="")], False),
        ([_command(), _command()], False),
        ([_command(options=[_option(), _option(name="b", required=True)])], False),
        ([_command(options=[_option(), _option()])], False),
        ([_command(options=[_option(choices=[{"name": "x", "value": "x"}] * 26)])], False),
        (
            [_command(options=[_option(choices=[{"name": "x", "value": "x"}], autocomplete=True)])],
            False,
        ),
        ([_command(contexts=[3])], False),
    ],
)
def test_commands(commands: list[Body], passes: bool) -> None:
    _passes(lambda: check_commands(commands), passes)


def _passes(check: Any, passes: bool) -> None:
    if passes:
        check()
        return
    with pytest.raises(DiscordError) as caught:
        check()
    assert caught.value.code == 50035


def test_a_sliding_window_admits_its_limit_in_any_of_its_lengths() -> None:
    clock = Clock()
    window = SlidingWindow(Rate(2, 1.0), clock)

    assert window.admit() == 0
    clock.now += 0.9
    assert window.admit() == 0
    assert window.admit() == pytest.approx(0.1)
    clock.now += 0.2
    assert window.admit() == 0
    assert window.admit() > 0.5


def test_a_bucket_counts_down_and_starts_again() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    rate = Rate(2, 5.0)

    left = [buckets.take("r", 1, rate)["X-RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    with pytest.raises(DiscordError) as caught:
        buckets.take("r", 1, rate)
    assert caught.value.headers["X-RateLimit-Reset-After"] == "5.000"
    assert buckets.take("r", 2, rate)["X-RateLimit-Remaining"] == "1"
    clock.now += 5.0
    assert buckets.take("r", 1, rate)["X-RateLimit-Remaining"] == "1"


def test_invalid_requests_are_counted_in_ten_minutes_and_lead_to_a_ban() -> None:
    clock = Clock()
    invalid = InvalidRequests(3, clock)

    for status in (200, 404, 401, 403):
        invalid.count(status)
    assert not invalid.banned
    clock.now += 599
    invalid.count(429)
    assert invalid.banned
    clock.now += 2
    assert not invalid.banned
    assert invalid.most_in_ten_minutes == 3


def test_faults_repeat_with_their_seed_and_keep_their_share() -> None:
    def thrown() -> list[Fault | None]:
        faults = Faults()
        faults.inject({"503": 0.05, "reset_after": 0.05}, seed=7, route="^POST")
        assert faults.choose("GET /x") is None
        return [faults.choose("POST /x") for _ in range(4000)]

    first = thrown()
    assert first == thrown()
    for fault in (Fault.ERROR_503, Fault.RESET_AFTER):
        assert 120 < first.count(fault) < 280


def test_permissions_follow_discords_order() -> None:
    world = World(Rules())
    guild = world.add_guild("G", locale="en-US", bot_permissions=0)
    channel = world.add_channel(guild, "c")
    bot, role = world.bot.id, guild.bot_role

    def may_send() -> bool:
        return bool(world.bot_permissions(channel) & SEND_MESSAGES)

    def overwrite(target: int, kind: int, *, allow: bool) -> None:
        bits = (SEND_MESSAGES, 0) if allow else (0, SEND_MESSAGES)
        channel.overwrites[target] = Overwrite(target, kind, *bits)

    assert may_send()
    overwrite(guild.id, 0, allow=False)
    assert not may_send()
    overwrite(role.id, 0, allow=True)
    assert may_send()
    overwrite(bot, 1, allow=False)
    assert not may_send()
    role.permissions = ADMINISTRATOR
    assert world.bot_permissions(channel) == EVERYTHING
    guild.present = False
    assert world.bot_permissions(channel) == 0


def test_snowflakes_grow() -> None:
    ids = Snowflakes()
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_every_rule_can_be_named_on_the_command_line() -> None:
    rules = Rules(token="a.b.c", message_rate=Rate(3, 0.5), nonce_window=2.5, shards=4)
    parser = argparse.ArgumentParser()
    Rules.add_to(parser)

    assert Rules.read(parser.parse_args(rules.arguments())) == rules
    assert Rules.read(parser.parse_args([])) == Rules()
