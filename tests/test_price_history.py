"""Known price changes of the last two years: what `--at` gives before and after, by sources.

The figures are those of the sources, never of the table: model-prices 0.0.5 (a ledger of commits
and provider pages), genai-prices 0.2.3 (dated prices), and pages of providers. Days between the
two are left out where sources differ on the day.
"""

from decimal import Decimal

import pytest

from tokencost import parse_price_date
from tokencost.errors import DoesNotFitError, NoPriceError
from tokencost.pricing import find_offer, load_price_table, quote

TABLE = load_price_table()
LEDGER = "model-prices 0.0.5"
DATED = "genai-prices 0.2.3"
DOLLARS = "api-docs.deepseek.com/quick_start/pricing, copy of 2025-08"
YUAN = "shengjixing.cn 2025-02-25, coolwj.com 2025-02-26"
QUOTED = "welinux.com 2026-05, ME News 2026-06-29"

# Model and site; a day before with input and output per million tokens, a day after, the source.
CHANGES = """
openai/o3@global                      2025-06-09 10    40    2025-06-10 2     8      DATED
openai/gpt-4o@global                  2024-10-01 5     15    2024-10-02 2.5   10     DATED
openai/gpt-5.6-sol@global             2026-08-20 5     30    2026-08-21 4     20     LEDGER
openai/gpt-5.6-terra@global           2026-07-29 2.5   15    2026-07-30 2     12     LEDGER
openai/gpt-5.6-luna@global            2026-07-29 1     6     2026-07-30 0.2   1.2    LEDGER
anthropic/claude-3-5-haiku-latest     2024-12-02 1     5     2024-12-05 0.8   4      aiwiki.ai
google/gemini-3.6-flash@global        2026-08-11 1.5   7.5   2026-08-14 0.75  3.75   LEDGER
google/gemini-3.6-flash@global        2026-12-31 0.75  3.75  2027-01-01 1.5   7.5    DATED
google/gemini-3.7-flash@global        2026-12-31 0.75  3.75  2027-01-01 1.5   7.5    DATED
google/gemini-3.8-flash@global        2026-12-31 0.75  3.75  2027-01-01 1.5   7.5    DATED
google/gemini-4-argon@global          2026-11-30 2     10    2026-12-01 4     20     DATED
xai/grok-4.20-0309-reasoning          2026-04-29 2     6     2026-05-21 1.25  2.5    DATED
xai/grok-4.20-0309-non-reasoning      2026-04-29 2     6     2026-05-21 1.25  2.5    LEDGER
xai/grok-4.20-multi-agent-0309        2026-04-29 2     6     2026-05-21 1.25  2.5    DATED
mistral/mistral-large-4               2026-10-19 0.68  2.09  2026-10-21 1.36  4.18   LEDGER
deepseek/deepseek-chat@intl           2025-02-08 0.14  0.28  2025-02-09 0.27  1.1    llm-prices
deepseek/deepseek-chat@intl           2025-09-05 0.27  1.1   2025-09-06 0.56  1.68   DOLLARS
deepseek/deepseek-chat@intl           2025-09-28 0.56  1.68  2025-11-18 0.28  0.42   LEDGER
deepseek/deepseek-chat@intl           2026-04-23 0.28  0.42  2026-04-25 0.14  0.28   LEDGER
deepseek/deepseek-reasoner@intl       2025-09-05 0.55  2.19  2025-09-06 0.56  1.68   DOLLARS
deepseek/deepseek-reasoner@intl       2025-09-28 0.56  1.68  2025-09-29 0.28  0.42   LEDGER
deepseek/deepseek-chat@cn             2025-09-05 2     8     2026-04-27 1     2      YUAN
deepseek/deepseek-reasoner@cn         2025-09-05 4     16    2026-04-27 1     2      YUAN
deepseek/deepseek-flash@intl          2026-08-16 0.14  0.28  2026-08-18 0.22  0.66   LEDGER
deepseek/deepseek-flash@intl          2026-09-09 0.22  0.66  2026-09-11 0.15  0.6    LEDGER
deepseek/deepseek-flash@cn            2026-08-16 1     2     2026-08-18 1.5   4.5    QUOTED
deepseek/deepseek-v4-pro@intl         2026-05-24 1.74  3.48  2026-05-25 0.435 0.87   LEDGER
deepseek/deepseek-v4-pro@intl         2026-08-16 0.435 0.87  2026-08-18 0.66  1.98   LEDGER
deepseek/deepseek-v4-pro@cn           2026-05-04 12    24    2026-06-29 3     6      QUOTED
alibaba/qwen3.6-plus@intl             2026-05-11 0.276 1.651 2026-05-13 0.5   3      LEDGER
zhipu/glm-5.3-flash@intl              2026-09-09 0.075 0.25  2026-09-10 0.15  0.5    LEDGER
minimax/MiniMax-M3@intl               2026-06-24 0.6   2.4   2026-06-26 0.3   1.2    LEDGER
xiaomi/mimo-v2.5@intl                 2026-06-28 0.4   2     2026-06-30 0.14  0.28   LEDGER
xiaomi/mimo-v2.5-pro@intl             2026-06-28 1     3     2026-06-30 0.435 0.87   LEDGER
"""

