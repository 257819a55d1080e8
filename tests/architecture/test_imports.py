"""Imports point one way: domain ← search, storage ← services ← chat; app.py sees everything."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "bot").rglob("*.py"))

ALLOWED = {
    "domain": {"domain"},
    "text": {"domain", "text"},
    "search": {"domain", "search"},
    "storage": {"domain", "storage"},
    "services": {"domain", "search", "storage", "services"},
    "chat": {"domain", "search", "services", "text", "chat"},
    "ops": {"domain", "storage", "services", "ops", ""},
    "settings": set(),
    "logs": {"settings"},
    "terminal": set(),
    "cli": {"domain", "services", "settings", "logs", "terminal", "app", "demo", "ops", "text", ""},
    "__main__": {"cli"},
    "demo": {"app", "chat", "settings"},
}
"""Room → the rooms whose modules it may import; `""` is the package itself."""

ONLY_IN = {
    "discord": {"chat"},
    "aiohttp": {"chat", "demo", "ops"},
    "prometheus_client": {"ops"},
    "simcord": {"demo"},
    "sqlalchemy": {"storage"},
    "aiosqlite": {"storage"},
    "sqlite3": {"storage"},
    "alembic": {"storage"},
    "asyncpg": {"storage"},
    "rapidfuzz": {"search"},
    "anyascii": {"search"},
    "opencc": {"search"},
    "rich": {"cli", "terminal"},
    "argparse": {"cli"},
    "pydantic_settings": {"settings"},
}
"""Library → the rooms that may know it."""


def room_of(path: Path) -> str:
    first = path.relative_to(ROOT / "bot").parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_room_may(path):
    room = room_of(path)
    if room in {"app", "__init__"}:
        return
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "bot":
            target = rest.partition(".")[0]
            target = "" if target == "__version__" else target
            assert target in ALLOWED[room], f"{room} may not import {name}"
        assert room in ONLY_IN.get(package, {room}), f"only {ONLY_IN[package]} may import {package}"


def test_the_walk_sees_every_room():
    rooms = {room_of(path) for path in MODULES}
    assert rooms - {"app", "__init__"} <= ALLOWED.keys()
    assert {"domain", "search", "storage", "services", "chat"} <= rooms


def test_no_view_is_kept_by_discord():
    """Views are `Components`: discord.py keeps any other for as long as its message may be used."""
    for path in MODULES:
        if path.name != "items.py":
            assert "discord.ui.View(" not in path.read_text("utf-8"), path
