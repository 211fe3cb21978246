"""Every price that `estimate` gives, and every saving of a cache, equals a second working-out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.recomputed_prices import MODES, ONE, RAW, Entry, Sold, cacheable, seconds, sold
from tokencost import (
    EstimateOptions,
    InputTokens,
    OutputTokens,
    ScenarioOptions,
    estimate,
    load_price_table,
    parse_price_date,
)
from tokencost.pricing import Mode
from tokencost.scenarios import savings
from tokencost.usage import CacheKind, Ttl

TABLE = load_price_table()
MILLION = Decimal("0.000001")
SIZES = {900, 2_500, 20_000}
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, and what it costs; None where it has no price."""

    sold: Sold
    at: str
    mode: str
    size: InputTokens
    output: int
    cache: CacheKind | None
    cost: Decimal | None


def hours(row: Entry, day: date) -> Iterator[tuple[str, Decimal]]:
    """Yield times of every kind, with what rates are multiplied by then."""
    name = row.get("schedule")
    if name is None:
        yield day.isoformat(), ONE
        return
    schedule = RAW["schedule"][name]
    holidays = RAW["calendar"][schedule["except"]]["holidays"]
    first, last = row.get("from", day), row.get("until", day + timedelta(days=20))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    kinds = {(day.weekday(), day in holidays): day for day in days[:40]}
    for (weekday, is_holiday), of_kind in kinds.items():
        has_peak = weekday < SATURDAY and not is_holiday
        multiplier = schedule["multiplier"] if has_peak else ONE
        for clock, factor in (
            ("", multiplier),
            ("T08:59", ONE),
            ("T09:00", multiplier),
            ("T12:00", ONE),
            ("T17:59", multiplier),
        ):
            yield f"{of_kind}{clock}", factor


def requests() -> Iterator[Asked]:
    for entry in sold():
        outputs = {0, 250} | entry.borders("output")
        for at, peak in hours(entry.row, entry.day()):
            for mode in MODES if entry.row.get("modes") else MODES[:2]:
                for tokens in sorted(SIZES | entry.borders("input")):
                    for output in sorted(outputs):
                        if entry.fits(tokens, output):
                            yield from of_size(entry, at, peak, mode, tokens, output)


def of_size(
    entry: Sold, at: str, peak: Decimal, mode: str, tokens: int, output: int
) -> Iterator[Asked]:
    rates = entry.rates(tokens=tokens, output=output, mode=mode, peak=peak)

    def asked(usage: dict[str, int], size: InputTokens, cache: CacheKind | None = None) -> Asked:
        cost = None if rates is None else worked_out(rates, usage, output, cache)
        return Asked(sold=entry, at=at, mode=mode, size=size, output=output, cache=cache, cost=cost)

    written = rates and entry.written_by_default(rates, tokens)
    ttl, part = written or ("", 0)
    yield asked({"input": tokens - part, ttl: part}, InputTokens(total=tokens))
    if rates is None:
        return
    both = rates["cache_read_explicit"] is not None
    half = tokens // 2
    for kind in list(CacheKind) if both else [None]:
        size = InputTokens(total=tokens, cached=half, cache=kind)
        yield asked({"input": tokens - half, "read": half}, size, kind)
    for ttl in rates["cache_write"]:
        size = InputTokens(total=tokens, cache_write=half, cache_ttl=Ttl(ttl))
        yield asked({"input": tokens - half, ttl: half}, size)


def worked_out(
    rates: Entry, usage: dict[str, int], output: int, cache: CacheKind | None
) -> Decimal | None:
    """Add up what each token costs; None where a rate is not known."""
    read = "cache_read_explicit" if cache == CacheKind.EXPLICIT else "cache_read"
    parts = [(output, rates["output"])]
    for what, tokens in usage.items():
        of_kind = {"input": rates["input"], "read": rates[read], **rates["cache_write"]}
        parts.append((tokens, of_kind.get(what)))
    if any(tokens and rate is None for tokens, rate in parts):
        return None
    return sum((tokens * rate for tokens, rate in parts if tokens), Decimal()) * MILLION


def estimated(asked: Asked) -> Decimal | None:
    options = EstimateOptions(
        output=OutputTokens(low=asked.output, expected=asked.output, high=asked.output),
        price_date=parse_price_date(asked.at),
        mode=Mode(asked.mode),
    )
    report = estimate(asked.size, asked.sold.name, options=options, prices=TABLE, strict=False)
    cost = report.results[0].cost if report.results else None
    return None if cost is None else cost.expected.total


