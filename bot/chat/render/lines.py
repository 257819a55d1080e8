"""One case on one line: suggestions, options of a select, the line above an embed."""

from functools import lru_cache

from bot.chat import limits
from bot.chat.render.components import Json, option
from bot.chat.render.markup import escape_line
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.text import one_line
from bot.services.lookup import NAME_SEPARATOR, CaseLine
from bot.text import English

_LEAST_CAPTION = 40
_OPTIONS_KEPT = 4096


def choice_name(line: CaseLine) -> str:
    """A suggestion while somebody types: caption, flag and court, year; at most 100 characters.

    The caption is cut last, since Discord may send this name back instead of the case's id.
    """
    caption = one_line(line.title)
    rest = NAME_SEPARATOR.join(_flag_and_court(line))
    room = limits.CHOICE_NAME - limits.size(NAME_SEPARATOR) - limits.size(caption)
    rest = limits.cut(rest, max(room, _LEAST_CAPTION))
    room = limits.CHOICE_NAME - limits.size(NAME_SEPARATOR) - limits.size(rest)
    return f"{limits.cut(caption, room)}{NAME_SEPARATOR}{rest}"


def option_label(line: CaseLine) -> str:
    """The caption as the label of a select's option."""
    return limits.cut(one_line(line.title), limits.OPTION_LABEL)


def button_label(line: CaseLine) -> str:
    """The caption as the label of a button."""
    return limits.cut(one_line(line.title), limits.BUTTON_LABEL)


def option_description(line: CaseLine, text: English) -> str:
    """Flag, court, year and result under a select's option."""
    parts = [*_flag_and_court(line), text.result(line.result) if line.result else text.undecided]
    return limits.cut(NAME_SEPARATOR.join(parts), limits.OPTION_DESCRIPTION)


@lru_cache(maxsize=_OPTIONS_KEPT)
def case_option(line: CaseLine, text: English) -> Json:
    """A case as the option of a select, to be changed by nobody: the last few thousand are kept."""
    return option(option_label(line), line.id, option_description(line, text))


def headline(line: CaseLine, text: English) -> str:
    """The plain line that stands above an embed, for notifications and for embeds turned off."""
    rest = [court_with_flag(line.jurisdiction, line.court)]
    if line.decided_on:
        rest.append(text.date(line.decided_on))
    rest.append(text.result(line.result) if line.result else text.undecided)
    caption = escape_line(line.title, limits.EMBED_TITLE)
    return limits.cut(text.case_line(caption, rest), limits.CONTENT // 2)


def court_with_flag(jurisdiction: str, court: str | None) -> str:
    """`🇨🇳 Beijing Internet Court`; the jurisdiction's name where no court has ruled."""
    place = JURISDICTIONS[jurisdiction]
    return f"{place.flag} {escape_line(court) if court else place.name}"


def _flag_and_court(line: CaseLine) -> list[str]:
    place = JURISDICTIONS[line.jurisdiction]
    date = line.decided_on or line.filed_on
    parts = [f"{place.flag} {one_line(line.court) if line.court else place.name}"]
    return [*parts, str(date.year)] if date else parts