# Inputs of 300,000 tokens: a tier that was dropped, by genai-prices, model-prices and llm-prices.
TIERS = """
anthropic/claude-sonnet-4-6           2026-03-12 6     22.5  2026-03-13 3     15     DATED
anthropic/claude-opus-4-6             2026-03-12 10    37.5  2026-03-13 5     25     DATED
"""
SOURCES = {"LEDGER", "DATED", "DOLLARS", "YUAN", "QUOTED", "aiwiki.ai", "llm-prices"}

# Days inside the life of models that are no longer sold, or whose rates were others.
LIVES = """
anthropic/claude-3-5-sonnet-20241022  2025-01-15 3     15
anthropic/claude-3-7-sonnet-latest    2025-03-01 3     15
anthropic/claude-3-opus-20240229      2024-12-01 15    75
anthropic/claude-3-haiku-20240307     2024-12-01 0.25  1.25
anthropic/claude-opus-4-1             2025-09-01 15    75
anthropic/claude-sonnet-4-0           2025-06-01 3     15
openai/gpt-4                          2024-12-01 30    60
openai/gpt-4-turbo                    2024-12-01 10    30
openai/gpt-3.5-turbo                  2024-12-01 0.5   1.5
openai/gpt-4o-mini                    2024-12-01 0.15  0.6
openai/o1                             2025-01-15 15    60
openai/o4-mini                        2025-05-01 1.1   4.4
google/gemini-2.0-flash               2025-03-01 0.1   0.4
google/gemini-2.0-flash-lite          2025-04-01 0.075 0.3
zhipu/glm-4.5@intl                    2025-09-01 0.6   2.2
moonshotai/kimi-k2.5@intl             2026-03-01 0.6   3
deepseek/deepseek-v3.2@intl           2026-01-15 0.28  0.42
"""


def parts(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def rates(model: str, at: str, *, tokens: int = 50_000) -> tuple[Decimal, Decimal]:
    """Return the rates of a request with *tokens* of input, at off-peak hours of *at*."""
    rates = quote(
        find_offer(TABLE, model),
        price_date=parse_price_date(f"{at}T20:00+08:00" if "deepseek" in model else at),
        input_tokens=tokens,
        output_tokens=1_000,
    ).rates
    assert rates.input is not None
    assert rates.output is not None
    return rates.input, rates.output


@pytest.mark.parametrize("change", parts(CHANGES), ids=lambda change: f"{change[0]} {change[4]}")
def test_a_change_of_price_is_dated_as_its_source_says(change: list[str]) -> None:
    model, before, old_in, old_out, after, new_in, new_out, source = change
    assert source in SOURCES
    assert rates(model, before) == (Decimal(old_in), Decimal(old_out))
    assert rates(model, after) == (Decimal(new_in), Decimal(new_out))


@pytest.mark.parametrize("change", parts(TIERS), ids=lambda change: change[0])
def test_the_tier_of_a_window_of_a_million_tokens_ended(change: list[str]) -> None:
    model, before, old_in, old_out, after, new_in, new_out, _ = change
    assert rates(model, before, tokens=300_000) == (Decimal(old_in), Decimal(old_out))
    assert rates(model, after, tokens=300_000) == (Decimal(new_in), Decimal(new_out))


def test_thirty_changes_are_known() -> None:
    assert len(parts(CHANGES) + parts(TIERS)) >= 30


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-sonnet-4-0"])
def test_sonnet_4_took_a_million_tokens_at_twice_the_rate_until_april_2026(model: str) -> None:
    assert rates(model, "2026-04-30", tokens=200_000) == (Decimal(3), Decimal(15))
    assert rates(model, "2026-04-30", tokens=300_000) == (Decimal(6), Decimal("22.5"))
    with pytest.raises(DoesNotFitError, match="at most 200,000"):
        rates(model, "2026-05-01", tokens=300_000)


@pytest.mark.parametrize("life", parts(LIVES), ids=lambda life: life[0])
def test_a_day_of_its_life_prices_a_model(life: list[str]) -> None:
    model, day, input_rate, output_rate = life
    assert rates(model, day, tokens=2_000) == (Decimal(input_rate), Decimal(output_rate))


@pytest.mark.parametrize(
    ("model", "day"), [("gpt-4o", "2024-05-12"), ("deepseek-v4-pro@cn", "2026-04-23")]
)
def test_a_day_before_the_first_price_has_none(model: str, day: str) -> None:
    with pytest.raises(NoPriceError, match="its first known price is of"):
        rates(model, day)


def test_every_row_of_the_table_says_since_when_it_holds() -> None:
    open_rows = [
        model.name
        for model in TABLE.models
        for price in model.prices
        if price.validity.first is None
    ]
    assert open_rows == []
