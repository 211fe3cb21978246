"""Scenario: a share of the input left out, whichever way."""

from collections.abc import Iterable
from dataclasses import replace

from tokencost.costs.workload import Workload
from tokencost.notes import assumed
from tokencost.scenarios.results import Certainty, Content
from tokencost.scenarios.scenario import Axis, Context, Variant, with_requests

_SHARES = (20, 50)  # per cent


class Lossy:
    """Leave out so much of every prompt; only where it was asked for."""

    id = "lossy"
    axes = frozenset({Axis.REQUESTS})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield a variant for each share, without a prefix: nobody says what is left of it."""
        for share in _SHARES if context.options.lossy else ():
            requests = tuple(
                replace(request, input=-(-request.input * (100 - share) // 100), prefix=0)
                for request in workload.requests
            )
            yield Variant(
                id=f"{self.id}-{share}",
                name=f"{share} % left out",
                change=with_requests(requests),
                content=Content.LOSSY,
                keeps_prefix=False,
                certainty=Certainty.POSSIBLE,
                assumptions=(assumed("quality_not_verified"),),
            )
