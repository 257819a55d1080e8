"""Buttons and selects. All of them work after a restart: their ids say all that they need."""
