"""Sessions and estimates follow the same cache rules: what both can express costs the same."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost import EstimateOptions, InputTokens, ScenarioOptions, estimate, session
from tokencost.costs.cache import CacheUse, PromptTokens, cache_uses
from tokencost.costs.workload import Workload, price_workload
from tokencost.pricing import Mode, Offer, PriceTable, find_offer, load_price_table, price_at, quote
from tokencost.pricing.lookup import offers_of
from tokencost.scenarios import savings
from tokencost.sessions import Session, SessionOptions
from tokencost.usage import CacheKind

TABLE = load_price_table()


def _kinds(table: PriceTable) -> dict[str, tuple[Offer, CacheUse]]:
    """Return one model for every cache of the table that differs in its rules, by name."""
    kinds: dict[str, tuple[Offer, CacheUse]] = {}
    for model in table.models:
        for offer in offers_of(table, model):
            for use in _uses(offer, table):
                rules = f"{offer.provider.id} {use.kind} {use.ttl} {use.rule}"
                kinds.setdefault(rules, (offer, use))
    return {f"{offer.name} {use.kind} {use.ttl}": (offer, use) for offer, use in kinds.values()}


def _uses(offer: Offer, table: PriceTable) -> list[CacheUse]:
    """Return the caches that a session can use: none that is kept by the hour or made apart."""
    if not any(price.validity.covers(table.as_of) for price in offer.prices):
        return []
    if price_at(offer, table.price_date).rates.base.output is None:
        return []
    quoted = quote(offer, price_date=table.price_date, input_tokens=100, output_tokens=100)
    uses = cache_uses(offer, quoted.rates)
    return [use for use in uses if not (use.is_stored or use.is_own_call)]


KINDS = _kinds(TABLE)
sizes = st.integers(0, 6_000)


def test_the_table_has_the_kinds_that_these_tests_are_about() -> None:
    uses = [use for _, use in KINDS.values()]
    assert len(KINDS) > 20
    assert any(use.writes_all for use in uses)
    assert any(use.rule.caches_output for use in uses)
    assert any(use.first_misses > 1 for use in uses)
    assert {use.kind for use in uses} == {"implicit", "explicit"}


@pytest.mark.parametrize("kind", KINDS)
@given(
    prefix=sizes,
    new=sizes,
    output=st.integers(1, 500),
    agents=st.integers(1, 6),
    hits=st.booleans(),
)
@settings(max_examples=8, deadline=None)
def test_agents_of_one_turn_cost_what_as_many_calls_cost(
    kind: str, prefix: int, new: int, output: int, agents: int, *, hits: bool
) -> None:
    offer, use = KINDS[kind]
    rate = None if hits else Decimal("0.5")
    work = Session(
        turns=1,
        system=prefix,
        user=new,
        tool_output=0,
        output_tokens=output,
        agents=agents,
        staged=True,
        hit_rate=rate,
    )
    asked = SessionOptions(cache=use.kind, cache_ttl=use.ttl)
    (result,) = session(work, offer.name, options=asked, prices=TABLE).results
    options = EstimateOptions(calls=agents)
    size = InputTokens(total=prefix + new)
    report = estimate(size, offer.name, output_tokens=output, options=options, prices=TABLE)
    asked_for = ScenarioOptions(prefix=prefix, hit_rate=rate)
    (model,) = savings(report, asked_for).savings
    id_ = "-".join(filter(None, ("cache", use.kind, use.ttl)))
    (row,) = [outcome for outcome in model.outcomes if outcome.id == id_]
    if row.cost is not None:  # a prefix below the minimum is no scenario
        assert result.total.with_cache == row.total


@pytest.mark.parametrize("kind", KINDS)
@given(prefix=sizes, new=sizes, output=st.integers(1, 500), turns=st.integers(2, 8))
@settings(max_examples=8, deadline=None)
def test_turns_cost_what_the_requests_of_a_chat_cost(
    kind: str, prefix: int, new: int, output: int, turns: int
) -> None:
    offer, use = KINDS[kind]
    work = Session(turns=turns, system=prefix, user=new, tool_output=0, output_tokens=output)
    asked = SessionOptions(cache=use.kind, cache_ttl=use.ttl)
    (result,) = session(work, offer.name, options=asked, prices=TABLE).results
    requests, before = [], None
    for number in range(1, turns + 1):
        sent = prefix + number * new + (number - 1) * output
        requests.append(
            PromptTokens(
                input=sent,
                prefix=prefix if before is None else before,
                output=output,
                repeats=sent,
                continues=before is not None,
                answered=0 if before is None else output,
            )
        )
        before = sent
    chat = Workload(
        offer=find_offer(TABLE, offer.name),
        price_date=TABLE.price_date,
        mode=Mode.STANDARD,
        thinking=False,
        requests=tuple(requests),
        calls_per_prompt=1,
        cache=use,
    )
    assert result.total.with_cache == price_workload(chat).total


# The counts of Claude's tokens are approximate, so that turns of one text are not of one size.
OF_ONE_SIZE = [kind for kind in KINDS if not kind.startswith("anthropic")]


@pytest.mark.parametrize("kind", OF_ONE_SIZE)
def test_a_session_costs_what_an_estimate_of_its_requests_says(kind: str) -> None:
    offer, use = KINDS[kind]
    messages = [{"role": "system", "content": "word " * 3_000}]
    chat: list[list[dict[str, str]]] = []
    for number in range(4):
        messages.append({"role": "user", "content": f"{number} " + "more " * 200})
        chat.append(messages[:])
        messages.append({"role": "assistant", "content": f"{number} " + "well " * 300})
    options = EstimateOptions(calls=1, tokenizer="o200k_base")
    sizes = [
        result.tokens.expected
        for result in estimate(
            [{"messages": sent} for sent in (*chat, chat[1][:-1])],
            offer.name,
            output_tokens=1,
            options=options,
            prices=TABLE,
        ).results
    ]
    first, second, third, fourth, with_output = sizes
    new = second - with_output
    assert second - first == third - second == fourth - third
    output = with_output - first
    report = estimate(
        [{"messages": sent} for sent in chat],
        offer.name,
        output_tokens=output,
        options=options,
        prices=TABLE,
    )
    (model,) = savings(report).savings
    id_ = "-".join(filter(None, ("cache", use.kind, use.ttl)))
    (row,) = [outcome for outcome in model.outcomes if outcome.id == id_]
    work = Session(turns=4, system=first - new, user=new, tool_output=0, output_tokens=output)
    asked = SessionOptions(cache=use.kind, cache_ttl=use.ttl)
    (result,) = session(work, offer.name, options=asked, prices=TABLE).results
    assert result.total.with_cache == row.total > 0


OF_MARKS = [kind for kind, (_, use) in KINDS.items() if use.kind == "explicit"]


@pytest.mark.parametrize("kind", OF_MARKS)
@pytest.mark.parametrize("turns", [1, 3])
def test_requests_that_mark_all_of_themselves_cost_what_turns_cost_that_find_nothing(
    kind: str, turns: int
) -> None:
    offer, use = KINDS[kind]
    marked = {"type": "ephemeral", **({"ttl": use.ttl} if use.ttl else {})}
    texts = ["word " * 3_000, *["more " * 3_000] * (turns - 1)]
    bodies = []
    for number in range(turns):
        parts: list[dict[str, object]] = [{"type": "text", "text": text} for text in texts]
        parts = parts[: number + 1]
        parts[-1]["cache_control"] = marked
        bodies.append({"messages": [{"role": "user", "content": parts}]})
    is_chosen = offer.caching.explicit is not None  # of some there is nothing but rates
    cache = CacheKind.EXPLICIT if is_chosen else None
    options = EstimateOptions(calls=1, tokenizer="o200k_base", cache=cache)
    report = estimate(bodies, offer.name, output_tokens=100, options=options, prices=TABLE)
    costs = [result.expected_cost for result in report.results]
    none = Decimal()
    for result, cost in zip(report.results, costs, strict=True):
        work = Session(
            turns=1,
            system=result.tokens.expected,
            user=0,
            tool_output=0,
            output_tokens=100,
            hit_rate=none,
        )
        asked = SessionOptions(cache=use.kind, cache_ttl=use.ttl)
        (priced,) = session(work, offer.name, options=asked, prices=TABLE).results
        assert priced.total.with_cache == cost > 0
    (model,) = savings(report).savings
    assert model.baseline.total == sum(costs)
