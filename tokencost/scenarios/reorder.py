"""Scenario: lines that change moved to the end, so that more of the prompt can be cached."""

from collections.abc import Iterable
from dataclasses import replace

from tokencost.costs.workload import Workload
from tokencost.notes import assumed
from tokencost.scenarios.cache import Cache
from tokencost.scenarios.results import Content
from tokencost.scenarios.scenario import Axis, Context, Variant, cheapest_variant


class Reorder:
    """Move what changes to the end, and cache the longer prefix."""

    id = "reorder"
    axes = frozenset({Axis.REQUESTS, Axis.CACHE})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield the cheapest caching of the longer prefix, if it is longer."""
        prefix = context.prefix
        if prefix.reordered is None or prefix.reordered <= (prefix.tokens or 0):
            return
        requests = tuple(
            replace(request, prefix=min(prefix.reordered, request.input))
            for request in workload.requests
        )
        longer = replace(workload, requests=requests)
        cheapest = cheapest_variant(Cache().variants(longer, context), longer)
        if cheapest is None:
            return
        cached, _ = cheapest
        note = assumed(
            "lines_moved_to_end",
            lines=prefix.reordered_lines,
            before=prefix.tokens,
            after=prefix.reordered,
        )
        yield replace(
            cached,
            id=self.id,
            name=f"reordered + {cached.name}",
            change=lambda workload: cached.change(replace(workload, requests=requests)),
            content=Content.REFORMATTED,
            assumptions=(*cached.assumptions, note),
        )
