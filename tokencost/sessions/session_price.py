"""Price a session: every call at the rates of its own size and hour."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tokencost.costs.cost import cost
from tokencost.errors import DoesNotFitError, Failures, NoPriceError
from tokencost.estimates.count import count_for_model
from tokencost.money import multiply, sum_exact
from tokencost.pricing import (
    ExchangeRate,
    Offer,
    PriceDate,
    PriceTable,
    Quote,
    conversion,
    find_offers,
    load_price_table,
    quote,
)
from tokencost.sessions.calls import Call, calls
from tokencost.sessions.results import PricedCall, SessionReport, SessionResult
from tokencost.sessions.session import AUTO, Session, Size
from tokencost.sessions.session_cache import Reuse, choose
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import Usage, Volume

NONE = "none"


def session(
    shape: Session,
    *,
    models: str | Sequence[str],
    cache: str | None = None,
    cache_ttl: str | None = None,
    thinking: bool = False,
    volume: Volume | None = None,
    price_date: PriceDate | None = None,
    site: str | None = None,
    currency: str | None = None,
    exchange_rates: tuple[ExchangeRate, ...] = (),
    tokenizer: str | None = None,
    prices: PriceTable | None = None,
    strict: bool = True,
) -> SessionReport:
    """Price an agent session for each model, without a cache and with the one it has.

    Args:
        shape: the turns and their sizes.
        models: one name or several, as `find_offer` takes them.
        cache: "implicit", "explicit" or "none"; by default the one that promises hits.
        cache_ttl: the time to live to write for, by default the first of the price list.
        thinking: price the answers as thought about, where that differs.
        volume: how many sessions a month.
        price_date: by default the day of the table; all turns are priced at this moment.
        site: of the provider.
        currency: what to convert into, besides the native one.
        exchange_rates: before those of the table.
        tokenizer: in the place of the model's own.
        prices: the price table, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model, uncountable text, missing price,
            or turn that does not fit the model's window.
    """
    failures = Failures(strict=strict)
    prices = prices or load_price_table()
    price_date = price_date or PriceDate(day=prices.as_of)
    results = []
    for offer in find_offers(prices, models, site=site, failures=failures):
        with failures.kept_of(offer.model.name):
            prefix = _prefix(shape, offer, tokenizer, failures)
            if prefix is None:
                continue
            pricing = _Pricing(
                offer=offer,
                price_date=price_date,
                thinking=thinking,
                cache=cache,
                cache_ttl=cache_ttl,
            )
            result = pricing.result(shape, prefix)
            converted = conversion(
                offer.currency,
                currency or offer.currency,
                day=price_date.day,
                given=exchange_rates,
                known=prices.exchange_rates,
            )
            results.append(replace(result, conversion=converted))
    return SessionReport(
        results=tuple(results),
        failures=tuple(failures.kept),
        session=shape,
        price_date=price_date,
        prices=prices,
        volume=volume,
        thinking=thinking,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pricing:
    """One session with one model."""

    offer: Offer
    price_date: PriceDate
    thinking: bool
    cache: str | None
    cache_ttl: str | None

    def result(self, shape: Session, prefix: TokenCount) -> SessionResult:
        """Price every call, and the sum at both ends of the band if the prefix has one.

        Raises:
            TokencostError: a call has no price.
        """
        result = self._result(shape, prefix)
        if prefix.is_exact:
            return result
        ends = [
            self._result(shape, replace(prefix, expected=size, low=size, high=size))
            for size in (prefix.low, prefix.high)
        ]
        return replace(result, prefix=prefix, low=ends[0].total.cost, high=ends[1].total.cost)

    def _result(self, shape: Session, prefix: TokenCount) -> SessionResult:
        first = self._quote(Usage(uncached_input=prefix.expected, output=shape.answer), None)
        reuse, notes, why = self._reuse(first, shape)
        compact_at = (
            _cheapest_threshold(shape, prefix.expected, first, reuse)
            if shape.compact_at == AUTO
            else shape.compact_at
        )
        priced: list[PricedCall] = []
        quotes: list[Quote] = []
        for call in calls(shape, prefix=prefix.expected, compact_at=compact_at):
            for sent, number in _agents(call, shape, prefix.expected):
                priced.append(self._priced(sent, number, reuse, compact_at, quotes))
        assumptions = [text for each in quotes for text in each.assumptions]
        return SessionResult(
            offer=self.offer,
            session=shape,
            prefix=prefix,
            compact_at=compact_at,
            reuse=reuse,
            no_reuse=why,
            calls=tuple(priced),
            quotes=tuple({each.tier and each.tier.label: each for each in quotes}.values()),
            conversion=None,
            assumptions=tuple(dict.fromkeys([*notes, *assumptions])),
            warnings=tuple(dict.fromkeys(text for each in quotes for text in each.warnings)),
        )

    def _reuse(self, first: Quote, shape: Session) -> tuple[Reuse | None, list[str], str]:
        if self.cache == NONE:
            return None, [], "no cache, as asked for"
        try:
            reuse, notes = choose(
                self.offer,
                first.rates,
                kind=self.cache,
                ttl=self.cache_ttl,
                hit_rate=shape.hit_rate,
            )
        except NoPriceError as error:
            if self.cache or self.cache_ttl:
                raise
            return None, [], str(error)
        return reuse, notes, ""

    def _priced(
        self,
        call: Call,
        number: int,
        reuse: Reuse | None,
        compact_at: int | None,
        quotes: list[Quote],
    ) -> PricedCall:
        plain = Usage(uncached_input=call.input, output=call.output)
        try:
            quoted = self._quote(plain, None)
        except DoesNotFitError as error:
            raise DoesNotFitError(
                f"turn {call.turn}: {error}",
                hint="let a summary replace the history: --compact-at auto"
                if compact_at is None
                else "make the summary or the messages shorter",
            ) from error
        priced = PricedCall(call=call, times=number, uncached=cost(plain, quoted).total)
        if reuse is None:
            quotes.append(quoted)
            return priced
        billed = tuple(reuse.billed(call))
        cached = []
        for share, usage in billed:
            quotes.append(self._quote(usage, reuse))
            cached.append(multiply(cost(usage, quotes[-1]).total, share))
        return replace(priced, billed=billed, cached=sum_exact(cached))

    def _quote(self, usage: Usage, reuse: Reuse | None) -> Quote:
        return quote(
            self.offer,
            price_date=self.price_date,
            input_tokens=usage.input,
            output_tokens=usage.output,
            cache=reuse.use.kind if reuse else None,
            thinking=self.thinking,
        )


def _agents(call: Call, shape: Session, prefix: int) -> list[tuple[Call, int]]:
    """Return the calls that all agents send in the place of *call*, with their number.

    Staged agents read the prefix that the first one has written; those that begin at once all
    write it themselves.
    """
    if shape.agents == 1 or not shape.staged or call.known or call.turn > 1:
        return [(call, shape.agents)]
    return [(call, 1), (replace(call, known=prefix), shape.agents - 1)]


def _cheapest_threshold(shape: Session, prefix: int, first: Quote, reuse: Reuse | None) -> int:
    """Return the input above which making a summary costs least, as far as the window allows.

    It is B + sqrt(2 g ((w + o) Z + r B) / r), for B = prefix + Z, a growth of g tokens a turn, a
    summary of Z tokens, and the rates of output (o), cache write (w) and cache read (r): a summary
    costs its output and its writing, and a longer history costs its reading on every turn.
    """
    rates, model = first.rates, first.offer.model
    read = rates.cache_read if reuse else rates.input
    if not read or not rates.input or rates.output is None:
        raise NoPriceError(
            f"{first.offer.name} has no rates to find the cheapest threshold by",
            hint="name one: --compact-at 100000",
        )
    ttl = reuse.use.ttl if reuse else None
    written = rates.cache_write.get(ttl, rates.input) if ttl else rates.input
    new = shape.user + shape.tool_output
    base = prefix + shape.summary
    paid = (written + rates.output) * shape.summary + read * base
    best = base + int((2 * (new + shape.answer) * paid / read).sqrt())
    # The history that is summed up is one answer longer than the last turn that was sent.
    ends = [
        model.context and model.context - shape.summary - shape.answer,
        model.max_input and model.max_input - shape.answer,
    ]
    return max(min([best, *filter(None, ends)]), base + new)


def _prefix(
    shape: Session, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    """Count system and tools; None, and a failure, if a text of them cannot be counted."""
    parts = [_size(size, offer, tokenizer, failures) for size in (shape.system, shape.tools)]
    counts = [tokens for tokens in parts if tokens is not None]
    return TokenCount.sum(counts) if len(counts) == len(parts) else None


def _size(size: Size, offer: Offer, tokenizer: str | None, failures: Failures) -> TokenCount | None:
    if isinstance(size, int):
        return TokenCount(
            expected=size, low=size, high=size, method=Method.SUPPLIED, tokenizer=None
        )
    return count_for_model(size, offer.model, tokenizer, failures)
