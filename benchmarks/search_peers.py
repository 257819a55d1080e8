"""What people otherwise search names with, behind one small interface, for the comparison tables.

Each takes entries and gives ids, best first. Those whose package or server is missing are left
out. They search the names, docket numbers and citations, and, where they weigh fields, courts.
"""

import asyncio
import importlib.util
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from rapidfuzz import fuzz, process, utils

from bot.search import Entry


class Peer(Protocol):
    """Another way to search."""

    name: str

    def build(self, entries: Sequence[Entry]) -> None: ...

    def search(self, query: str, limit: int) -> list[str]: ...

    def close(self) -> None: ...


def installed_peers(*, postgres: bool = True) -> Iterator[Peer]:
    """Every peer that can run here, cheapest first."""
    yield WRatio("rapidfuzz WRatio, captions", every_name=False)
    yield WRatio("rapidfuzz WRatio, all names", every_name=True)
    yield Fts5Trigram()
    if importlib.util.find_spec("tantivy"):
        yield Tantivy()
    if importlib.util.find_spec("bm25s"):
        yield Bm25s()
    if postgres and importlib.util.find_spec("asyncpg") and PgTrgm.programs():
        yield PgTrgm()


def texts_of(entry: Entry) -> list[str]:
    return [*entry.names, *entry.mentions, *entry.keys]


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


class WRatio:
    """`process.extract` with the scorer that most bots use."""

    def __init__(self, name: str, *, every_name: bool) -> None:
        self.name = name
        self._every_name = every_name

    def build(self, entries: Sequence[Entry]) -> None:
        rows = [
            (entry.id, utils.default_process(text))
            for entry in entries
            for text in (texts_of(entry) if self._every_name else entry.names[:1])
        ]
        self._ids = [row[0] for row in rows]
        self._texts = [row[1] for row in rows]

    def search(self, query: str, limit: int) -> list[str]:
        found = process.extract(
            utils.default_process(query),
            self._texts,
            scorer=fuzz.WRatio,
            limit=limit * 3 if self._every_name else limit,
        )
        return list(dict.fromkeys(self._ids[place] for _, _, place in found))[:limit]

    def close(self) -> None:
        self._ids, self._texts = [], []


class Fts5Trigram:
    """SQLite's full-text search over trigrams, in memory, by bm25."""

    name = "SQLite FTS5 trigram"

    def build(self, entries: Sequence[Entry]) -> None:
        self._ids = [entry.id for entry in entries]
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "create virtual table t using fts5(names, keys, context, tokenize='trigram')"
        )
        self._database.executemany(
            "insert into t(rowid, names, keys, context) values (?, ?, ?, ?)",
            (
                (n, *map(" ; ".join, ((*e.names, *e.mentions), e.keys, e.context)))
                for n, e in enumerate(entries)
            ),
        )
        self._database.execute("insert into t(t) values ('optimize')")

    def search(self, query: str, limit: int) -> list[str]:
        text = query.casefold().replace("\0", "")
        pieces = dict.fromkeys(text[i : i + 3] for i in range(len(text) - 2))
        if not pieces:
            return []
        wanted = " OR ".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
        rows = self._database.execute(
            "select rowid from t where t match ? order by bm25(t, 3, 3, 1) limit ?",
            (wanted, limit),
        )
        return [self._ids[row] for (row,) in rows]

    def close(self) -> None:
        self._database.close()


