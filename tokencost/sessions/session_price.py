"""Price sessions: every call at the rates of its own size."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from tokencost.costs.cost import PricedUsage, month_cost, other_prices, price_usage
from tokencost.errors import DoesNotFitError, Failures, InputError, NoPriceError, UsageError
from tokencost.estimates.count import as_model_names
from tokencost.estimates.model_count import count_for_model
from tokencost.inputs import as_input_set
from tokencost.inputs.request_formats import find_tools, read_request
from tokencost.money import multiply, sum_exact
from tokencost.notes import Note, assumed
from tokencost.pricing import (
    Offer,
    PriceDate,
    PriceTable,
    Quote,
    as_price_table,
    find_conversion,
    find_offers,
    quote,
)
from tokencost.pricing.periods import notes_of_month
from tokencost.sessions.results import (
    PricedCall,
    SessionOptions,
    SessionReport,
    SessionResult,
)
from tokencost.sessions.session import (
    AUTO,
    Call,
    Session,
    SessionCache,
    Size,
    calls,
    choose_cache,
    sent_by_agents,
)
from tokencost.sessions.threshold import cheapest_threshold, costs_within
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import Usage
from tokencost.values import dataclass


def session(
    session: Session,
    models: str | Sequence[str],
    *,
    options: SessionOptions | None = None,
    prices: PriceTable | None = None,
    strict: bool = True,
) -> SessionReport:
    """Price an agent session for each model, without a cache and with the one it has.

    Args:
        session: the turns and their sizes.
        models: one name or several, as `find_offer` takes them.
        options: everything else.
        prices: the price table, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model, uncountable text, missing price,
            or turn that does not fit the model's window.

    Examples:
        >>> agent = tokencost.Session(turns=5, system="You are a helpful assistant.")
        >>> tokencost.session(agent, "gpt-4o")
        <SessionReport: 5 turns, 1 model, $0.0631 a session>
    """
    failures = Failures(strict=strict)
    if not isinstance(session, Session):
        raise UsageError(
            f"session is {session!r}, not a Session",
            hint='give tokencost.Session(turns=20), or tokencost.PRESETS["rag"]',
        )
    models = as_model_names(models)
    options = options or SessionOptions()
    if not isinstance(options, SessionOptions):
        raise UsageError(f"options is {options!r}, not SessionOptions", hint="give SessionOptions")
    prices = as_price_table(prices)
    price_date = options.price_date or prices.price_date
    results = []
    for offer in find_offers(
        prices, models, site=options.site, default_site=options.default_site, failures=failures
    ):
        with failures.kept_of(offer.model.name):
            prefix = count_prefix(session, offer, options.tokenizer, failures)
            if prefix is None:
                continue
            pricing = _SessionPricing(
                session=session, offer=offer, price_date=price_date, options=options
            )
            converted = find_conversion(
                offer.currency,
                options.currency or offer.currency,
                day=price_date.day,
                given=options.exchange_rates,
                listed=prices.exchange_rates,
            )
            result = replace(pricing.result_with_range(prefix), conversion=converted)
            results.append(pricing.with_month(result))
    return SessionReport(
        results=tuple(results),
        failures=tuple(failures.kept),
        session=session,
        options=options,
        price_date=price_date,
        prices=prices,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SessionPricing:
    """One session with one model."""

    session: Session
    offer: Offer
    price_date: PriceDate
    options: SessionOptions

    def result_with_range(self, prefix: TokenCount) -> SessionResult:
        """Price every call, and the least and most of the sum if prefix or price have a range.

        Raises:
            TokencostError: a call has no price.
        """
        result = self.result(prefix)
        others = [*other_prices(self.offer, self.price_date)]
        if prefix.is_exact and not others:
            return result
        costs, problems = self._costs_within(result)
        for offer, start in others:
            other = replace(self, offer=offer, price_date=start)
            try:
                costs += other._costs_within(other.result(prefix))[0]
            except NoPriceError:
                return replace(result, has_range=True)
        high = None if prefix.high is None or problems else max(costs)
        result = replace(result, warnings=(*result.warnings, *problems))
        return replace(result, has_range=True, low=min(costs), high=high)

    def _costs_within(self, result: SessionResult) -> tuple[list[Decimal], list[Note]]:
        quote_of = partial(self._quote, cache=result.cache)
        return costs_within(self.session, result.prefix, quote_of, result.cache)

    def with_month(self, result: SessionResult) -> SessionResult:
        """Return *result* with what the sessions of a month cost, if their number is given."""
        if (volume := self.options.volume) is None:
            return result
        results = {self.price_date: result}

        def month(cost: Callable[[SessionResult], Decimal | None]) -> Decimal | None:
            def cost_at(day: PriceDate) -> Decimal | None:
                if day not in results:
                    results[day] = replace(self, price_date=day).result_with_range(result.prefix)
                return cost(results[day])

            return month_cost(cost_at, self.offer, self.price_date, volume.per_month)

        result = replace(
            result,
            month=month(lambda of_day: of_day.total.cost),
            assumptions=(*result.assumptions, *notes_of_month(self.offer, self.price_date)),
        )
        if not any(of_day.has_range for of_day in results.values()):
            return result
        return replace(
            result,
            month_low=month(lambda day: day.low if day.has_range else day.total.cost),
            month_high=month(lambda day: day.high if day.has_range else day.total.cost),
        )

    def result(self, prefix: TokenCount) -> SessionResult:
        """Price every call with a prefix of the expected size."""
        first = self._quote(prefix.expected, self.session.output_tokens, None)
        cache, no_cache = self._cache(first)
        compact_at = (
            cheapest_threshold(
                self.session, prefix.expected, partial(self._quote, cache=cache), cache
            )
            if self.session.compact_at == AUTO
            else self.session.compact_at
        )
        priced, quotes = list[PricedCall](), list[Quote]()
        for call in calls(self.session, prefix=prefix.expected, compact_at=compact_at):
            for sent, agents in sent_by_agents(call, self.session, cache):
                priced_call, call_quotes = self._price_call(sent, agents, cache, compact_at)
                priced.append(priced_call)
                quotes += call_quotes
        notes = [assumed("prefix_tokens", tokens=prefix.expected)]
        if compact_at is not None:
            notes.append(
                assumed("history_summarized", above=compact_at, summary=self.session.summary)
            )
        elif self.session.compact_at == AUTO:
            notes.append(assumed("history_kept"))
        certainty = None
        if cache is not None:
            doubt = cache.doubt_of_minimum([one.call for one in priced], prefix)
            certainty = cache.certainty(doubt)
            notes += [*cache.assumptions(self.session), *([doubt] if doubt else [])]
        notes += [note for quote in quotes for note in quote.assumptions]
        has_hours = any(quote.price.conditions.schedule for quote in quotes)
        if has_hours and self.session.has_pauses and self.price_date.is_named:
            notes.append(assumed("turns_at_one_time", at=str(self.price_date)))
        return SessionResult(
            offer=self.offer,
            session=self.session,
            prefix=prefix,
            compact_at=compact_at,
            cache=cache,
            no_cache=no_cache,
            certainty=certainty,
            calls=tuple(priced),
            quotes=tuple({quote.tier and quote.tier.label: quote for quote in quotes}.values()),
            conversion=None,
            assumptions=tuple(dict.fromkeys(notes)),
            warnings=tuple(dict.fromkeys(note for quote in quotes for note in quote.warnings)),
        )

    def _quote(self, input_tokens: int, output_tokens: int, cache: SessionCache | None) -> Quote:
        return quote(
            self.offer,
            price_date=self.price_date,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cache=cache.use.kind if cache else None,
            thinking=self.options.thinking,
        )

    def _cache(self, first: Quote) -> tuple[SessionCache | None, Note | None]:
        """Return the cache in use, or the reason why there is none."""
        chosen = choose_cache(
            self.offer,
            first.rates,
            kind=self.options.cache,
            ttl=self.options.cache_ttl,
            hit_rate=self.session.hit_rate,
        )
        return (None, chosen) if isinstance(chosen, Note) else (chosen, None)

    def _price_call(
        self, call: Call, agents: int, cache: SessionCache | None, compact_at: int | None
    ) -> tuple[PricedCall, list[Quote]]:
        """Return *call* with its costs, and the quotes that it is billed by."""
        try:
            without_cache = self._price(call.tokens.without_cache(), None)
        except DoesNotFitError as error:
            raise DoesNotFitError(
                f"turn {call.turn}: {error.message}",
                hint="let a summary replace the history: --compact-at auto"
                if compact_at is None
                else "make the summary or the messages shorter",
            ) from error
        priced = PricedCall(call=call, agents=agents, without_cache=without_cache.cost.total)
        if cache is None:
            return priced, [without_cache.quote]
        billed = cache.billed_usages(call)
        prices = [self._price(usage, cache) for _, usage in billed]
        of_share = zip(prices, billed, strict=True)
        cost = sum_exact(multiply(price.cost.total, share) for price, (share, _) in of_share)
        return replace(priced, billed=billed, with_cache=cost), [price.quote for price in prices]

    def _price(self, usage: Usage, cache: SessionCache | None) -> PricedUsage:
        return price_usage(
            usage,
            self.offer,
            price_date=self.price_date,
            cache=cache.use.kind if cache else None,
            thinking=self.options.thinking,
        )


def count_prefix(
    session: Session, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    """Count system and tools; None, and a failure, if a text of them cannot be counted.

    Tools in JSON are counted as those of a request: in the form and with all that the provider
    adds, whatever white space the file has. A text that is not JSON is counted as it is.
    """
    system = _count(session.system, offer, tokenizer, failures)
    tools = _count_tools(session, offer, tokenizer, failures)
    return None if system is None or tools is None else TokenCount.sum([system, tools])


def _count_tools(
    session: Session, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    size = session.tools
    prompts = [] if isinstance(size, int) else as_input_set(size).prompts
    if len(prompts) != 1:
        return _count(size, offer, tokenizer, failures)
    asked = [{"role": "user", "content": "x"}]
    if session.system != 0:  # some providers write tools behind the system prompt
        asked.insert(0, {"role": "system", "content": "x"})
    try:
        definitions = find_tools(prompts[0].text, name=prompts[0].name)
        if definitions is None:
            return _count(size, offer, tokenizer, failures)
        bodies: list[dict[str, Any]] = [{"messages": asked}, {"messages": asked}]
        bodies[0]["tools"] = definitions
        requests = [read_request(body, name=prompts[0].name) for body in bodies]
    except InputError as error:
        failures.add(error, model=offer.model.name)
        return None
    counts = [
        count_for_model(
            replace(prompts[0], kind="request", request=request),
            offer.model,
            tokenizer,
            failures,
            site=offer.site,
        )
        for request in requests
    ]
    whole, without = counts
    return None if whole is None or without is None else whole.beyond(without)


def _count(
    size: Size, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    if isinstance(size, int):
        return TokenCount(
            expected=size, low=size, high=size, method=Method.SUPPLIED, tokenizer=None
        )
    input_set = as_input_set(size)
    for error in input_set.errors:
        failures.add(error, model=offer.model.name)
    counts = [
        count_for_model(prompt, offer.model, tokenizer, failures, site=offer.site)
        for prompt in input_set.prompts
    ]
    counted = [tokens for tokens in counts if tokens is not None]
    return TokenCount.sum(counted) if counted and len(counted) == len(counts) else None
