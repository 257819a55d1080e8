"""The forms that fill a draft. Each takes what a person typed or chose, and understands it.

A form's `fill` changes the fields it is given and returns what it did not understand; what it did
understand is filled in all the same. Choices from vocabularies are never typed. An index counts
from 0; `None` adds an entry. All text is made safe first.
"""

from dataclasses import dataclass
from dataclasses import fields as fields_of_class
from typing import Any, ClassVar, TypeAlias

from bot.domain.courts import Court, Courts
from bot.domain.dates import PartialDate
from bot.domain.drafts import Fields
from bot.domain.problems import Problem, error
from bot.domain.text import one_line, visible
from bot.domain.typed import (
    UnclearDateError,
    find_jurisdiction,
    lines_of,
    read_date,
    read_remedy,
    recognise,
)
from bot.domain.vocabulary import Level, Relation, Result, Role, SourceKind, Status, Topic


class FormError(LookupError):
    """A form is about an entry that the draft does not have (any more)."""


@dataclass(frozen=True, slots=True)
class BasicsForm:
    """The first form: a new case as a moderator knows it this morning.

    A court that is known brings its jurisdiction, native name and rank; one that is not may be
    followed by its country. Docket numbers and citations in the summary are taken over, and its
    first link where there is none in `link`.
    """

    name: ClassVar[str] = "basics"
    caption: str
    court: str = ""
    decided_on: str = ""
    summary: str = ""
    link: str = ""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill the caption, the jurisdiction, the summary, the first ruling and a source."""
        problems: list[Problem] = []
        found = recognise(visible(f"{self.summary}\n{self.link}"))
        _set(fields, "title", one_line(self.caption))
        _set(fields, "summary", visible(self.summary))
        decided_on = _date(self.decided_on, "basics.decided_on", problems)
        if one_line(self.court) or decided_on or fields.get("rulings"):
            ruling = _entry(fields, "rulings", 0 if fields.get("rulings") else None)
            _fill_court(fields, ruling, courts.read(self.court))
            _set(ruling, "decided_on", decided_on)
            if found.docket_numbers and not ruling.get("docket_number"):
                ruling["docket_number"] = found.docket_numbers[0]
            if found.citations:
                _extend(ruling, "citations", found.citations)
        problems += _fill_link(fields, self.link, found.links)
        return problems


@dataclass(frozen=True, slots=True)
class NamesForm:
    """Captions, and aliases a line each."""

    name: ClassVar[str] = "names"
    caption: str
    native_caption: str = ""
    aliases: str = ""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill the captions and replace the aliases."""
        del courts
        _set(fields, "title", one_line(self.caption))
        _set(fields, "native_title", one_line(self.native_caption))
        fields["aliases"] = lines_of(self.aliases)
        return []


@dataclass(frozen=True, slots=True)
class SummaryForm:
    """The summary alone, and where the case is."""

    name: ClassVar[str] = "summary"
    summary: str
    jurisdiction: str = ""
    """A country's name or code; empty to leave it."""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill the summary and the jurisdiction."""
        del courts
        _set(fields, "summary", visible(self.summary))
        if not one_line(self.jurisdiction):
            return []
        code = find_jurisdiction(self.jurisdiction)
        if code is None:
            return [
                error(
                    "summary.jurisdiction",
                    f"“{one_line(self.jurisdiction)}” is no known country",
                    "write its English name or its two-letter code",
                )
            ]
        fields["jurisdiction"] = code
        return []


@dataclass(frozen=True, slots=True)
class PartiesForm:
    """Everybody with one role, a name a line; it replaces those with that role."""

    name: ClassVar[str] = "parties"
    role: Role
    names: str

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Replace the parties with this role."""
        del courts
        others = [party for party in fields.get("parties", []) if party["role"] != self.role]
        named = [{"name": name, "role": self.role.value} for name in lines_of(self.names)]
        order = [role.value for role in Role]
        fields["parties"] = sorted([*others, *named], key=lambda p: order.index(p["role"]))
        return []


