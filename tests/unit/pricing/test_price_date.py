from datetime import UTC, date, datetime, time, timedelta

import pytest

from tokencost.errors import UsageError
from tokencost.pricing import PriceDate, parse_price_date


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026-11-22T10:00",
        "2026-11-22T10:00:59",
        "2026-11-22T10:00+08:00",
        "2026-11-22T10:00-05:30",
        "2026-11-22T10:00+14:00",
        "2026-11-22T10:00-03:59",
    ],
)
def test_a_price_date_reads_back_what_it_prints(text: str) -> None:
    assert str(parse_price_date(text)) == text


def test_a_day_is_that_day_in_every_zone() -> None:
    assert parse_price_date("2026-11-22+08:00") == parse_price_date("2026-11-22Z")
    assert parse_price_date("2026-11-22Z") == PriceDate(day=date(2026, 11, 22))


def test_z_is_utc() -> None:
    assert parse_price_date("2026-11-22T10:00Z") == PriceDate(
        day=date(2026, 11, 22), clock=time(10), offset=timedelta()
    )
    assert str(parse_price_date("2026-11-22T10:00Z")) == "2026-11-22T10:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        *("", "22.11.2026", "2026-11-31", "2026-11-22T25:00", "now"),
        *("2026-11-22T10:00+15:00", "2026-11-22T10:00+08:60"),
    ],
)
def test_anything_else_is_an_error_that_shows_the_form(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_price_date(text)
    assert "2026-11-22T10:00+08:00" in raised.value.hint


def test_today_is_the_one_word_that_asks_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.now(tz=UTC).date()
    assert before <= parse_price_date("today").day <= datetime.now(tz=UTC).date()


def test_the_source_date_stands_in_for_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert parse_price_date("today").day == date(1970, 1, 2)


def test_a_time_without_an_offset_is_local_to_whoever_asks() -> None:
    price_date = parse_price_date("2026-11-22T10:00")
    assert price_date.in_zone(timedelta(hours=8)) == datetime(2026, 11, 22, 10)
    assert PriceDate(day=date(2026, 11, 22)).in_zone(timedelta()) is None


@pytest.mark.parametrize(
    ("day", "offset", "zone"),
    [(date.max, timedelta(hours=-12), 8), (date.min, timedelta(hours=14), -8)],
)
def test_a_moment_beyond_the_calendar_is_refused(day: date, offset: timedelta, zone: int) -> None:
    late = PriceDate(day=day, clock=time(23 if day == date.max else 0), offset=offset)
    with pytest.raises(UsageError, match="beyond the calendar"):
        late.in_zone(timedelta(hours=zone))
