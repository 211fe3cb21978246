"""What a request says about its bill is what it is priced by, unless an option says otherwise."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, table
from tokencost.budgets import Limits, Status, check
from tokencost.errors import NoPriceError, UsageError
from tokencost.estimates.compare import compare
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import EstimateOptions, EstimateReport
from tokencost.inputs import Prompt
from tokencost.inputs.request import CacheMark, Message, Request
from tokencost.money import Money
from tokencost.notes import Note, assumed
from tokencost.pricing import Mode, PriceTable
from tokencost.report.phrases import sentence
from tokencost.scenarios import savings
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import NoSavings
from tokencost.usage import CacheKind, OutputTokens, Ttl


def prompt(**says: Any) -> Prompt:
    """Return a request of 1 token of text and 7 of message format, 8 in all."""
    settings = {"model": "gpt-4o", "format": "openai_chat", "max_output": 100, **says}
    request = Request(messages=(Message.of("user", "hello"),), **settings)
    return Prompt(name="r.json", text="hello", kind="request", request=request)


@pytest.fixture
def prices() -> PriceTable:
    """A dollar for a million tokens of input and 10 of output; half of it in a batch or flex."""
    modes = {"batch": 0.5, "flex": 0.5, "priority": 2}
    return table(
        provider(sites={"global": "USD", "us": "USD"}, site_multiplier={"us": 1.1}),
        model("gpt-4o", tokenizer="o200k_base", input=1, output=10, modes=modes),
        model("plain", tokenizer="o200k_base", input=2, output=20, max_output=100),
    )


def cost(report: EstimateReport) -> Decimal:
    total = report.total(report.offers[0])
    assert total.expected is not None
    return total.expected


def notes(report: EstimateReport) -> list[str]:
    return [sentence(note) for note in (*report.assumptions, *report.warnings)]


def test_one_output_of_at_most_100_tokens_is_priced_as_100(prices: PriceTable) -> None:
    """8 at 1 and 100 at 10 are 1,008 millionths."""
    assert cost(estimate(prompt(), prices=prices)) == Decimal("0.001008")


@pytest.mark.parametrize(
    ("asked", "expected"), [(None, [100, 700, 700]), (OutputTokens.of(500), [500, 500, 500])]
)
def test_an_output_that_is_asked_for_beats_that_of_a_request_which_beats_a_default(
    asked: OutputTokens | None, expected: list[int], prices: PriceTable
) -> None:
    options = EstimateOptions(output=asked, default_output=OutputTokens.of(700))
    inputs = [prompt(), prompt(max_output=None), Prompt(name="text", text="hello")]
    report = estimate(inputs, "gpt-4o", options=options, prices=prices)
    assert [result.output.expected for result in report.results] == expected


SAYS: tuple[dict[str, Any], ...] = (
    {"max_output": 200},
    {"max_output": None},
    {"outputs": 4},
    {"service_tier": "flex"},
    {"is_batch": True},
    {"speed": "priority"},
    {"thinking": "enabled"},
    {"region": "us"},
    {"model": "plain"},
)


def test_each_of_ten_requests_that_ask_for_different_terms_is_priced_as_by_itself(
    prices: PriceTable,
) -> None:
    prompts = [prompt(), *(prompt(**says) for says in SAYS)]
    alone = [estimate(one, "gpt-4o", prices=prices).results for one in prompts]
    together = estimate([*prompts, *prompts], "gpt-4o", prices=prices).results
    assert [one.input for one in together] == ["r.json"] * 20
    assert together == tuple(result for results in (*alone, *alone) for result in results)


def test_the_number_of_requests_that_ask_for_a_batch_is_told(prices: PriceTable) -> None:
    report = estimate([prompt(is_batch=True)] * 3 + [prompt()], prices=prices)
    (note,) = report.assumptions
    assert (note.code, note.values["number"]) == ("mode_of_request", 3)


@pytest.mark.parametrize("outputs", [4, 5])
def test_several_outputs_are_as_many_times_the_limit(prices: PriceTable, outputs: int) -> None:
    (result,) = estimate(prompt(outputs=outputs), prices=prices).results
    tokens = outputs * 100
    assert (result.output.low, result.output.expected, result.output.high) == (tokens,) * 3
    assert result.cost is not None
    assert result.cost.high is not None
    assert result.cost.high.total == Decimal(8 + 10 * tokens) / 10**6


def test_each_of_several_outputs_has_the_limit_of_the_model(prices: PriceTable) -> None:
    """The model writes at most 100 tokens at once: four times 100 fit, once 400 does not."""
    report = estimate(prompt(outputs=4), "plain", prices=prices)
    assert cost(report) == Decimal("0.008016")
    baseline = savings(report).savings[0].baseline
    assert baseline.total == Decimal("8.016")  # a thousand calls
    with pytest.raises(NoPriceError, match="400 tokens of output, at most 100"):
        estimate(prompt(max_output=400), "plain", prices=prices)


def test_a_window_holds_one_of_several_outputs_beside_the_input() -> None:
    """8 and 100 tokens fit into 120 and leave 12 of them, a tenth."""
    prices = table(model("narrow", tokenizer="o200k_base", input=2, output=20, context=120))
    report = estimate(prompt(outputs=4), "narrow", prices=prices)
    (result,) = report.to_dict()["results"]
    assert result["context"] == {"window": 120, "fits": True}
    assert result["tokens"]["output"] == 400
    warnings = savings(report).savings[0].warnings
    assert [note.values["tokens"] for note in warnings] == [12]


def test_output_that_is_given_is_billed_once_for_each_output_that_is_asked_for(
    prices: PriceTable,
) -> None:
    report = estimate(prompt(outputs=4), output_tokens=(20, 50), prices=prices)
    output = report.results[0].output
    assert (output.low, output.expected, output.high) == (80, 140, 200)
    assert cost(report) == Decimal(8 + 10 * 140) / 10**6
    assert notes(report) == [
        "1 request allows at most 100 tokens; priced with 50 of output, as given",
        "1 request asks for 4 outputs of 50 tokens each: 200 in all",
    ]


@pytest.mark.parametrize(
    ("says", "mode", "total"),
    [
        ({"service_tier": "flex"}, Mode.FLEX, "0.000504"),
        ({"service_tier": "SERVICE_TIER_FLEX"}, Mode.FLEX, "0.000504"),
        ({"service_tier": "priority"}, Mode.PRIORITY, "0.002016"),
        ({"is_batch": True}, Mode.BATCH, "0.000504"),
        ({"is_batch": True, "service_tier": "default"}, Mode.BATCH, "0.000504"),
        ({"service_tier": "auto"}, Mode.STANDARD, "0.001008"),
        ({"speed": "standard"}, Mode.STANDARD, "0.001008"),
    ],
)
def test_tier_speed_and_batch_are_modes(
    prices: PriceTable, says: dict[str, Any], mode: Mode, total: str
) -> None:
    report = estimate(prompt(**says), prices=prices)
    assert (report.results[0].mode, cost(report)) == (mode, Decimal(total))
    assert report.to_dict()["assumptions"]["mode"] == mode
    assert len(notes(report)) == (0 if mode is Mode.STANDARD else 1)


def test_what_has_no_price_is_an_error_that_names_both(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="acme/gpt-4o@global has no price for speed fast"):
        estimate(prompt(speed="fast"), prices=prices)
    with pytest.raises(NoPriceError, match='no price for service_tier "scale", which the request'):
        estimate(prompt(service_tier="scale"), prices=prices)
    with pytest.raises(NoPriceError, match="acme/plain@global has no price for a batch"):
        estimate(prompt(is_batch=True), "plain", prices=prices)


def test_two_modes_at_once_are_an_error_that_names_both(prices: PriceTable) -> None:
    both = prompt(is_batch=True, service_tier="priority")
    with pytest.raises(UsageError, match="a batch and service_tier priority, which cannot be"):
        estimate(both, prices=prices)
    options = EstimateOptions(mode=Mode.BATCH)
    assert cost(estimate(both, options=options, prices=prices)) == Decimal("0.000504")


def test_a_mode_that_is_given_wins_and_one_line_says_what_was_asked_for(prices: PriceTable) -> None:
    options = EstimateOptions(mode=Mode.STANDARD)
    report = estimate([prompt(service_tier="flex")] * 2, options=options, prices=prices)
    assert cost(report) == Decimal("0.002016")
    assert notes(report) == [
        "2 requests ask for service_tier flex; priced in mode standard, as given"
    ]


def test_a_model_that_is_given_wins_and_one_line_says_so(prices: PriceTable) -> None:
    report = estimate(prompt(), "plain", prices=prices)
    assert cost(report) == Decimal("0.002016")
    assert notes(report) == ["1 request names the model gpt-4o; priced with acme/plain, as given"]
    assert notes(estimate(prompt(), "acme/gpt-4o", prices=prices)) == []


def test_a_region_is_the_site_of_that_name(prices: PriceTable) -> None:
    """A tenth more: 1.1 times 1,008 millionths."""
    report = estimate(prompt(region="us"), prices=prices)
    assert report.results[0].offer.name == "acme/gpt-4o@us"
    assert cost(report) == Decimal("0.0011088")
    assert cost(estimate(prompt(region="global"), prices=prices)) == Decimal("0.001008")


def test_a_site_that_is_given_wins_over_the_region(prices: PriceTable) -> None:
    for report in (
        estimate(prompt(region="us"), "gpt-4o@global", prices=prices),
        estimate(prompt(region="us"), options=EstimateOptions(site="global"), prices=prices),
    ):
        assert cost(report) == Decimal("0.001008")
        assert notes(report) == [
            "1 request asks for the region us; priced at site global, as given"
        ]


def test_requests_that_differ_in_nothing_but_their_region_are_told_apart(
    prices: PriceTable,
) -> None:
    requests = [replace(prompt(region=region), name=f"{region}.json") for region in ("us", None)]
    for both in (requests, requests[::-1]):
        assert notes(estimate(both, "gpt-4o@global", prices=prices)) == [
            "1 request asks for the region us; priced at site global, as given"
        ]


def test_a_region_without_a_price_is_an_error(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="acme/gpt-4o has no price in the region 'eu'"):
        estimate(prompt(region="eu"), prices=prices)


def test_thinking_that_a_request_switches_on_is_billed_at_its_rate() -> None:
    """8 at 1, and 100 of output at 10 or, with thinking, at 40."""
    rates = {"input": 1, "output": 10, "output_thinking": 40}
    prices = table(provider(), model("gpt-4o", tokenizer="o200k_base", **rates))
    assert cost(estimate(prompt(thinking="enabled"), prices=prices)) == Decimal("0.004008")
    assert cost(estimate(prompt(thinking="disabled"), prices=prices)) == Decimal("0.001008")
    assert cost(estimate(prompt(), prices=prices)) == Decimal("0.001008")


def test_marks_with_a_time_to_live_choose_among_the_explicit_caches() -> None:
    explicit = {"min_tokens": 4, "ttl": ["5m", "1h"], "guaranteed": True}
    prices = table(
        provider(cache={"explicit": explicit, "source": "page"}),
        model(
            "gpt-4o",
            tokenizer="o200k_base",
            input=1,
            output=10,
            cache_read=0.1,
            cache_write={"5m": 1.25, "1h": 2},
        ),
    )
    for ttl, ids in (
        (None, {"cache-explicit-5m", "cache-explicit-1h"}),
        ("1h", {"cache-explicit-1h"}),
    ):
        marks = (CacheMark(place="message 1", ttl=ttl, message=0),)
        report = estimate(prompt(cache_marks=marks), prices=prices)
        (model_,) = savings(report, ScenarioOptions(prefix=8)).savings
        caches = [outcome for outcome in model_.outcomes if outcome.id.startswith("cache-explicit")]
        assert {outcome.id for outcome in caches} == ids
        asked = [note.code for outcome in caches for note in outcome.assumptions]
        assert ("ttl_of_request" in asked) is (ttl is not None)


@pytest.mark.parametrize(
    ("asked", "choice", "ttl", "words"),
    [
        ({"cache": "explicit"}, "implicit", None, "explicit caching; priced with implicit caching"),
        ({"cache": "explicit"}, "none", None, "explicit caching; priced without"),
        ({"cache_ttl": "12h"}, "none", None, "caching for 12h; priced without"),
        ({"cache_ttl": "12h"}, None, "30m", "caching for 12h; priced with caching for 30m"),
        ({"cache_ttl": "720m"}, None, "12h", None),
        ({"cache": "explicit"}, "explicit", None, None),
        ({}, "none", None, None),
    ],
)
def test_a_cache_that_is_asked_for_and_not_priced_is_said(
    asked: dict[str, Any], choice: Any, ttl: str | None, words: str | None
) -> None:
    options = EstimateOptions(cache=choice, cache_ttl=Ttl(ttl) if ttl else None)
    report = estimate(prompt(**asked), options=options, prices=openai_caches())
    set_aside = [note for note in notes(report) if note.endswith(", as given")]
    assert set_aside == ([f"1 request asks for {words}, as given"] if words else [])


@pytest.mark.parametrize(
    ("choice", "ttl", "words"),
    [("implicit", None, "caching for 12h"), (None, "30m", "explicit caching")],
)
def test_what_an_option_says_of_a_cache_no_request_is_told_to_ask_for(
    choice: Any, ttl: str | None, words: str
) -> None:
    options = EstimateOptions(cache=choice, cache_ttl=Ttl(ttl) if ttl else None)
    asked = prompt(cache="explicit", cache_ttl="12h")
    report = estimate(asked, options=options, prices=openai_caches())
    kept = [note for note in notes(report) if "asks for" in note and "as given" not in note]
    assert kept == [f"1 request asks for {words}"]


def test_a_note_on_a_cache_holds_values_and_no_words() -> None:
    """What is said of them is a matter of `report`."""
    options = EstimateOptions(cache=CacheKind.IMPLICIT, cache_ttl=Ttl("30m"))
    asked = prompt(cache="explicit", cache_ttl="12h")
    report = estimate(asked, options=options, prices=openai_caches())
    (note,) = (note for note in report.assumptions if note.code == "cache_set_aside")
    values = {"asked": "explicit", "asked_ttl": "12h", "priced": "implicit", "ttl": "30m"}
    assert note.values == {**values, "number": 1}


def openai_caches() -> PriceTable:
    """Both caches of OpenAI, which are written for half an hour or for twelve."""
    rule = {"ttl": ["30m", "12h"], "write_x": {"30m": 1.25, "12h": 2.5}}
    return table(
        provider(cache={"implicit": rule, "explicit": rule, "source": "page"}),
        model("gpt-4o", tokenizer="o200k_base", input=1, output=10, cache_read=0.1),
    )


@pytest.mark.parametrize(("context", "is_full"), [(450, False), (115, True)])
def test_a_window_has_to_hold_one_of_several_outputs(context: int, *, is_full: bool) -> None:
    """Beside 8 tokens of input each of four outputs may have 100."""
    prices = table(model("gpt-4o", tokenizer="o200k_base", input=1, output=10, context=context))
    report = savings(estimate(prompt(outputs=4), prices=prices))
    near = [note.code for note in report.savings[0].warnings]
    assert near == (["window_almost_full"] if is_full else [])


def test_savings_are_those_of_the_mode_that_the_requests_ask_for(prices: PriceTable) -> None:
    report = savings(estimate(prompt(service_tier="priority"), prices=prices))
    assert report.savings[0].baseline.total == Decimal("2.016")  # a thousand calls


def test_requests_that_ask_for_different_modes_have_no_scenarios(prices: PriceTable) -> None:
    report = estimate([prompt(), prompt(service_tier="flex")], prices=prices)
    assert cost(report) == Decimal("0.001512")
    assert report.to_dict()["assumptions"]["mode"] is None
    (why_not,) = savings(report).models
    assert isinstance(why_not, NoSavings)
    assert why_not.reason.code == "modes_differ"


def test_a_comparison_ranks_what_has_the_mode_and_says_which(prices: PriceTable) -> None:
    report = compare(prompt(is_batch=True), prices=prices)
    assert [row.offer.name for row in report.ranked] == ["acme/gpt-4o@global", "acme/gpt-4o@us"]
    assert codes(report.assumptions) == ["mode_of_request"]
    assert report.mode is Mode.BATCH


def codes(of: tuple[Note, ...]) -> list[str]:
    return [note.code for note in of]


def test_a_budget_is_judged_in_the_mode_of_the_request(prices: PriceTable) -> None:
    """8 tokens of input cost 8 millionths, and 16 as priority."""
    limits = Limits(max_cost_per_call=Money(amount=Decimal("0.000008"), currency="USD"))
    for says, status in (({}, Status.PASS), ({"service_tier": "priority"}, Status.FAIL)):
        report = check(prompt(**says), "gpt-4o", limits=limits, output_tokens=0, prices=prices)
        assert report.status is status


@pytest.mark.parametrize(
    ("outputs", "one", "ends"),
    [
        (3, (100, 100), ("0.0006", "0.0024", "0.0024")),  # 300 at 2 in the tier of each, or at 8
        (2, (100, 100), ("0.0004", "0.0004", "0.0004")),  # 200 together are up to 200 as well
        (3, (201, 201), ("0.004824", "0.004824", "0.004824")),  # 603 at 8, whichever counts
        # 150 to 250 each are 300 to 500: at 2 from 300 on if each counts, and all at 8 if not
        (2, (150, 250), ("0.0006", "0.0032", "0.004")),
    ],
)
def test_several_outputs_pick_the_tier_together_or_each_and_the_range_has_both(
    outputs: int, one: tuple[int, int], ends: tuple[str, str, str]
) -> None:
    prices = table(
        model(
            "brief",
            tokenizer="o200k_base",
            input=1,
            output=8,
            tiers=[{"input_lte": 32_000, "output_lte": 200, "output": 2}],
        )
    )
    report = estimate(prompt(outputs=outputs), "brief", output_tokens=one, prices=prices)
    (result,) = report.results
    assert result.cost is not None
    assert result.quote is not None
    costs = (result.cost.low, result.cost.expected, result.cost.high)
    assert [cost and cost.output for cost in costs] == [*map(Decimal, ends)]
    is_doubted = ends[0] != ends[1]
    notes = result.quote.assumptions
    assert (assumed("tier_of_all_outputs", outputs=outputs) in notes) == is_doubted


# 2,000 tokens at 2 a million are 0.004; written for 30 minutes 0.005, for 12 hours 0.010.
WRITING = table(
    model(
        "writes",
        tokenizer="o200k_base",
        input=2,
        cache_read=0.2,
        cache={
            "implicit": {"ttl": ["30m", "12h"], "write_x": {"30m": 1.25, "12h": 2.5}},
            "explicit": {"ttl": ["30m", "12h"], "write_x": {"30m": 1.25, "12h": 2.5}},
            "source": "page",
        },
    ),
    model(
        "free-writes",
        tokenizer="o200k_base",
        input=2,
        cache_read=0.2,
        cache={"implicit": {}, "source": "page"},
    ),
)


def _cost_of(options: EstimateOptions | None = None, *, to: str = "writes", **says: Any) -> Decimal:
    text = "word " * 1_992  # and 8 of the message format
    request = Request(
        messages=(Message.of("user", text),), **{"model": "writes", "max_output": 0, **says}
    )
    sent = Prompt(name="r.json", text=text, kind="request", request=request)
    return round(cost(estimate(sent, to, options=options, prices=WRITING)), 4)


@pytest.mark.parametrize(
    ("says", "total"),
    [
        ({}, "0.005"),
        ({"cache": "implicit"}, "0.005"),
        ({"cache_ttl": "12h"}, "0.01"),
        ({"cache_ttl": "720m"}, "0.01"),
        ({"cache": "explicit"}, "0.004"),  # nothing is marked, so that nothing is written
        ({"cache": "explicit", "cache_ttl": "12h"}, "0.004"),
    ],
)
def test_a_request_is_written_as_it_asks_for(says: dict[str, Any], total: str) -> None:
    assert _cost_of(**says) == Decimal(total)


def test_an_option_wins_over_the_cache_of_a_request() -> None:
    assert _cost_of(EstimateOptions(cache="none"), cache_ttl="12h") == Decimal("0.004")
    assert _cost_of(EstimateOptions(cache_ttl=Ttl("30m")), cache_ttl="12h") == Decimal("0.005")
    assert _cost_of(EstimateOptions(cache=CacheKind.IMPLICIT), cache="explicit") == Decimal("0.005")


def test_what_a_request_asks_of_a_cache_is_said_and_is_none_of_one_that_bills_no_writes() -> None:
    request = prompt(model="writes", cache_ttl="12h", max_output=0)
    assert notes(estimate(request, prices=WRITING)) == ["1 request asks for caching for 12h"]
    explicit = prompt(model="writes", cache="explicit", max_output=0)
    both = estimate([request, explicit], prices=WRITING)
    assert notes(both)[1] == "1 request asks for explicit caching"
    (no_savings,) = savings(both).models
    assert isinstance(no_savings, NoSavings)
    assert no_savings.reason.code == "caches_differ"
    assert _cost_of(to="free-writes", cache_ttl="12h") == Decimal("0.004")


def test_a_time_that_the_cache_of_the_named_model_lacks_is_an_error() -> None:
    with pytest.raises(UsageError, match="no cache that is written for 7m, as is asked") as raised:
        _cost_of(cache_ttl="7m")
    assert raised.value.hint == "it has 30m, 12h: --cache-ttl 30m"
    assert _cost_of(cache_ttl="7m", model="another") == Decimal("0.005")  # asks it of another model


def test_the_most_of_several_outputs_may_lie_just_before_a_cheaper_tier_of_each() -> None:
    """Two of 100 at 10 a million cost more than two of 200 at 1, which is the tier of each."""
    tiers = [{"output_gt": 100, "output": 1}]
    prices = table(model("m", tokenizer="o200k_base", input=1, output=10, tiers=tiers))
    asked = prompt(outputs=2, max_output=None)
    (result,) = estimate(asked, "m", output_tokens=(51, 90, 200), prices=prices).results
    assert result.cost is not None
    assert result.cost.high is not None
    assert result.cost.high.output == Decimal("0.002")
