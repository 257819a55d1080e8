"""Whatever a record holds, its embed and components keep Discord's limits."""

import json
from collections.abc import Iterator

import discord
import pytest
from hypothesis import given, settings

from bot.chat import limits
from bot.chat.render.case import case_embed
from bot.chat.render.full_record import full_record
from bot.chat.render.lines import choice_name, headline, option_description, option_label
from bot.chat.render.reply import case_message, with_fits
from bot.chat.views.case import case_view
from bot.domain.case import MAX_ITEMS, Case
from bot.domain.records import PUBLIC, Record, parse_case, public_id, to_document
from bot.domain.vocabulary import Relation
from bot.search import MOST_COUNTED
from bot.services.case_files import shipped_folder
from bot.services.lookup import Answer, RelatedLine, line_of
from bot.text import text_for
from tests.strategies import HOSTILE, cases, examples

TEXT = text_for("en-GB")
SHIPPED = sorted((shipped_folder() / "cases").glob("*.json"))


def answer_of(case: Case) -> Answer:
    line = line_of(Record(public_id(case.slug), PUBLIC, 1, to_document(case)))
    return Answer(line, case, tuple(RelatedLine(link.relation, line) for link in case.related))


def broken_limits(embed: discord.Embed) -> Iterator[str]:
    """Each limit of Discord's documentation that an embed breaks."""
    data = embed.to_dict()
    fields = data.get("fields", [])
    parts = [
        ("title", data["title"], limits.EMBED_TITLE),
        ("description", data["description"], limits.EMBED_DESCRIPTION),
        ("footer", data["footer"]["text"], limits.EMBED_FOOTER),
        *((f"name {n}", field["name"], limits.FIELD_NAME) for n, field in enumerate(fields)),
        *((f"value {n}", field["value"], limits.FIELD_VALUE) for n, field in enumerate(fields)),
    ]
    yield from (name for name, text, limit in parts if not 0 < limits.size(text) <= limit)
    if len(fields) > limits.EMBED_FIELDS:
        yield "fields"
    if sum(limits.size(text) for _, text, _ in parts) > limits.EMBED_TOTAL:
        yield "total"
    if not (data.get("url") or "https://").startswith("https://"):
        yield "url"


def broken_components(view: discord.ui.View) -> Iterator[str]:
    """Each limit of Discord's component reference that a view breaks."""
    rows = view.to_components()
    if len(rows) > 5:
        yield "rows"
    parts = [part for row in rows for part in row["components"]]
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(ids) != len(set(ids)):
        yield "custom_id twice"
    for row in rows:
        buttons = [part for part in row["components"] if part["type"] == 2]
        if len(buttons) > 5 or (
            len(row["components"]) > 1 and len(buttons) < len(row["components"])
        ):
            yield "row"
    for part in parts:
        if len(part.get("custom_id", "")) > limits.CUSTOM_ID:
            yield "custom_id"
        if part["type"] == 2 and not 0 < limits.size(part["label"]) <= limits.BUTTON_LABEL:
            yield f"label {part['label']!r}"
        if "url" in part and not (
            part["url"].startswith("https://") and len(part["url"]) <= limits.LINK_URL
        ):
            yield "url"
        options = part.get("options", [])
        if part["type"] == 3 and not 1 <= len(options) <= limits.SELECT_OPTIONS:
            yield "options"
        if len({option["value"] for option in options}) < len(options):
            yield "option twice"
        for option in options:
            if not 0 < limits.size(option["label"]) <= limits.OPTION_LABEL:
                yield "option label"
            if not 0 < limits.size(option["description"]) <= limits.OPTION_DESCRIPTION:
                yield "option description"


def check(case: Case) -> None:
    answer = answer_of(case)
    message = with_fits(case_message(answer, TEXT), (answer.line,) * 2, 30, TEXT)
    assert not list(broken_limits(message.embed))
    assert 0 < limits.size(message.content) <= limits.CONTENT
    message = case_message(answer, TEXT)
    for private in (True, False):
        view = case_view(message, 2**63, TEXT, private=private)
        assert not list(broken_components(view))
    assert 0 < limits.size(choice_name(answer.line)) <= limits.CHOICE_NAME
    assert full_record(answer, TEXT)


@pytest.mark.soak
@given(cases)
@settings(max_examples=examples(20, 3000), deadline=None)
def test_any_valid_case_renders_within_the_limits(case):
    check(case)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_case_renders_within_the_limits(path):
    check(parse_case(path.read_bytes()))


def shipped(slug: str) -> Answer:
    return answer_of(parse_case((shipped_folder() / "cases" / f"{slug}.json").read_bytes()))


