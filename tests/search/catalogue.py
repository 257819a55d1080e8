"""The shipped catalogue as an index whose ids are the slugs, and small records made up."""

from functools import cache
from pathlib import Path
from random import Random

from bot.domain.records import parse_case
from bot.search import PUBLIC, Ambiguous, CaseIndex, Entry, Found, entry_of

CASES = Path(__file__).parents[2] / "data" / "cases"


@cache
def shipped_entries():
    cases = (parse_case(path.read_bytes()) for path in sorted(CASES.glob("*.json")))
    return tuple(entry_of(case.slug, PUBLIC, case) for case in cases)


def index_of(entries):
    index = CaseIndex()
    for entry in entries:
        index.put(entry)
    return index


@cache
def shipped_index():
    return index_of(shipped_entries())


_LISTS = ("keys", "context", "text", "related", "mentions")


def record(case_id, *names, scope=PUBLIC, **fields):
    """An entry of which only the names matter."""
    texts = {name: tuple(fields.pop(name, ())) for name in _LISTS}
    return Entry(
        id=case_id, scope=scope, slug=fields.pop("slug", case_id), names=names, **texts, **fields
    )


def answer(verdict):
    """The id shown in full, if one is."""
    if isinstance(verdict, Found):
        return verdict.hit.id
    if isinstance(verdict, Ambiguous) and verdict.sure:
        return verdict.hits[0].id
    return None


_NAMES = (
    "Thaler Getty Getti Andersen Anderson Kadrey Bartz Li Liu Lin Zhang 李某 刘某 奥特曼 北京 "
    "Perlmutter Perlmuter Stability OpenAI Open Suno Udio Meta GEMA LAION Doe Roe Müller Straße"
)
_PEOPLE = _NAMES.split()
_COURTS = ("Beijing Internet Court", "High Court", "S.D.N.Y.", "北京互联网法院", "Landgericht")
_TEXTS = ("a watermark was cut off", "prompts and parameters", "the voice was cloned", "水印")


def made_up(number, scope=PUBLIC):
    """The record of a number: always the same, and much like those of other numbers."""
    random = Random(number)
    parties = random.sample(_PEOPLE, 2)
    return Entry(
        id=f"case{number:03}",
        scope=scope,
        slug=f"slug{number % 40}",
        names=(f"{parties[0]} v. {parties[1]}", random.choice(_PEOPLE)),
        keys=(f"{random.randint(1, 3)}:2{number % 5}-cv-0{random.randint(100, 130)}",),
        context=(random.choice(_COURTS), str(2020 + number % 6)),
        text=(random.choice(_TEXTS), random.choice(_PEOPLE)),
        landmark=random.random() < 0.2,
        latest=random.choice((0, 738000, 738001)),
        related=tuple(f"slug{random.randint(0, 39)}" for _ in range(2)),
    )


QUERIES = (
    "thaler",
    "getty stability",
    "gety",
    "l",
    "doe v roe",
    "北京",
    "beijing",
    "1:22-cv-01",
    "high court 2021",
    "watermark cut",
    "voice clone meta",
    "perlmutter thaler",
    "anderson",
    "open",
)
