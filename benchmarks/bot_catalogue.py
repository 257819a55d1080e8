"""An installation with a catalogue of any size, and what people might ask it.

The made-up cases are real ones with other names, numbers and works, so that their length and shape
are true to life.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
_ONSETS = ("b", "br", "c", "ch", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ia", "io", "ou")
_CODAS = ("", "", "l", "m", "n", "nd", "r", "rn", "s", "st", "t", "x", "ck", "ng")
_HAN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_WORD = re.compile(r"[^\W\d_]{3,}|\d+")


def install(folder: Path, cases: int) -> list[Json]:
    """Lay out an installation whose shipped catalogue has so many cases.

    Args:
        folder: an empty folder, to come first on PYTHONPATH; it refers to this checkout's code.
        cases: how many; the real ones first.

    Returns:
        The cases.
    """
    (folder / "bot").symlink_to(ROOT / "bot")
    kept = folder / "data" / "cases"
    kept.mkdir(parents=True)
    chosen = make_cases(cases)
    for case in chosen:
        path = kept / f"{case['slug']}.json"
        path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    return chosen


def make_cases(count: int) -> list[Json]:
    """So many cases: the shipped ones, then variations of them with names of their own."""
    paths = sorted((ROOT / "data" / "cases").glob("*.json"))
    shipped = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    dice = random.Random(20231127)
    varied = (
        _vary(shipped[number % len(shipped)], number, dice)
        for number in range(max(0, count - len(shipped)))
    )
    return [*shipped, *varied][:count] if count < len(shipped) else [*shipped, *varied]


def _vary(case: Json, number: int, dice: random.Random) -> Json:
    copy: Json = json.loads(json.dumps(case))
    first, second = _name(dice), _name(dice)
    copy["slug"] = f"{first}-v-{second}-{number}".lower()
    copy["title"] = f"{first} v. {second} {_name(dice)} ({_name(dice)} {_name(dice).lower()})"
    if copy["native_title"]:
        copy["native_title"] = f"{_han(dice, 2)}诉{_han(dice, 4)}公司案"
    copy["aliases"] = [f"{_name(dice)} {_name(dice).lower()} case" for _ in copy["aliases"]]
    copy["works"] = [f"{_name(dice)} of the {_name(dice)}" for _ in copy["works"]]
    for party in copy["parties"]:
        party["name"] = f"{_name(dice)} {_name(dice)}"
    for ruling in copy["rulings"]:
        if ruling["docket_number"]:
            ruling["docket_number"] = _other_digits(ruling["docket_number"], dice)
        ruling["citations"] = [_other_digits(each, dice) for each in ruling["citations"]]
        ruling["judges"] = [f"{_name(dice)} {_name(dice)}" for _ in ruling["judges"]]
    copy["related"] = []
    copy["landmark"] = False
    return copy


def _name(dice: random.Random) -> str:
    parts = [
        dice.choice(_ONSETS) + dice.choice(_VOWELS) + dice.choice(_CODAS)
        for _ in range(dice.choice((1, 2, 2, 3)))
    ]
    return "".join(parts).capitalize()


def _han(dice: random.Random, length: int) -> str:
    return "".join(dice.choice(_HAN) for _ in range(length))


def _other_digits(text: str, dice: random.Random) -> str:
    return re.sub(r"\d", lambda _: str(dice.randrange(1, 10)), text)


def new_queries(cases: Sequence[Json], count: int, seed: int = 1) -> list[str]:
    """So many queries, no two alike: names, halves of names, slips of the finger, and nonsense."""
    dice = random.Random(seed)
    named = [list(_names(case)) for case in cases]
    found: dict[str, None] = {}
    while len(found) < count:
        query = _ask(dice.choice(dice.choice(named)), dice)
        if query.strip():
            found[query[:100]] = None
    return list(found)


def popular_queries(cases: Sequence[Json], count: int, seed: int = 2) -> list[str]:
    """So many queries as a busy day brings them.

    Four of five repeat: what they ask is drawn from 500 queries, the n-th most popular of which
    is asked 1/n as often as the first (Zipf's law). One of five was never asked before. The 500
    are the same for every seed, as what is popular is popular all day.
    """
    dice = random.Random(seed)
    known = new_queries(cases, 500, seed=2)
    fresh = iter(new_queries(cases, count, seed + 1))
    weights = [1 / rank for rank in range(1, len(known) + 1)]
    repeats = iter(dice.choices(known, weights, k=count))
    return [next(fresh) if dice.random() < 0.2 else next(repeats) for _ in range(count)]


def typed_prefixes(queries: Sequence[str]) -> list[str]:
    """What Discord asks suggestions for while the queries are typed: each of their beginnings."""
    return [query[:end] for query in queries for end in range(1, len(query) + 1)]


def _names(case: Json) -> Iterator[str]:
    yield case["title"]
    yield from case["aliases"]
    yield from case["works"]
    yield from (party["name"] for party in case["parties"])
    if case["native_title"]:
        yield case["native_title"]
    for ruling in case["rulings"]:
        yield ruling["court"]
        if ruling["docket_number"]:
            yield ruling["docket_number"]


def _ask(name: str, dice: random.Random) -> str:
    words = _WORD.findall(name)
    way = dice.randrange(10)
    if way == 0:
        return name
    if way <= 2 or not words:
        return name.lower()[: dice.randint(4, max(4, len(name)))]
    if way == 3:
        return f"{_name(dice)} {_name(dice)}".lower()  # nothing that exists
    start = dice.randrange(len(words))
    chosen = words[start : start + dice.randint(1, 3)]
    if way <= 6:
        return " ".join(chosen).lower()
    return _slip(" ".join(chosen).lower(), dice)


def _slip(text: str, dice: random.Random) -> str:
    """One letter lost, doubled or swapped with the next."""
    place = dice.randrange(len(text))
    way = dice.randrange(3)
    if way == 0:
        return text[:place] + text[place + 1 :]
    if way == 1:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]
