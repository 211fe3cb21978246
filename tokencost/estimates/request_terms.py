"""What a request says about its bill: mode, region, cache, output, and what of it is set aside."""

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

from tokencost.errors import NoPriceError, UsageError
from tokencost.estimates.model_count import is_name_of
from tokencost.estimates.results import EstimateOptions
from tokencost.notes import Note, Severity, assumed
from tokencost.pricing import Mode, Offer, PriceDate, PriceTable, price_at
from tokencost.usage import CacheChoice, CacheKind, OutputTokens, Ttl
from tokencost.values import dataclass, replace

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.request import Request

# Names of service tiers and speeds that are billed at the standard rates: OpenAI's "auto" and
# "default", Anthropic's "auto" and "standard_only", Groq's "on_demand", Bedrock's "default"; what
# a project's own settings or a commitment make of "auto" no request says.
_STANDARD = {"auto", "default", "standard", "standard_only", "on_demand", "unspecified"}
_PREFIX = "service_tier_"  # of Gemini's enumeration
_EVERYWHERE = "global"  # the region that is the provider's home


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMode:
    """A mode that a request asks for, and the words in which it does."""

    mode: Mode
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTerms:
    """How one request is priced, with its number of *outputs*, and what was noted about it."""

    mode: Mode
    thinking: bool
    output: OutputTokens
    outputs: int = 1
    cache: CacheChoice | None = None
    cache_ttl: Ttl | None = None
    notes: tuple[Note, ...] = ()


# All that `find_terms` asks of a request: one that asks for the same has the same terms.
asked_by: "Callable[[Request], tuple[object, ...]]" = attrgetter(
    *("model", "region", "is_batch", "service_tier", "speed"),
    *("max_output", "outputs", "thinking", "cache", "cache_ttl"),
)


def find_terms(
    request: "Request",
    offer: Offer,
    options: EstimateOptions,
    *,
    prices: PriceTable,
    price_date: PriceDate,
) -> RequestTerms:
    """Return how *request* is priced at *offer*: as the options say, else as it says itself.

    Raises:
        UsageError: the request asks for two modes at once.
        NoPriceError: the offer has no price for what it asks for.
    """
    output, outputs = _output(request, options)
    notes = [*_set_aside(request, offer, options, prices)]
    cache, ttl = _asked_cache(request, offer, options, prices)
    own = cache if cache != options.cache else None, ttl if ttl != options.cache_ttl else None
    if own != (None, None):
        notes.append(assumed("cache_of_request", cache=own[0], ttl=own[1]))
    mode = options.mode
    if mode is None:
        asked = _asked_mode(request, offer)
        mode = asked.mode if asked else Mode.STANDARD
        if asked:
            _check_mode(offer, asked, price_date)
            notes.append(assumed("mode_of_request", mode=mode, words=asked.words))
    if options.output is not None and outputs > 1:
        notes.append(assumed("outputs_each", outputs=outputs, most=output.high))
    return RequestTerms(
        mode=mode,
        thinking=options.thinking or request.thinking == "enabled",
        output=output,
        outputs=outputs,
        cache=cache,
        cache_ttl=ttl,
        notes=tuple(notes),
    )


def _asked_cache(
    request: "Request", offer: Offer, options: EstimateOptions, prices: PriceTable
) -> tuple[CacheChoice | None, Ttl | None]:
    """Return the cache and the time to live asked for, by options or else by the request.

    A request speaks of a cache that bills what it writes unless it is told not to: of any other,
    and of one of another model, what it says makes no difference to a call.

    Raises:
        UsageError: the model that it is for has no cache for so long.
    """
    cache, ttl, rule = options.cache, options.cache_ttl, offer.caching.implicit
    if rule is None or not rule.write_x or (request.cache, request.cache_ttl) == (None, None):
        return cache, ttl
    if cache is None and request.cache == CacheKind.EXPLICIT and offer.caching.explicit:
        cache = CacheKind.EXPLICIT
    if ttl is None and cache in (None, CacheKind.IMPLICIT) and request.cache_ttl is not None:
        ttl = next((one for one in rule.ttl if one == _spelled(request.cache_ttl)), None)
        is_own = request.model is None or is_name_of(request.model, offer.model, prices)
        if ttl is None and is_own:
            raise UsageError(
                f"{offer.name} has no cache that is written for {request.cache_ttl}, as is asked",
                hint=f"it has {', '.join(rule.ttl)}: --cache-ttl {rule.ttl[0]}",
            )
    return cache, ttl


def _spelled(text: str) -> str:
    """Return a time to live as tables spell it, any other text as it is."""
    try:
        return Ttl(text)
    except UsageError:
        return text


