"""Many texts: tasks for workers, and their results in order; knows no estimate."""

from tokencost.corpora.measures import measured

__all__ = ["measured"]
