"""Databases of both engines, and a folder for a real bot."""

import pytest

from tests.announcements.world import Installation
from tests.databases import database, database_url, engine, postgresql

__all__ = ["database", "database_url", "engine", "postgresql"]


@pytest.fixture
async def installation(tmp_path, database_url) -> Installation:
    """A database of either engine with the shipped cases."""
    made = Installation(tmp_path, database_url)
    await made.prepare()
    return made