def _output(request: "Request", options: EstimateOptions) -> tuple[OutputTokens, int]:
    """Return the output asked for, else the most that a request allows itself, else none.

    A request for several outputs is billed for all of them, each of that size.
    """
    size = options.output
    if size is None and request.max_output is not None:
        size = OutputTokens.of(request.max_output)
    size = size or options.default_output or OutputTokens()
    return size.times(request.outputs), request.outputs


def _asked_mode(request: "Request", offer: Offer) -> AskedMode | None:
    """Return the one mode other than the standard one that a request asks for."""
    asked = [*_asked_modes(request, offer)]
    if len({mode.mode for mode in asked}) > 1:
        both = " and ".join(mode.words for mode in asked)
        raise UsageError(
            f"the request asks for {both}, which cannot be priced together",
            hint="say which it is: --mode batch, flex, priority, fast or standard",
        )
    return asked[0] if asked else None


def _asked_modes(request: "Request", offer: Offer) -> Iterable[AskedMode]:
    if request.is_batch:
        yield AskedMode(mode=Mode.BATCH, words="a batch")
    for key, value in (("service_tier", request.service_tier), ("speed", request.speed)):
        name = (value or "").lower().removeprefix(_PREFIX)
        if not name or name in _STANDARD:
            continue
        if name not in [*Mode]:
            raise _not_priced(offer, f'{key} "{value}"')
        yield AskedMode(mode=Mode(name), words=f"{key} {name}")


def _check_mode(offer: Offer, asked: AskedMode, price_date: PriceDate) -> None:
    if asked.mode not in price_at(offer, price_date).rates.modes:
        raise _not_priced(offer, asked.words)


def _not_priced(offer: Offer, words: str) -> NoPriceError:
    return NoPriceError(
        f"{offer.name} has no price for {words}, which the request asks for",
        hint="--mode standard prices it without",
    )


def site_in(region: str, offer: Offer) -> str:
    """Return the site that a request names by its region.

    Raises:
        NoPriceError: the model has no price in that region.
    """
    if region == _EVERYWHERE:
        return offer.provider.home
    if region not in offer.model.sites:
        sites = ", ".join(offer.model.sites)
        raise NoPriceError(
            f"{offer.model.name} has no price in the region {region!r} that the request asks for",
            hint=f"--site sets the region aside; it has {sites}",
        )
    return region


def _set_aside(
    request: "Request", offer: Offer, options: EstimateOptions, prices: PriceTable
) -> Iterable[Note]:
    """Yield what a request asks for that an option has said otherwise."""
    if request.model and not is_name_of(request.model, offer.model, prices):
        yield assumed("model_set_aside", asked=request.model, priced=offer.model.name)
    if request.region and request.region not in (offer.site, _EVERYWHERE):
        yield assumed("region_set_aside", asked=request.region, priced=offer.site)
    yield from _modes_set_aside(request, options.mode)
    limit = request.max_output
    if options.output is not None and limit and options.output.high != limit:
        yield assumed("output_set_aside", asked=limit, priced=options.output.high)
    if (rule := offer.caching.implicit) and rule.write_x:
        yield from _cache_set_aside(request, options)


def _cache_set_aside(request: "Request", options: EstimateOptions) -> Iterable[Note]:
    cache, ttl = options.cache, options.cache_ttl
    asked_ttl = _spelled(request.cache_ttl) if request.cache_ttl else None
    is_other = cache not in (None, request.cache or CacheKind.IMPLICIT)
    is_longer = ttl is not None and asked_ttl not in (None, ttl)
    if (request.cache or asked_ttl) and (is_other or is_longer):
        asked = request.cache
        yield assumed("cache_set_aside", asked=asked, asked_ttl=asked_ttl, priced=cache, ttl=ttl)


def _modes_set_aside(request: "Request", mode: Mode | None) -> Iterable[Note]:
    if mode is None:
        return
    if request.is_batch and mode is not Mode.BATCH:
        yield assumed("mode_set_aside", asked="a batch", priced=mode)
    for key, value in (("service_tier", request.service_tier), ("speed", request.speed)):
        name = (value or "").lower().removeprefix(_PREFIX)
        if name and name not in _STANDARD and name != mode:
            yield assumed("mode_set_aside", asked=f"{key} {value}", priced=mode)


def summed_up(groups: Iterable[Iterable[Note]]) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """Return assumptions and warnings about requests, each with the number of its requests.

    Args:
        groups: the notes on the requests of each model; the same ones for several count once.
    """
    numbers: Counter[Note] = Counter()
    for notes in groups:
        numbers |= Counter(notes)
    counted = [
        replace(note, details=(*note.details, ("number", number)))
        for note, number in numbers.items()
    ]
    return (
        tuple(note for note in counted if note.severity is Severity.ASSUMED),
        tuple(note for note in counted if note.severity is Severity.WARNING),
    )