class Tantivy:
    """tantivy: each word exact or fuzzy, any of them may match."""

    name = "tantivy, fuzzy"

    def build(self, entries: Sequence[Entry]) -> None:
        import tantivy  # noqa: PLC0415 - only where it is installed

        self._tantivy: Any = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("place", stored=True)
        for field in ("names", "keys", "context"):
            builder.add_text_field(field)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(200_000_000, 1)
        self._ids = [entry.id for entry in entries]
        for place, entry in enumerate(entries):
            writer.add_document(
                tantivy.Document(
                    place=place,
                    names=" ; ".join((*entry.names, *entry.mentions)),
                    keys=" ; ".join(entry.keys),
                    context=" ; ".join(entry.context),
                )
            )
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, query: str, limit: int) -> list[str]:
        clauses = list(self._clauses(query))
        if not clauses:
            return []
        found = self._searcher.search(self._tantivy.Query.boolean_query(clauses), limit)
        places = (self._searcher.doc(address)["place"][0] for _, address in found.hits)
        return [self._ids[place] for place in places]

    def _clauses(self, query: str) -> Iterator[tuple[Any, Any]]:
        make, should = self._tantivy.Query, self._tantivy.Occur.Should
        for word in words_of(query):
            if word in {"v", "vs", "versus"}:
                continue
            for field, weight in (("names", 2.0), ("keys", 2.0), ("context", 1.0)):
                term = make.term_query(self._schema, field, word)
                yield should, make.boost_query(term, weight)
            if len(word) > 2:
                fuzzy = make.fuzzy_term_query(
                    self._schema,
                    "names",
                    word,
                    distance=2 if len(word) > 7 else 1 if len(word) > 3 else 0,
                    transposition_cost_one=True,
                    prefix=True,
                )
                yield should, make.boost_query(fuzzy, 0.8)

    def close(self) -> None:
        del self._searcher, self._index


class Bm25s:
    """bm25s over the trigrams of each word."""

    name = "bm25s, character trigrams"

    def build(self, entries: Sequence[Entry]) -> None:
        import bm25s  # noqa: PLC0415 - only where it is installed

        self._ids = [entry.id for entry in entries]
        self._index = bm25s.BM25()
        corpus = [self._pieces([*texts_of(e), *e.context]) for e in entries]
        self._index.index(corpus, show_progress=False)

    @staticmethod
    def _pieces(texts: Iterable[str]) -> list[str]:
        edged = [f"${word}$" for text in texts for word in words_of(text)]
        return [word[i : i + 3] for word in edged for i in range(len(word) - 2)]

    def search(self, query: str, limit: int) -> list[str]:
        pieces = [p for p in self._pieces([query]) if p in self._index.vocab_dict]
        if not pieces:
            return []
        places, scores = self._index.retrieve(
            [pieces], k=min(limit, len(self._ids)), show_progress=False, n_threads=1
        )
        found = zip(places[0], scores[0], strict=True)
        return [self._ids[int(place)] for place, score in found if score > 0]

    def close(self) -> None:
        del self._index


class PgTrgm:
    """PostgreSQL's pg_trgm by word similarity, in a throw-away server on loopback."""

    name = "pg_trgm, word_similarity"

    @staticmethod
    def programs() -> Path | None:
        """The folder of the newest PostgreSQL server's programs, if one is installed."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        return found[-1].parent if found else None

    def build(self, entries: Sequence[Entry]) -> None:
        self._runner = asyncio.Runner()
        self._start()
        self._runner.run(self._fill(entries))

    def _start(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="casebook-pg")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", f"{self._folder}/data", "-A", "trust", "-U", "postgres",
                  "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder} -c fsync=off "
            "-c max_parallel_workers_per_gather=0 -c shared_buffers=512MB -c jit=off"
        )
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-l", f"{self._folder}/log",
                  "-o", options, "start")  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        folder = self.programs()
        assert folder is not None
        as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*as_server, folder / program, *arguments], check=True, stdout=subprocess.DEVNULL
        )

    async def _fill(self, entries: Sequence[Entry]) -> None:
        import asyncpg  # noqa: PLC0415 - only where it is installed

        self._connection: Any = await asyncpg.connect(
            host="127.0.0.1", port=self._port, user="postgres", database="postgres"
        )
        run = self._connection.execute
        await run("create extension if not exists pg_trgm")
        await run("create table t(id text, x text)")
        rows = [(e.id, text.replace("\0", "")) for e in entries for text in texts_of(e)]
        await self._connection.copy_records_to_table("t", records=rows)
        await run("create index on t using gin (x gin_trgm_ops)")
        await run("analyze t")
        await run("set pg_trgm.word_similarity_threshold = 0.3")

    def search(self, query: str, limit: int) -> list[str]:
        rows = self._runner.run(
            self._connection.fetch(
                "select id from t where $1 <% x order by word_similarity($1, x) desc limit 30",
                query.replace("\0", ""),
            )
        )
        return list(dict.fromkeys(row["id"] for row in rows))[:limit]

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "fast", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)
