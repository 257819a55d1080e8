"""Databases of both engines."""

from tests.databases import database, database_url, engine, postgresql

__all__ = ["database", "database_url", "engine", "postgresql"]
