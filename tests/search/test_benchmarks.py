import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(script, *arguments):
    command = [sys.executable, f"benchmarks/{script}", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def test_quality_prints_one_object_with_the_figures():
    figures = json.loads(
        run("search_quality.py", "--queries", "tests/data/search_queries.jsonl", "--json")
    )
    expected = {
        "right_first", "mrr_at_10", "wrong_single", "negative_single", "listed", "nothing",
        "p50_ms", "p99_ms", "records", "queries",
    }  # fmt: skip
    assert expected <= figures.keys()
    assert figures["records"] == 187
    assert figures["queries"] >= 600
    assert figures["right_first"] > 0.99


def test_quality_reads_a_corpus_and_the_queries_for_it(tmp_path):
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text(
        json.dumps(
            {
                "id": "a", "caption": "Doe v. Roe", "docket": "1:05-cv-00007", "date": "2006-01-02",
                "court_name": "District Court", "court_abbr": "D.", "citations": [], "aliases": [],
            }
        )
    )  # fmt: skip
    rows = [
        {"q": "roe doe", "gold": ["a"], "kind": "swapped", "src": "real"},
        {"q": "zzz", "gold": [], "kind": "mash", "src": "real"},
        {"q": "thaler", "gold": ["thaler-v-perlmutter"], "kind": "hand", "src": "curated"},
    ]
    queries.write_text("\n".join(map(json.dumps, rows)))
    out = run("search_quality.py", "--queries", queries, "--corpus", corpus, "--json")
    figures = json.loads(out)
    assert (figures["records"], figures["queries"]) == (1, 2)
    assert (figures["right_first"], figures["negative_single"]) == (1, 0)


def test_scale_measures_small_sizes():
    rows = json.loads(run("search_scale.py", "--sizes", "60", "--burst", "--json"))
    assert rows[0]["records"] == 60
    assert {row["what"] for row in rows} == {"casebook", "burst"}
    assert all(row["longest_hold_ms"] > 0 for row in rows if row["what"] == "burst")
