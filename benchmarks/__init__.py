"""Measurements: `make bench` runs them all; benchmarks/README.md has the last tables."""