def test_every_price_of_the_table_equals_a_second_working_out() -> None:
    asked = list(requests())
    assert len(asked) > 20_000
    assert [request for request in asked if estimated(request) != request.cost] == []


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Calls that begin alike, and the share of them that hits a cache."""

    tokens: int
    prefix: int
    output: int
    calls: int
    hits: Decimal | None = None


CHATS = [
    Chat(tokens=8_000, prefix=6_000, output=400, calls=1),
    Chat(tokens=8_000, prefix=6_001, output=400, calls=10),
    Chat(tokens=9_999, prefix=9_999, output=1, calls=3),
    Chat(tokens=30_000, prefix=5_000, output=500, calls=1_000, hits=Decimal("0.6")),
    Chat(tokens=5_000, prefix=4_100, output=50, calls=2, hits=Decimal(0)),
    Chat(tokens=1_500, prefix=1_200, output=50, calls=100, hits=Decimal("0.95")),
    Chat(tokens=40_000, prefix=33_000, output=900, calls=25),
    Chat(tokens=64_000, prefix=8_200, output=10, calls=4, hits=Decimal("0.5")),
    Chat(tokens=7_777, prefix=7_000, output=700, calls=40, hits=Decimal("0.125")),
    Chat(tokens=20_000, prefix=19_000, output=2_000, calls=5),
    Chat(tokens=12_345, prefix=8_765, output=321, calls=7, hits=Decimal(1)),
]


def cache_rows(entry: Sold, chat: Chat) -> dict[str, Decimal]:
    """Return what the calls cost with every cache, by the id of the scenario.

    Of N calls the first m write, and of the others the share h reads: m w + (N - m)(h r +
    (1 - h) w) for the prefix. A cache that a call of its own makes is read by all N, and made as
    often as others would write. What is kept is billed by the hour each time it is written.
    """
    rates = entry.rates(tokens=chat.tokens, output=chat.output, mode="standard", peak=entry.peak)
    assert rates is not None
    rows: dict[str, Decimal] = {}
    for kind, rule in entry.caches.items():
        both = len(entry.caches) == 2 and kind == "explicit"
        read = (both and rates["cache_read_explicit"]) or rates["cache_read"]
        is_free = kind == "implicit" and "explicit" in entry.caches and not rule.get("write_x")
        writes = {} if is_free else rates["cache_write"]
        if read is None or rates["output"] is None or rates["input"] is None:
            continue
        for ttl in writes or [None]:
            total = _total(entry, chat, rates, kind=kind, read=read, ttl=ttl)
            if total is not None:
                kept = next(iter(rule.get("ttl", ())), None) if kind == "explicit" else None
                rows["-".join(filter(None, ("cache", kind, ttl or kept)))] = total
    return rows


def _total(
    entry: Sold, chat: Chat, rates: Entry, *, kind: str, read: Decimal, ttl: str | None
) -> Decimal | None:
    rule, plain = entry.caches[kind], Decimal(rates["input"])
    prefix, answer = cacheable(rule, chat.prefix), chat.output * rates["output"]
    lives = ttl or next(iter(rule.get("ttl", ())), None)
    storage = rates["cache_storage_hour"]
    is_stored = rule.get("stored") or (kind == "explicit" and storage is not None)
    if not prefix or (is_stored and (lives is None or storage is None)):
        return None
    write = rates["cache_write"][ttl] if ttl else plain
    reach = cacheable(rule, chat.tokens) if kind == "implicit" and ttl else prefix
    hit = prefix * read + (reach - prefix) * write + (chat.tokens - reach) * plain + answer
    miss = reach * write + (chat.tokens - reach) * plain + answer
    first = 1 if rule.get("own_call") else rule.get("first_misses", 1)
    hits = max(chat.calls - first, 0) * (ONE if chat.hits is None else chat.hits)
    misses = chat.calls - hits
    total = hits * hit + misses * miss
    if rule.get("own_call"):
        total = chat.calls * hit + misses * prefix * write
    if is_stored:
        total += misses * prefix * storage * Decimal(seconds(str(lives))) / 3_600
    return Decimal(total * MILLION)


def test_every_saving_of_a_cache_equals_its_formula() -> None:
    number, wrong = 0, []
    for entry in sold():
        in_force = entry.day() == RAW["as_of"]
        for chat in CHATS if in_force and entry.caches else ():
            if not entry.fits(chat.tokens, chat.output):
                continue
            report = estimate(
                InputTokens(total=chat.tokens),
                entry.name,
                output_tokens=chat.output,
                options=EstimateOptions(calls=chat.calls),
                prices=TABLE,
            )
            asked = ScenarioOptions(prefix=chat.prefix, hit_rate=chat.hits)
            models = savings(report, asked).savings
            rows = {
                outcome.id: outcome.total
                for model in models
                for outcome in model.outcomes
                if outcome.is_cache and outcome.applies
            }
            expected = cache_rows(entry, chat) if models else {}
            number += len(expected)
            if rows != expected:
                wrong.append((entry.name, chat, rows, expected))
    assert number > 3_000
    assert wrong == []
