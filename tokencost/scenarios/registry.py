"""The list of all scenarios, in the order in which tables show them."""

from collections.abc import Iterable

from tokencost.errors import UsageError
from tokencost.scenarios.batch import Batch, BatchCache, OffPeak
from tokencost.scenarios.cache import Cache, CacheOff, Reorder
from tokencost.scenarios.compress import Compress, Lossy
from tokencost.scenarios.options import is_one_of
from tokencost.scenarios.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    Cache(),
    CacheOff(),
    Reorder(),
    Compress(),
    Lossy(),
    Batch(),
    BatchCache(),
    OffPeak(),
)


def check_ids(ids: Iterable[str]) -> None:
    """Raise UsageError for the first of *ids* that is not one of a scenario or its variants."""
    scenario_ids = [scenario.id for scenario in SCENARIOS]
    for id_ in ids:
        if not is_one_of(id_, scenario_ids):
            raise UsageError(
                f"unknown scenario {id_!r}", hint=f"known are {', '.join(scenario_ids)}"
            )
