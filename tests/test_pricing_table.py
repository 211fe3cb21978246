"""What must hold for the shipped price table, whatever its figures are."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from tokencost.errors import DoesNotFitError, Failures, NoPriceError
from tokencost.estimates.estimate import estimate
from tokencost.pricing import Model, Price, Rates, find_model, find_offer, load_price_table
from tokencost.pricing.lookup import find_offers
from tokencost.pricing.table import Confidence, PriceKind
from tokencost.tokenizers import Method, find_tokenizer, tokenizer_names
from tokencost.usage import InputTokens

TABLE = load_price_table()
SITES = [(model, site) for model in TABLE.models for site in model.sites]
ROWS = [
    pytest.param(model, price, id=f"{model.name}@{price.site} {price.validity.first or ''}")
    for model in TABLE.models
    for price in model.prices
]


def all_rates(price: Price) -> Iterator[Rates]:
    yield price.rates.base
    yield from map(price.rates.in_tier, price.rates.tiers)


def test_the_table_covers_the_providers_of_the_token_economy() -> None:
    assert sum(len(model.sites) for model in TABLE.models) >= 200
    sellers = {TABLE.seller_of(model, site) for model, site in SITES}
    assert sellers >= {
        *("openai", "anthropic", "google", "xai", "mistral", "meta", "deepseek", "alibaba"),
        *("moonshotai", "zhipu", "minimax", "volcengine", "baidu", "iflytek", "tencent"),
        *("xiaomi", "stepfun", "openrouter", "byteplus", "longcat"),
    }


def test_every_provider_of_the_table_makes_models_or_resells_them() -> None:
    makers = {model.provider for model in TABLE.models}
    resellers = {provider.id for provider in TABLE.providers.values() if provider.resells}
    assert makers | resellers == set(TABLE.providers)


@pytest.mark.parametrize("model", TABLE.models, ids=lambda model: model.name)
def test_every_model_is_counted_by_a_known_tokenizer(model: Model) -> None:
    read_otherwise = re.search(
        r"rerank|ocr|^bge-|^jina-|^embed-.*v3|^compound", model.id
    )  # spaces are dropped, or tools are called that nobody sees
    assert model.tokenizer in tokenizer_names() or (read_otherwise and not model.prices)


@pytest.mark.parametrize(
    ("name", "method", "tokenizer", "low", "high", "because"),
    [
        # the widest table of closed families: 1,000 words may be 821 to 1,671 tokens
        *(
            (name, Method.ESTIMATED, "unknown", 821, 1671, "nobody has recorded which vocabulary")
            for name in ("sonar-pro", "command-r7b", "us.amazon.nova-lite-v1:0", "voyage-4")
        ),
        ("groq/llama-3.3-70b-versatile", Method.ESTIMATED, "llama", 885, 1379, "Llama 3 and 4"),
        ("gemini-1.5-flash-002", Method.ESTIMATED, "gemma2", 885, 1379, "Gemma 2's vocabulary"),
        ("text-embedding-3-small", Method.EXACT, "cl100k_base", 1000, 1000, ""),
        ("mixtral-8x7b-instruct", Method.ASSUMED, "mistral-spm", 925, 1231, "SentencePiece"),
    ],
)
def test_a_model_of_which_no_vocabulary_is_at_hand_is_estimated_and_says_by_what(
    name: str, method: Method, tokenizer: str, low: int, high: int, because: str
) -> None:
    model = find_model(TABLE, name)
    assert model.tokenizer == tokenizer
    tokens = find_tokenizer(tokenizer, assumed=model.tokenizer_assumed).measure(" world" * 1000)
    assert (tokens.method, tokens.low, tokens.high) == (method, low, high)
    assert because in tokens.basis


@pytest.mark.parametrize(
    "model",
    [model for model in TABLE.models if model.sold_as and model.sites],
    ids=lambda model: model.name,
)
def test_a_name_that_one_seller_alone_has_leads_to_one_that_has_a_price(model: Model) -> None:
    """What a reseller calls "gemini-3.1-pro" has a price as "gemini-3.1-pro-preview" alone."""
    assert find_offer(TABLE, model.name).prices
    failures = Failures(strict=False)
    names = [name for names in model.sold_as.values() for name in names if name[0] != "-"]
    find_offers(TABLE, names, failures=failures)
    for failure in failures.kept:
        if isinstance(failure.error, NoPriceError):
            assert f'which alone calls it "{failure.model}"' in failure.error.message
            assert f"its maker calls it {model.name}; " in failure.error.hint


@pytest.mark.parametrize("model", TABLE.models, ids=lambda model: model.name)
def test_every_model_has_a_price_in_force_or_says_what_took_its_place(model: Model) -> None:
    if not model.prices:
        return  # nobody's price is known: such models have names and perhaps a vocabulary
    sites = TABLE.providers[model.provider].sites
    in_force = any(
        price.validity.covers(TABLE.as_of) for price in model.prices if price.site in sites
    )
    assert in_force != (bool(model.replaced_by) and model.ends is None)
    assert in_force or model.ends is None


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_every_row_says_where_it_comes_from_and_is_not_from_the_future(
    model: Model, price: Price
) -> None:
    assert price.provenance.source
    assert price.provenance.checked <= TABLE.as_of, model.name
    assert TABLE.as_of - price.provenance.checked <= timedelta(days=180)


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_rates_stand_in_plausible_ratios(model: Model, price: Price) -> None:
    for rates in all_rates(price):
        if price.conditions.kind is PriceKind.FREE:
            assert (rates.input, rates.output) == (Decimal(0), Decimal(0))
            continue
        assert rates.input is not None, model.name
        if price.conditions.kind is PriceKind.ESTIMATE and rates.output is None:
            continue
        assert rates.output is not None, model.name
        assert rates.input <= rates.output <= 20 * rates.input
        for read in (rates.cache_read, rates.cache_read_explicit):
            assert read is None or rates.input / 200 <= read < rates.input
        for write in rates.cache_write.values():
            # MiniMax lists the writes of its fast models at the rate of the ordinary ones.
            assert rates.input / 2 < write <= rates.input * Decimal("2.5")


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_a_longer_input_never_has_lower_rates(model: Model, price: Price) -> None:
    bounds = [tier for tier in price.rates.tiers if tier.input_from and tier.output_to is None]
    steps = [price.rates.base, *map(price.rates.in_tier, bounds)]
    starts = [tier.input_from or 0 for tier in bounds]
    assert starts == sorted(starts), model.name
    inputs = [rates.input for rates in steps if rates.input is not None]
    assert inputs == sorted(inputs)


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_a_tier_leaves_no_rate_of_a_cache_behind(model: Model, price: Price) -> None:
    for tier in price.rates.tiers:
        if tier.rates.input in (None, price.rates.base.input):
            continue
        for name in ("cache_read", "cache_read_explicit"):
            rate, repriced = price.rates.base.single()[name], tier.rates.single()[name]
            assert (rate is None) == (repriced is None), f"{model.name}: {tier.label}"
        assert set(tier.rates.cache_write) == set(price.rates.base.cache_write)


@pytest.mark.parametrize("model", TABLE.models, ids=lambda model: model.name)
def test_a_model_with_a_cache_rate_has_rules_for_a_cache(model: Model) -> None:
    provider = TABLE.providers[model.provider]
    caching = model.cache or provider.cache
    if caching and provider.cache:
        priced = any(price.rates.base.cache_read is not None for price in model.prices)
        assert not priced or caching.implicit or caching.explicit


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_writes_are_priced_for_times_to_live_that_the_cache_has(model: Model, price: Price) -> None:
    caching = find_offer(TABLE, f"{model.name}@{price.site}").caching
    rules = [rule for rule in (caching.implicit, caching.explicit) if rule is not None]
    ttls = {ttl for rule in rules for ttl in rule.ttl}
    assert {ttl for rule in rules for ttl in rule.write_x} <= ttls
    for rates in all_rates(price) if rules else ():  # of some resellers no rule is known
        assert set(rates.cache_write) <= ttls


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_modes_are_plausible_multiples(model: Model, price: Price) -> None:
    for name, change in price.rates.modes.items():
        if isinstance(change, Decimal):
            low, high = (Decimal("0.4"), Decimal(1)) if name in ("batch", "flex") else (1, 6)
            assert low <= change <= high, model.name


@pytest.mark.parametrize(("model", "price"), ROWS)
def test_doubt_is_written_down(model: Model, price: Price) -> None:
    is_low = price.provenance.confidence is Confidence.LOW
    assert is_low == (price.conditions.kind is PriceKind.ESTIMATE), model.name
    assert price.provenance.note or price.conditions.kind is not PriceKind.ESTIMATE


def test_sites_of_one_model_are_not_conversions_of_each_other() -> None:
    rates = {
        price.site: price.rates.base.input
        for model in TABLE.models
        if model.name == "alibaba/qwen3-max"
        for price in model.prices
        if price.validity.covers(TABLE.as_of)
    }
    assert rates == {"cn": Decimal("2.5"), "intl": Decimal("1.2")}


def test_a_seller_may_take_more_or_less_than_the_maker() -> None:
    """OpenRouter lists windows of its own: 1,048,576 for MiniMax M3, 262,144 for Seed 2.0 Lite."""

    def estimate_at(name: str, tokens: int) -> Decimal:
        (result,) = estimate(InputTokens(total=tokens), name, prices=TABLE).results
        assert result.cost is not None
        return result.cost.expected.total

    assert estimate_at("MiniMax-M3@openrouter", 1_048_576) > 0
    assert estimate_at("seed-2-0-lite@openrouter", 262_144) > 0
    for name, tokens in (("MiniMax-M3", 1_048_576), ("seed-2-0-lite@openrouter", 262_145)):
        with pytest.raises(DoesNotFitError):
            estimate_at(name, tokens)
