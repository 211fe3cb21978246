"""The command line: parse, one call, render, exit."""

from tokencost.cli.app import app

__all__ = ["app"]
