"""Casebook: a Discord bot that answers questions about rulings on AI and copyright."""

__version__ = "0.1.0"
