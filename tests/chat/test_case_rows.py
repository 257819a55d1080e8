"""The rows below an answer are what discord.py builds of the same buttons and lists."""

import discord
import pytest

from bot.chat.cases import _KeptEmbed
from bot.chat.render.lines import button_label, option_description, option_label
from bot.chat.render.reply import ChoiceMessage, case_message, with_fits
from bot.chat.views.case import case_view, choice_view
from bot.domain.records import parse_case
from bot.text import text_for
from tests.chat.test_case_embed import SHIPPED, answer_of

TEXT = text_for("en-GB")
ASKER = 2**62
ANSWERS = [answer_of(parse_case(path.read_bytes())) for path in SHIPPED]
LINES = tuple(answer.line for answer in ANSWERS)


def button(label, custom_id, row=None):
    return discord.ui.Button(label=label, custom_id=custom_id, row=row)


def select(custom_id, placeholder, lines, shown=None):
    options = [
        discord.SelectOption(
            label=option_label(line),
            value=line.id,
            description=option_description(line, TEXT),
            default=line.id == shown,
        )
        for line in lines
    ]
    return discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options)


def built(*items):
    view = discord.ui.View()
    for item in items:
        view.add_item(item)
    return view.to_components()


def built_below(message, *, private):
    """As discord.py places them: what names no row goes to the first that has room."""
    case_id, fits, related = message.case_id, message.fits, message.related
    items = [discord.ui.Button(label=each.label, url=each.url, row=0) for each in message.links]
    items.append(button(TEXT.full_record, f"case:full:{case_id}", 0))
    if not private:
        items.append(button(TEXT.delete, f"answer:delete:{ASKER}", 0))
    items.append(button(TEXT.follow, f"news:follow:{case_id}", 3))
    items.append(button(TEXT.editors.report, f"suggest:report:{case_id}"))
    if fits:
        placeholder = TEXT.fits_placeholder(len(fits), message.total, or_more=False)
        items.append(select(f"case:fits:{message.total}:{ASKER}", placeholder, fits, case_id))
    if related:
        custom_id = f"case:related:{len(related)}:{ASKER}"
        items.append(select(custom_id, TEXT.related_placeholder, related))
    return built(*items)


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("count", [0, 2, 25, 40])
async def test_the_rows_below_a_case(count, private):
    for answer in ANSWERS:
        fits = (answer.line, *(line for line in LINES if line != answer.line))[:count]
        message = with_fits(case_message(answer, TEXT), fits, count, TEXT)
        rows = case_view(message, ASKER, TEXT, private=private).to_components()
        assert rows == built_below(message, private=private)


@pytest.mark.parametrize("visibility", ["public", "private"])
async def test_the_rows_below_a_choice(visibility):
    def rows(lines, *, unsure):
        message = ChoiceMessage("", lines, unsure=unsure)
        return choice_view(message, TEXT, private=visibility == "private").to_components()

    near = [button(button_label(line), f"case:near:{line.id}:{visibility}") for line in LINES[:5]]
    assert rows(LINES[:5], unsure=False) == built(*near)
    assert rows((), unsure=False) == built()
    listed = select(f"case:near:{visibility}", TEXT.did_you_mean_placeholder, LINES[:25])
    assert rows(LINES[:25], unsure=True) == built(listed)


def test_a_kept_embed_is_sent_as_it_was_rendered():
    for answer in ANSWERS:
        embed = case_message(answer, TEXT).embed
        assert _KeptEmbed(embed).to_dict() == embed.to_dict()