@dataclass(frozen=True, slots=True)
class RulingForm:
    """Which court decided when, under which numbers."""

    name: ClassVar[str] = "ruling"
    index: int | None
    court: str
    decided_on: str = ""
    docket_number: str = ""
    citations: str = ""
    """A line each."""
    judges: str = ""
    """A line each."""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill a ruling, or add one."""
        problems: list[Problem] = []
        decided_on = _date(self.decided_on, "ruling.decided_on", problems)
        ruling = _entry(fields, "rulings", self.index)
        _fill_court(fields, ruling, courts.read(self.court))
        _set(ruling, "decided_on", decided_on)
        _set(ruling, "docket_number", one_line(self.docket_number))
        ruling["citations"] = lines_of(self.citations)
        ruling["judges"] = lines_of(self.judges)
        return problems


@dataclass(frozen=True, slots=True)
class HoldingForm:
    """What a ruling held, and what it orders, a remedy a line: `CNY 500 damages`."""

    name: ClassVar[str] = "holding"
    index: int
    holding: str
    remedies: str = ""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill a ruling's holding and replace its remedies."""
        del courts
        ruling = _entry(fields, "rulings", self.index)
        _set(ruling, "holding", visible(self.holding))
        problems: list[Problem] = []
        understood: list[Fields] = []
        for line in lines_of(self.remedies):
            remedy = read_remedy(line)
            if remedy is None:
                message = f"“{line}” is not clear"
                mend = "write the kind, the currency's three letters and the sum: CNY 500 damages"
                problems.append(error("holding.remedies", message, mend))
            else:
                understood.append(
                    {
                        "kind": remedy.kind.value,
                        "amount": remedy.amount,
                        "currency": remedy.currency,
                    }
                )
        ruling["remedies"] = understood
        return problems


@dataclass(frozen=True, slots=True)
class RulingChoice:
    """A ruling's result and the rank of its court, chosen from lists; `None` leaves it."""

    name: ClassVar[str] = "ruling-choice"
    index: int
    result: Result | None = None
    level: Level | None = None

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill what was chosen."""
        del courts
        ruling = _entry(fields, "rulings", self.index)
        if self.result is not None:
            ruling["result"] = self.result.value
        if self.level is not None:
            ruling["level"] = self.level.value
        return []


@dataclass(frozen=True, slots=True)
class TopicsChoice:
    """The topics, chosen from the list; they replace those there."""

    name: ClassVar[str] = "topics"
    topics: tuple[Topic, ...]

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Replace the topics."""
        del courts
        fields["topics"] = [topic.value for topic in dict.fromkeys(self.topics)]
        return []


@dataclass(frozen=True, slots=True)
class SubjectForm:
    """AI systems and works, a line each."""

    name: ClassVar[str] = "subject"
    ai_systems: str = ""
    works: str = ""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Replace both lists."""
        del courts
        fields["ai_systems"] = lines_of(self.ai_systems)
        fields["works"] = lines_of(self.works)
        return []


@dataclass(frozen=True, slots=True)
class StateForm:
    """When the case was filed, and to when its state was checked; empty leaves `as_of`."""

    name: ClassVar[str] = "state"
    filed_on: str = ""
    as_of: str = ""

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill both dates."""
        del courts
        problems: list[Problem] = []
        filed_on = _date(self.filed_on, "state.filed_on", problems)
        if not problems:
            _set(fields, "filed_on", filed_on)
        as_of = _date(self.as_of, "state.as_of", problems)
        if as_of:
            fields["as_of"] = as_of
        return problems


@dataclass(frozen=True, slots=True)
class StatusChoice:
    """Where the case stands, chosen from the list, and whether it is a landmark."""

    name: ClassVar[str] = "status"
    status: Status | None = None
    landmark: bool | None = None

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill what was chosen."""
        del courts
        if self.status is not None:
            fields["status"] = self.status.value
        if self.landmark is not None:
            fields["landmark"] = self.landmark
        return []


@dataclass(frozen=True, slots=True)
class SourceForm:
    """A page where a fact can be read. Title and publisher default to the page's host."""

    name: ClassVar[str] = "source"
    index: int | None
    link: str
    title: str = ""
    publisher: str = ""
    language: str = ""
    """A BCP 47 tag; English where it is empty."""
    published_on: str = ""
    kind: SourceKind = SourceKind.SECONDARY

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Fill a source, or add one."""
        del courts
        problems: list[Problem] = []
        published_on = _date(self.published_on, "source.published_on", problems)
        link = one_line(self.link)
        host = link.partition("//")[2].partition("/")[0].removeprefix("www.")
        source = _entry(fields, "sources", self.index)
        source.update(
            url=link,
            title=one_line(self.title) or host,
            publisher=one_line(self.publisher) or host,
            language=one_line(self.language) or "en",
            kind=self.kind.value,
            published_on=published_on,
        )
        return problems


@dataclass(frozen=True, slots=True)
class RelatedForm:
    """Another case of the catalogue, and how it bears on this one."""

    name: ClassVar[str] = "related"
    slug: str
    relation: Relation

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Add the related case, or change how it is related."""
        del courts
        slug = one_line(self.slug)
        related = [r for r in fields.get("related", []) if r["slug"] != slug]
        fields["related"] = [*related, {"slug": slug, "relation": self.relation.value}]
        return []


