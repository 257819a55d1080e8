import json
import shutil

import pytest

from bot.services.case_files import read_folder, shipped_folder, write_stable_form

CASES = shipped_folder() / "cases"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(CASES, tmp_path / "cases")
    return tmp_path / "cases"


def _change(path, **changes):
    record = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**record, **changes}, ensure_ascii=False), "utf-8")


def _errors(folder):
    return {(f.path.name, p.place) for f in read_folder(folder) for p in f.errors}


def test_the_shipped_catalogue_has_no_error_and_is_in_its_stable_form():
    files = read_folder(CASES)
    assert len(files) >= 187
    assert not [(file.path.name, p) for file in files for p in file.errors]
    assert not [file.path.name for file in files for p in file.problems if "stable" in p.message]


def test_every_problem_of_all_files_is_reported_at_once(folder):
    _change(folder / "li-v-liu.json", aliases=["Monkey selfie"], status="lost")
    _change(folder / "naruto-v-slater.json", related=[{"slug": "nowhere", "relation": "compare"}])
    (folder / "zarya-of-the-dawn.json").write_text("{", "utf-8")
    (folder / "copy.json").write_text((folder / "gema-v-openai.json").read_text("utf-8"), "utf-8")
    errors = _errors(folder)
    assert {
        ("li-v-liu.json", "status"),
        ("naruto-v-slater.json", "related[0].slug"),
        ("zarya-of-the-dawn.json", ""),
        ("copy.json", "slug"),
        ("gema-v-openai.json", "slug"),
    } <= errors
    # A case that points to a broken one is told so, too.
    assert any(
        place.startswith("related[") for name, place in errors if name != "naruto-v-slater.json"
    )


def test_the_stable_form_is_written_once_and_changes_nothing_else(folder):
    path = folder / "li-v-liu.json"
    before = path.read_bytes()
    _change(path)
    assert path.read_bytes() != before
    assert [file.path.name for file in read_folder(folder) if write_stable_form(file)] == [
        path.name
    ]
    assert path.read_bytes() == before


def test_a_folder_without_case_files_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no case files"):
        read_folder(tmp_path)


def test_a_case_file_that_is_a_folder_is_reported(folder):
    (folder / "odd.json").mkdir()
    assert ("odd.json", "") in _errors(folder)
