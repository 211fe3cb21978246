"""The rules of a provider's caches: what can be cached, for how long, and rates by multiplier."""

from collections.abc import Mapping
from dataclasses import field, fields
from enum import StrEnum

from tokencost.money import FromZero, format_exact, multiply
from tokencost.pricing.rates import Rates
from tokencost.usage import Ttl
from tokencost.values import dataclass, replace


class BatchCache(StrEnum):
    """What becomes of cache rates in a mode that discounts, such as batch or flex."""

    DISCOUNTED = "discounted"  # they get the discount as well
    STANDARD = "standard"  # they stay as they are
    NONE = "none"  # no cache: a token read or written costs as much as any other input


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRule:
    """One kind of cache; None and "" stand for what the provider does not publish.

    `granularity` is the step in tokens beyond `min_tokens`, `ttl` the times to live to choose
    from, `refresh` whether a hit prolongs them ("sliding") or not ("fixed"), `guaranteed` whether
    a hit inside them is promised. `read_x` and `write_x` give rates as multiples of the input
    rate; a rate of the price row comes before them. `any_ttl` says that an entry is kept for as
    long as is asked, for the first of `ttl` where nobody asks, `stored` that keeping it is billed
    by the hour, `own_call` that it is made by a call of its own, which is billed, and that every
    other call then reads it. `first_misses` is how many calls that begin alike it takes until the
    cache knows what they share (None for one); one that continues a whole earlier request needs no
    such time. `caches_output` says that answers are cached as well, `lookback` how many blocks
    before a breakpoint an entry is looked for. A rule that is `absent` takes back that of the
    provider.
    """

    min_tokens: int | None = None
    granularity: int | None = None
    ttl: tuple[Ttl, ...] = ()
    refresh: str = ""
    guaranteed: bool | None = None
    breakpoints: int | None = None
    read_x: FromZero | None = None
    write_x: Mapping[Ttl, FromZero] = field(default_factory=dict)
    stored: bool | None = None
    own_call: bool | None = None
    any_ttl: bool | None = None
    caches_output: bool | None = None
    lookback: int | None = None
    first_misses: int | None = None
    absent: bool = False

    def overridden(self, rule: "CacheRule") -> "CacheRule":
        """Return this rule with what *rule* says in its place, key by key."""
        if rule.absent:
            return rule
        values = {key.name: getattr(rule, key.name) for key in fields(rule)}
        return replace(
            self, **{key: value for key, value in values.items() if value not in (None, "", (), {})}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRules:
    """The caches of a provider, or what is different about those of a model.

    With neither rule there is no cache that is known. `exclusive` says that a request uses either
    the one or the other, `absent` that a model has none of those its provider has.
    """

    implicit: CacheRule | None = None
    explicit: CacheRule | None = None
    exclusive: bool | None = None
    source: str = ""
    absent: bool = False

    def overridden(self, rules: "CacheRules") -> "CacheRules":
        """Return these rules with what *rules* say in their place, key by key."""
        if rules.absent:
            return rules
        return CacheRules(
            implicit=_overridden(self.implicit, rules.implicit),
            explicit=_overridden(self.explicit, rules.explicit),
            exclusive=self.exclusive if rules.exclusive is None else rules.exclusive,
            source=rules.source or self.source,
        )

    def in_force(self) -> "CacheRules":
        """Return these rules without those that are taken back."""
        implicit, explicit = _in_force(self.implicit), _in_force(self.explicit)
        if implicit is self.implicit and explicit is self.explicit:
            return self
        return replace(self, implicit=implicit, explicit=explicit)

    def completed(self, rates: Rates) -> tuple[Rates, Mapping[str, str]]:
        """Return *rates* with those added that follow from multipliers.

        The second value names each rate added, with its formula ("0.1x input").
        """
        base = rates.input
        if base is None:
            return rates, {}
        derived: dict[str, str] = {}
        single, written = rates.single(), dict(rates.cache_write)
        both = self.implicit is not None and self.explicit is not None
        for rule, name in (
            (self.implicit or CacheRule(), "cache_read"),
            (self.explicit or CacheRule(), "cache_read_explicit" if both else "cache_read"),
        ):
            if rule.read_x is not None and single[name] is None:
                single[name] = multiply(base, rule.read_x)
                derived[name] = f"{format_exact(rule.read_x)}x input"
            for ttl, factor in rule.write_x.items():
                if ttl not in written:
                    written[ttl] = multiply(base, factor)
                    derived[f"cache_write {ttl}"] = f"{format_exact(factor)}x input"
        return Rates(**single, cache_write=written), derived


# They are kept as long as the program runs, as tables are, so that no others have their identity.
_IN_FORCE: dict[tuple[int, int], tuple[CacheRules | None, CacheRules | None, CacheRules]] = {}


def rules_in_force(sellers: CacheRules | None, own: CacheRules | None) -> CacheRules:
    """Return the rules of a seller with what is different for a model; every price asks for them.

    Rules have no hash: they are told apart by being the same ones.
    """
    key = id(sellers), id(own)
    if key not in _IN_FORCE:
        rules = sellers or CacheRules()
        _IN_FORCE[key] = (sellers, own, (rules.overridden(own) if own else rules).in_force())
    return _IN_FORCE[key][-1]


def _in_force(rule: CacheRule | None) -> CacheRule | None:
    return None if rule is None or rule.absent else rule


def _overridden(below: CacheRule | None, above: CacheRule | None) -> CacheRule | None:
    return below.overridden(above) if below and above else above or below
