"""The case record: one dispute or application, with its dated rulings and its sources.

A record that these models accept may be stored; `bot.domain.checks` says what would make it
better. Absent facts are `None` or empty, never guessed.
"""

from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from bot.domain.dates import PartialDate
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.vocabulary import (
    Level,
    Relation,
    RemedyKind,
    Result,
    Role,
    SourceKind,
    Status,
    Topic,
)

MAX_TEXT = 4000
"""The most characters that any text of a record may have."""
MAX_ITEMS = 50
"""The most entries that any list of a record may have."""


def _known_jurisdiction(code: str) -> str:
    if code not in JURISDICTIONS:
        raise ValueError("a jurisdiction is an ISO 3166-1 code such as CN or US, or EU or EP")
    return code


_VISIBLE = r"[^\s\p{C}\u115f\u1160\u2800\u3164\uffa0]"
"""Somewhere in a text stands something that can be seen; see `bot.domain.text`."""
_WEB_ADDRESS = r"^https?://[^\s\p{C}/?#\[\]]+(?:[/?#][^\s\p{C}]*)?$"
# Both are checked in Rust: a record is parsed for every answer that is not kept. A group that
# captures would make Rust's automaton of them take 0.7 MB more.

_STEPS = frozenset({Result.PROCEDURAL, Result.REFERRED})

_T = TypeVar("_T")
_Items = Annotated[tuple[_T, ...], Field(max_length=MAX_ITEMS)]

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=_VISIBLE)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
JurisdictionCode = Annotated[str, AfterValidator(_known_jurisdiction)]
WebAddress = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=_WEB_ADDRESS)]
Amount = Annotated[str, StringConstraints(pattern=r"^\d{1,15}(?:\.\d{1,4})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Party(_Record):
    """Somebody who takes part in a case."""

    name: Text
    role: Role


class Remedy(_Record):
    """What a ruling orders: money where `amount` is known, an act where it is not."""

    kind: RemedyKind
    amount: Amount | None = None
    """A decimal number as text; money is never a float."""
    currency: Currency | None = None
    """The ISO 4217 code of `amount`."""


class Ruling(_Record):
    """One dated decision in a case: a judgment, an order, an agency decision, an appeal."""

    court: Text
    native_court: Text | None = None
    level: Level
    decided_on: PartialDate | None = None
    docket_number: Text | None = None
    citations: _Items[Text] = ()
    """Reporter, neutral or ECLI citations."""
    judges: _Items[Text] = ()
    result: Result
    holding: Text
    remedies: _Items[Remedy] = ()


class RelatedCase(_Record):
    """Another case that a reader of this one should know, and why."""

    slug: Slug
    relation: Relation


class Source(_Record):
    """A page where a fact of the record can be read."""

    url: WebAddress
    title: Text
    publisher: Text
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    """A BCP 47 tag."""
    kind: SourceKind
    published_on: PartialDate | None = None


class Case(_Record):
    """A dispute or an application about AI and copyright, with every ruling known in it.

    `rulings` are ordered by the earliest day of their date; one without a date keeps its place.
    """

    slug: Slug
    title: Text
    """The caption as English-language lawyers write it."""
    native_title: Text | None = None
    aliases: _Items[Text] = ()
    """Nicknames, works and native names: what people type."""
    landmark: bool = False
    """Editorial: shown first where several cases fit equally."""
    jurisdiction: JurisdictionCode
    parties: _Items[Party] = ()
    topics: _Items[Topic] = ()
    ai_systems: _Items[Text] = ()
    works: _Items[Text] = ()
    filed_on: PartialDate | None = None
    status: Status
    as_of: PartialDate
    """To when the record's state was checked."""
    summary: Text
    rulings: _Items[Ruling] = ()
    related: _Items[RelatedCase] = ()
    sources: _Items[Source] = ()

    @field_validator("rulings")
    @classmethod
    def _in_order_of_date(cls, rulings: tuple[Ruling, ...]) -> tuple[Ruling, ...]:
        dated = [(ruling.decided_on.earliest, ruling) for ruling in rulings if ruling.decided_on]
        in_order = iter(sorted(dated, key=lambda pair: pair[0]))
        return tuple(next(in_order)[1] if ruling.decided_on else ruling for ruling in rulings)

    @property
    def latest_ruling(self) -> Ruling | None:
        """The newest ruling by date; where none is dated, the last one; `None` if undecided."""
        return _latest(self.rulings)

    @property
    def leading_ruling(self) -> Ruling | None:
        """The ruling that tells where the case stands: the newest that decided something.

        A procedural step or a referral leads only where there is nothing else.
        """
        return _latest([r for r in self.rulings if r.result not in _STEPS]) or self.latest_ruling


def _latest(rulings: Sequence[Ruling]) -> Ruling | None:
    dated = [ruling for ruling in rulings if ruling.decided_on]
    return (dated or [*rulings] or [None])[-1]
