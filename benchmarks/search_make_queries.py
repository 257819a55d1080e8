"""Writes tests/data/search_queries.jsonl: queries made by rule, after those written by hand.

    python benchmarks/search_make_queries.py

For each case of the catalogue some rules are drawn with a fixed seed. A query's gold is every
case whose record has all of the words that it was made of, before they were misspelt.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.domain.case import Case  # noqa: E402
from bot.domain.jurisdictions import JURISDICTIONS  # noqa: E402
from bot.domain.records import parse_case  # noqa: E402

BY_HAND = ROOT / "tests" / "data" / "search_queries_by_hand.tsv"
QUERIES = ROOT / "tests" / "data" / "search_queries.jsonl"
RULES_A_CASE = 3
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{3,}")


@dataclass(frozen=True)
class Query:
    """A query as it is asked, and what it was made of."""

    text: str
    made_of: str
    whole_words: bool = True
    """Whether `made_of` is whole words, or the start of a name or number."""


Rule = Callable[[Case, Random], Query | None]


def caption(case: Case, _random: Random) -> Query:
    return Query(plain(case.title), case.title)


def alias(case: Case, random: Random) -> Query | None:
    text = random.choice(case.aliases)
    return Query(text.upper(), text)


def alias_turned(case: Case, random: Random) -> Query | None:
    words = plain(random.choice(case.aliases)).split()
    return Query(" ".join(reversed(words)), " ".join(words)) if len(words) > 1 else None


def alias_begun(case: Case, random: Random) -> Query | None:
    text = plain(random.choice(case.aliases))
    begun = text[: max(5, len(text) * 2 // 3)].rstrip()
    return Query(begun, begun, whole_words=False) if begun.isascii() else None


def alias_misspelt(case: Case, random: Random) -> Query | None:
    text = plain(random.choice(case.aliases))
    long = [word for word in text.split() if len(word) > 5 and word.isascii() and word.isalpha()]
    if not long or len(text.split()) < 2:
        return None
    word = random.choice(long)
    place = random.randint(2, len(word) - 2)
    slip = random.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + word[place] * 2 + word[place + 1 :],
            word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
        ]
    )
    return Query(text.replace(word, slip), text)


def caption_without_spaces(case: Case, random: Random) -> Query | None:
    short = [text for text in case.aliases if text.isascii() and 1 < len(text.split()) < 5]
    text = random.choice(short) if short else None
    return Query(plain(text).replace(" ", ""), text) if text else None


def docket(case: Case, random: Random) -> Query | None:
    numbers = [ruling.docket_number for ruling in case.rulings if ruling.docket_number]
    if not numbers:
        return None
    number = random.choice(numbers).split(";")[0].strip()
    return Query(re.sub(r"[-:/.()]", " ", number).lower(), number)


def citation(case: Case, random: Random) -> Query | None:
    citations = [text for ruling in case.rulings for text in ruling.citations]
    if not citations:
        return None
    text = random.choice(citations)
    return Query(text.lower().replace(".", "").replace("[", "").replace("]", ""), text)


def native_part(case: Case, random: Random) -> Query | None:
    runs = _CJK.findall(case.native_title or "")
    if not runs:
        return None
    run = max(runs, key=len)
    start = random.randint(0, max(0, len(run) - 5))
    return Query(run[start : start + 5], run[start : start + 5], whole_words=False)


def native_alias_spaced(case: Case, random: Random) -> Query | None:
    native = [text for text in case.aliases if _CJK.search(text)]
    if not native:
        return None
    text = random.choice(native)
    return Query(text[: len(text) // 2] + " " + text[len(text) // 2 :], text, whole_words=False)


def party_and_year(case: Case, random: Random) -> Query | None:
    years = [str(ruling.decided_on.year) for ruling in case.rulings if ruling.decided_on]
    words = plain(case.title).split()
    if not years or not words[0].isascii() or len(words[0]) < 4:
        return None
    text = f"{words[0]} {random.choice(years)}"
    return Query(text, text)


def system_and_country(case: Case, _random: Random) -> Query | None:
    if not case.ai_systems:
        return None
    system = re.sub(r"\(.*?\)", "", case.ai_systems[0]).strip()
    text = f"{plain(system)} {JURISDICTIONS[case.jurisdiction].name}"
    return Query(text, text) if len(text) < 60 else None


def judge(case: Case, random: Random) -> Query | None:
    names = [name for ruling in case.rulings for name in ruling.judges]
    words = plain(case.title).split()
    if not names or len(words[0]) < 4:
        return None
    text = f"{re.sub(r'[(].*', '', random.choice(names)).split()[-1]} {words[0]}"
    return Query(text, text)


def question(case: Case, random: Random) -> Query | None:
    text = plain(random.choice(case.aliases))
    ask = random.choice(
        ["what about {}", "show me the {} case", "who won {}", "is there a {} ruling"]
    )
    return Query(ask.format(text), text)


RULES: tuple[Rule, ...] = (
    caption, alias, alias_turned, alias_begun, alias_misspelt, caption_without_spaces, docket,
    citation, native_part, native_alias_spaced, party_and_year, system_and_country, judge, question,
)  # fmt: skip


def plain(text: str) -> str:
    """Lower case, without punctuation and the `v.` between parties."""
    words = re.sub(r"[^\w\s]", " ", text.lower()).split()
    return " ".join(word for word in words if word not in {"v", "vs"})


def texts_of(case: Case) -> list[str]:
    """Everything of a record that a query may name."""
    country = JURISDICTIONS[case.jurisdiction]
    texts = [case.title, case.native_title, *case.aliases, *case.works, *case.ai_systems]
    texts += [party.name for party in case.parties]
    texts += [
        country.name,
        *country.other_words,
        str(case.filed_on.year) if case.filed_on else None,
    ]
    for ruling in case.rulings:
        texts += [ruling.court, ruling.native_court, ruling.docket_number]
        texts += [*ruling.citations, *ruling.judges]
        texts.append(str(ruling.decided_on.year) if ruling.decided_on else None)
    return [text for text in texts if text]


def fits(query: Query, case: Case) -> bool:
    texts = texts_of(case)
    if not query.whole_words:
        return any(plain(query.made_of) in plain(text) for text in texts)
    words = {word for text in texts for word in plain(text).split()}
    return set(plain(query.made_of).split()) <= words


def made_by_hand() -> Iterator[dict[str, object]]:
    for line in BY_HAND.read_text("utf-8").splitlines():
        text, _, gold = line.partition("\t")
        yield {"q": text, "gold": gold.split(), "kind": "hand" if gold.strip() else "negative"}


def made_by_rule(cases: list[Case]) -> Iterator[dict[str, object]]:
    seen: set[str] = set()
    for number, case in enumerate(cases):
        random = Random(f"{case.slug} 1")
        for rule in random.sample(RULES, len(RULES))[: RULES_A_CASE + number % 2]:
            query = rule(case, random) if case.aliases else None
            if query is None or not query.text.strip() or query.text in seen:
                continue
            seen.add(query.text)
            gold = sorted({case.slug, *(c.slug for c in cases if fits(query, c))})
            yield {"q": query.text, "gold": gold, "kind": rule.__name__}


def main() -> None:
    files = sorted((ROOT / "data" / "cases").glob("*.json"))
    cases = [parse_case(file.read_bytes()) for file in files]
    rows = [*made_by_hand(), *made_by_rule(cases)]
    lines = [json.dumps({**row, "src": "curated"}, ensure_ascii=False) for row in rows]
    QUERIES.write_text("\n".join(lines) + "\n", "utf-8")
    print(
        f"{len(rows)} queries, {sum(row['kind'] == 'negative' for row in rows)} without an answer"
    )


if __name__ == "__main__":
    main()