def test_li_v_liu_is_told_whole():
    answer = shipped("li-v-liu")
    embed = case_embed(answer, TEXT)
    shown = json.dumps(embed.to_dict(), ensure_ascii=False)
    for part in (
        "Beijing Internet Court",
        "北京互联网法院",
        "27 Nov 2023",
        "Stable Diffusion",
        "Copyright recognised",
        "chose and ordered prompts, set parameters",
        "rights of attribution and information network dissemination",
        "CNY 500 damages",
        "CNY 50 costs",
        "(2023)京0491民初11279号",
        "Zhu Ge",
        "other courts may reverse or disregard it",
        "Thaler v. Perlmutter",
        "Zarya of the Dawn",
        "https://aigovernancecompass.com/newsinfo/1000056.html",
        "Chinese",
        "As of Jul 2026",
        "Not legal advice",
    ):
        assert part in shown, part


def test_a_record_too_long_says_what_it_left_out_and_where_to_read_it():
    document = json.loads(to_document(shipped("li-v-liu").case))
    document["sources"] = [
        {**document["sources"][0], "url": f"https://example.org/{n}"} for n in range(40)
    ]
    document["aliases"] = [f"A rather long alias for this case, number {n}" for n in range(30)]
    document["rulings"][0]["holding"] = "The court held this and that. " * 133
    document["summary"] = "It happened so. " * 240
    case = parse_case(json.dumps(document).encode())
    check(case)
    answer = answer_of(case)
    footer = case_embed(answer, TEXT).footer.text
    assert footer
    for missing in (
        "part of “Summary”",
        "part of “What was held”",
        "of “Sources”",
        "Full record",
    ):
        assert missing in footer
    record = full_record(answer, TEXT)
    assert "https://example.org/39" in record
    assert "number 29" in record
    assert case.rulings[0].holding.strip() in record


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_record_formats_and_mentions_nothing(text):
    document = json.loads(to_document(shipped("li-v-liu").case))
    document.update(title=text[:200], summary=text, aliases=[text[:200]])
    case = parse_case(json.dumps(document).encode())
    message = case_message(answer_of(case), TEXT)
    shown = message.content + json.dumps(message.embed.to_dict(), ensure_ascii=False)
    for syntax in (
        "<@",
        "<#",
        "<t:",
        "</case",
        "<:x",
        "\u202e",
        "\u200b",
        "\x00",
        "](https://evil",
    ):
        assert not any(
            shown[place - 1] != "\\"
            for place in range(len(shown))
            if shown.startswith(syntax, place)
        ), syntax


def test_the_line_above_the_embed_tells_the_result_by_itself():
    line = shipped("li-v-liu").line
    assert headline(line, TEXT) == (
        "**Li v. Liu** · 🇨🇳 Beijing Internet Court · 27 Nov 2023 · Copyright recognised"
    )
    assert choice_name(line) == "Li v. Liu · 🇨🇳 Beijing Internet Court · 2023"
    assert option_label(line) == "Li v. Liu"
    assert option_description(line, TEXT) == (
        "🇨🇳 Beijing Internet Court · 2023 · Copyright recognised"
    )


def test_a_pending_case_shows_when_it_was_filed_and_that_nothing_is_decided():
    answer = next(
        answer
        for answer in (answer_of(parse_case(path.read_bytes())) for path in SHIPPED)
        if not answer.case.rulings and answer.case.filed_on
    )
    description = case_embed(answer, TEXT).description
    assert description
    assert "**No ruling yet** · Status: pending" in description
    assert "Filed " in description


def test_later_rulings_stand_after_the_leading_one():
    names = [field.name for field in case_embed(shipped("thaler-v-perlmutter"), TEXT).fields]
    assert [name.partition(":")[0] for name in names if name and ":" in name] == [
        "Earlier",
        "Earlier",
        "Later",
    ]


def test_lists_hold_what_a_record_may_hold():
    assert MAX_ITEMS >= limits.SELECT_OPTIONS
    assert {relation: TEXT.relation(relation) for relation in Relation}


def test_more_cases_than_are_counted_are_said_to_be_more():
    answer = answer_of(
        parse_case((shipped_folder() / "cases" / "feilin-v-baidu.json").read_bytes())
    )
    several, many = (
        with_fits(case_message(answer, TEXT), (answer.line,) * 2, total, TEXT)
        for total in (MOST_COUNTED - 1, MOST_COUNTED)
    )
    assert f"\n{MOST_COUNTED - 1} cases fit" in several.content
    assert f"\n{MOST_COUNTED} or more cases fit" in many.content
    shown = str(case_view(many, 2**63, TEXT, private=True).to_components())
    assert f"the closest 2 of {MOST_COUNTED} or more" in shown
