"""The cheapest combination of what is certain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from tokencost.errors import NoPriceError
from tokencost.scenarios.outcomes import Certainty, Content, Outcome
from tokencost.scenarios.work import Sent, Work, bill


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One choice: what it is called, and the work it turns another into.

    `is_stable` says that a cached beginning stays what it was.
    """

    name: str = ""
    mode: str | None = None
    at: Work | None = None  # whose moment is taken
    cached: Work | None = None  # whose cache, hits and hours are taken
    requests: tuple[Sent, ...] | None = None
    is_stable: bool = True
    content: Content = Content.SAME
    certainty: Certainty = Certainty.BILLED

    def applied(self, work: Work) -> Work:
        """Return *work* done in this way as well."""
        changes: dict[str, object] = {}
        if self.mode is not None:
            changes["mode"] = self.mode
        if self.at is not None:
            changes["moment"] = self.at.moment
        if self.cached is not None:
            changes |= {name: getattr(self.cached, name) for name in ("cache", "hits", "hours")}
        if self.requests is not None:
            changes["requests"] = self.requests
        return replace(work, **changes)  # type: ignore[arg-type]


NONE = Lever()


def cheapest(base: Work, choices: Sequence[Sequence[Lever]]) -> Outcome:
    """Return the cheapest combination of one lever, or none, of each of *choices*.

    All of them are priced: no saving is derived from others. A text that begins otherwise than
    before is never combined with the caching of its beginning.
    """
    best: Outcome | None = None
    for levers in product(*([NONE, *each] for each in choices)):
        used = [each for each in levers if each is not NONE]
        if any(each.cached for each in used) and not all(each.is_stable for each in used):
            continue
        work = base
        for lever in used:
            work = lever.applied(work)
        try:
            found = bill(work)
        except NoPriceError:
            continue
        if best is None or best.bill is None or found.total < best.bill.total:
            best = Outcome(
                id="best",
                name=" + ".join(each.name for each in used) or "nothing",
                work=work,
                bill=found,
                certainty=max(
                    (each.certainty for each in used),
                    key=list(Certainty).index,
                    default=Certainty.BILLED,
                ),
                content=max(
                    (each.content for each in used), key=list(Content).index, default=Content.SAME
                ),
            )
    if best is None:
        raise NoPriceError(f"{base.offer.name} has no price", hint="see `tokencost models show`")
    return best