_LISTS = frozenset({"aliases", "parties", "rulings", "related", "sources", "ai_systems", "works"})


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """Take an entry out of one of the record's lists."""

    name: ClassVar[str] = "remove"
    field: str
    """`aliases`, `parties`, `rulings`, `related`, `sources`, `ai_systems` or `works`."""
    index: int

    def fill(self, fields: Fields, courts: Courts) -> list[Problem]:
        """Remove the entry."""
        del courts
        if self.field not in _LISTS:
            raise FormError(self.field)
        _entry_at(fields, self.field, self.index)
        del fields[self.field][self.index]
        return []


Form: TypeAlias = (
    BasicsForm
    | NamesForm
    | SummaryForm
    | PartiesForm
    | RulingForm
    | HoldingForm
    | RulingChoice
    | TopicsChoice
    | SubjectForm
    | StateForm
    | StatusChoice
    | SourceForm
    | RelatedForm
    | RemoveEntry
)


def typed_in(form: Form) -> dict[str, str]:
    """A form's inputs as they were typed, so that it can be shown again."""
    return {
        each.name: str(value)
        for each in fields_of_class(form)
        if (value := getattr(form, each.name)) is not None
    }


def _date(typed: str, place: str, problems: list[Problem]) -> PartialDate | None:
    text = one_line(typed)
    if not text:
        return None
    try:
        return read_date(text)
    except UnclearDateError as unclear:
        if unclear.readings:
            mend = f"write {' or '.join(unclear.readings)}"
            problems.append(error(place, f"“{text}” can be two days", mend))
        else:
            mend = "write it like 27 Nov 2023, 2023-11 or 2023"
            problems.append(error(place, f"“{text}” is not a date", mend))
        return None


def _set(fields: Fields, name: str, value: str | None) -> None:
    """Fill a field; an empty text takes it out."""
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def _extend(fields: Fields, name: str, values: tuple[str, ...]) -> None:
    fields[name] = list(dict.fromkeys([*fields.get(name, []), *values]))


def _entry(fields: Fields, name: str, index: int | None) -> Fields:
    if index is not None:
        return _entry_at(fields, name, index)
    entry: Fields = {}
    fields.setdefault(name, []).append(entry)
    return entry


def _entry_at(fields: Fields, name: str, index: int) -> Any:
    entries: list[Any] = fields.get(name) or []
    if not 0 <= index < len(entries):
        raise FormError(f"{name}[{index}]")
    return entries[index]


def _fill_court(fields: Fields, ruling: Fields, court: Court) -> None:
    known_as = ruling.get("court")
    _set(ruling, "court", court.name)
    if court.name != known_as or court.native_name:
        _set(ruling, "native_court", court.native_name)
    if court.level is not None:
        ruling.setdefault("level", court.level.value)
    if court.jurisdiction is not None and (
        court.name != known_as or not fields.get("jurisdiction")
    ):
        fields["jurisdiction"] = court.jurisdiction


def _fill_link(fields: Fields, typed: str, found: tuple[str, ...]) -> list[Problem]:
    link = one_line(typed)
    if link and link not in found and not found:
        mend = "copy the page's address from the browser; it starts with https://"
        return [error("basics.link", f"“{link}” is not a link", mend)]
    known = [source["url"] for source in fields.get("sources", [])]
    for url in found:
        if url not in known:
            SourceForm(None, url).fill(fields, Courts(()))
    return []
