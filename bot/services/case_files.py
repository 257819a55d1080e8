"""A folder of case files: reading it, and reporting every problem in all of them at once."""

from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.case import Case
from bot.domain.checks import advise, check_together
from bot.domain.problems import InvalidRecordError, Problem, Severity, advice, error
from bot.domain.records import parse_case, to_file


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What was found in one file."""

    path: Path
    case: Case | None
    """`None` where the file holds no valid record."""
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the record out."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


def shipped_folder() -> Path:
    """Where the shipped data is: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


def read_folder(folder: Path) -> list[CaseFile]:
    """Read and check every `*.json` of a folder, in order of name.

    Raises:
        FileNotFoundError: if there is no such folder, or no case file in it.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"{folder} has no case files (*.json)")
    files = [_read(path) for path in paths]
    valid = [file.case for file in files if file.case is not None]
    together = iter(check_together(valid))
    return [
        file
        if file.case is None
        else replace(file, problems=(*file.problems, *next(together), *advise(file.case)))
        for file in files
    ]


def write_stable_form(file: CaseFile) -> bool:
    """Put a valid file into its stable form.

    Returns:
        Whether the file had another form before.
    """
    if file.case is None:
        return False
    stable = to_file(file.case)
    if file.path.read_text("utf-8-sig") == stable:
        return False
    file.path.write_text(stable, "utf-8", newline="\n")
    return True


def _read(path: Path) -> CaseFile:
    try:
        data = path.read_bytes()
        case = parse_case(data)
    except OSError as failure:
        problem = error("", f"cannot be read ({failure.strerror})", "check its permissions")
        return CaseFile(path, None, (problem,))
    except InvalidRecordError as failure:
        return CaseFile(path, None, tuple(failure.problems))
    return CaseFile(path, case, tuple(_form_problems(path, data, case)))


def _form_problems(path: Path, data: bytes, case: Case) -> list[Problem]:
    problems: list[Problem] = []
    if path.stem != case.slug:
        problems.append(error("slug", f"is not the file's name {path.stem}", "rename either"))
    if data != to_file(case).encode():
        problems.append(advice("", "is not in the stable form", "run casebook check --write"))
    return problems
