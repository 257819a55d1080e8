"""What an answer of Discord means for a delivery. Pure: the table of docs/announcements.md."""

from enum import Enum, auto

from bot.services.announcements.sending import Done, Refused, Unknown


class Verdict(Enum):
    """What to do."""

    SENT = auto()
    GONE = auto()
    """The channel or server is no more: pause the subscription and tell."""
    FORBIDDEN = auto()
    """May be mended: try again later; pause and tell after three failures over 24 h."""
    ARCHIVED = auto()
    """Bring the thread back, else as forbidden."""
    CLOSED = auto()
    """The person takes no direct messages: pause, and say so when they use the bot next."""
    REJECTED = auto()
    """The text itself is refused: stop this announcement everywhere and tell its editors."""
    LATER = auto()
    """Nothing was sent: try again."""
    DOUBTFUL = auto()
    """Something may have been sent: see before trying again."""
    LANE_LATER = auto()
    """Too many new conversations: the whole lane waits."""
    ALL_LATER = auto()
    """The bot as a whole is refused: everything waits."""
    STOP = auto()
    """The token is refused: everything stops until the owner acts."""


_BY_CODE = {
    10003: Verdict.GONE,  # unknown channel
    10004: Verdict.GONE,  # unknown guild
    50008: Verdict.GONE,  # cannot send in a channel that is no text channel
    50024: Verdict.GONE,  # wrong type of channel
    50001: Verdict.FORBIDDEN,  # missing access
    50013: Verdict.FORBIDDEN,  # missing permissions
    50083: Verdict.ARCHIVED,  # thread is archived
    160005: Verdict.ARCHIVED,  # thread is locked
    10008: Verdict.SENT,  # a repeated nonce whose message was deleted since
    10013: Verdict.CLOSED,  # unknown user
    50007: Verdict.CLOSED,  # cannot send to this user
    50278: Verdict.CLOSED,  # no server in common
    50006: Verdict.REJECTED,  # empty message
    50035: Verdict.REJECTED,  # malformed body
    200000: Verdict.REJECTED,  # blocked by AutoMod
    240000: Verdict.REJECTED,  # blocked as a harmful link
    40003: Verdict.LANE_LATER,  # opening direct messages too fast
    40333: Verdict.ALL_LATER,  # blocked before Discord
    20028: Verdict.LATER,  # write limit of the channel
    20029: Verdict.LATER,  # write limit of the server
    20022: Verdict.LATER,  # limit of edits to announcements
    30046: Verdict.LATER,  # limit of edits to messages older than an hour
    40004: Verdict.LATER,  # sending is switched off for a while
    40006: Verdict.LATER,  # the feature is switched off for a while
    40062: Verdict.LATER,  # the resource is rate limited
    130000: Verdict.LATER,  # overloaded
    40001: Verdict.STOP,  # unauthorised
    50014: Verdict.STOP,  # invalid token
}

_UNAUTHORISED = 401
_TOO_MANY = 429
_SERVER_ERROR = 500
_INVALID = frozenset({401, 403, 429})


def judge(answer: Done | Refused | Unknown) -> Verdict:
    """What an answer means. A refusal that is not in the table may be mended, so it is tried on."""
    if isinstance(answer, Done):
        return Verdict.SENT
    if isinstance(answer, Unknown):
        return Verdict.DOUBTFUL
    if answer.code in _BY_CODE:
        return _BY_CODE[answer.code]
    if answer.status == _UNAUTHORISED:
        return Verdict.STOP
    if answer.status == _TOO_MANY:
        return Verdict.ALL_LATER if answer.blocked else Verdict.LATER
    return Verdict.LATER if answer.status >= _SERVER_ERROR else Verdict.FORBIDDEN


def is_invalid(answer: object) -> bool:
    """Whether Discord counts it towards the ban of the address."""
    return isinstance(answer, Refused) and answer.status in _INVALID and not answer.shared
