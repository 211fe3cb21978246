"""The sentences of sessions, of savings scenarios and of what makes texts shorter."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from tokencost.money import format_exact, format_money, round_figures
from tokencost.report.phrase_parts import (
    Sentence,
    few,
    line_words,
    requests,
    schedule_words,
    window_words,
)
from tokencost.reports import number_of


def _ttl_words(ttl: str) -> str:
    return f"{ttl[:-1]}-{ {'s': 'second', 'm': 'minute', 'h': 'hour', 'd': 'day'}[ttl[-1]] }"


def _share_words(share: Decimal) -> str:
    return "above 99.9 %" if Decimal("0.999") < share < 1 else f"{share * 100:.1f} %"


def _session_turns(
    *, turns: int, agents: int, user: int, tool_output: int, output_tokens: int
) -> str:
    return (
        f"{f'{agents:,} agents of ' if agents > 1 else ''}{number_of(turns, 'turn')}: each sends "
        f"all before it, {user:,} tokens of a user and {tool_output:,} of tools, "
        f"and adds {output_tokens:,} of output"
    )


def _turns_apart(*, interval: timedelta, gaps: tuple[tuple[int, timedelta], ...]) -> str:
    longer = [f"{_time_words(gap)} before turn {turn:,}" for turn, gap in gaps]
    return ", ".join([*([f"{_time_words(interval)} between turns"] if interval else []), *longer])


def _time_words(time: timedelta) -> str:
    """Return a time as it is given: 90s, 2m, 1h."""
    seconds = int(time.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length:,}{unit}"
    return f"{seconds:,}s"


SESSIONS: Mapping[str, Sentence] = {
    "session_turns": _session_turns,
    "agents_begin_at_once": "all agents begin at once and each write system and tools",
    "agents_begin_staged": "all agents begin after the first one has written system and tools",
    "sessions_per_month": lambda sessions: f"{sessions:,} sessions in a month of 30 days",
    "prefix_tokens": "{tokens:,} tokens of system and tools",
    "history_summarized": "above {above:,} tokens the history becomes a summary of {summary:,}",
    "history_kept": "no summary costs less than keeping the history",
    "cache_used": lambda kind, ttl: f"{kind} cache{f', written for {ttl}' if ttl else ''}",
    "hit_rate_given": "hit rate of {hit_rate} (--hit-rate)",
    "hits_not_guaranteed": "every turn inside the lifetime is a hit, which the provider does not "
    "promise (--hit-rate)",
    "lifetime_not_published": "the lifetime is not published",
    "nothing_left_after_pauses": "the lifetime is not published: after a pause nothing is read "
    "(--hit-rate)",
    "prefix_size_has_no_price": "with {tokens:,} tokens of system and tools, which they may have: "
    "{error}",
    "turns_apart": _turns_apart,
    "turns_at_one_time": "all turns are priced as of {at}, whenever they are sent",
    "no_cache_requested": "no cache, as asked for",
    "no_session_cache": "{offer} has no cache that a session can use",
}
MARKS: Mapping[str, Sentence] = {
    "cache_marks_written": lambda number: (
        f"{requests(number, 'mark')} what to cache: priced as written where the model takes "
        "marks, and read by no call (--cache none)"
    ),
    "cache_marks_not_taken": lambda number: (
        f"{requests(number, 'mark')} what to cache: priced as plain input where the model "
        "takes no marks"
    ),
    "cache_marks_below_minimum": lambda minimum, number: (
        f"{requests(number, 'mark')} less than the {minimum:,} tokens that a cache takes: "
        "priced as plain input"
    ),
    "cache_marks_near_minimum": lambda minimum, number: (
        f"{requests(number, 'mark')} what may be less than the {minimum:,} tokens that a "
        "cache takes: the range has it written and as plain input"
    ),
    "cache_marks_of_unknown_minimum": lambda number: (
        f"{requests(number, 'mark')} what may be less than a cache takes, which is not "
        "published: the range has it written and as plain input"
    ),
    "cache_marks_of_unknown_ttl": lambda ttl, has, number: (
        f"{requests(number, 'mark')} what to cache for {ttl}, and the cache has "
        f"{' and '.join(has)}: priced as plain input, and at most as written (--cache-ttl)"
    ),
    "cache_marks_beyond_most": lambda most, number: (
        f"{requests(number, 'set')} more cache marks than the {most} that the cache takes: "
        "the last ones count"
    ),
}
SCENARIOS: Mapping[str, Sentence] = {
    # why a model has no scenarios
    "no_price_to_save_on": "an input has no price",
    "caches_differ": "the requests ask for different caches: price them one by one",
    "modes_differ": "the requests ask for different modes, or only some of them for thinking: "
    "--mode and --thinking price them alike",
    "cache_given_already": "which tokens are cached is given: there is nothing to compare with",
    "nothing_to_pay": "there is nothing to pay",
    # what calls have in common
    "prefix_unknown": "cannot tell which part of the input repeats; give --prefix-tokens",
    "prefix_of_large_text": "texts of more than 4 MB are not searched for what repeats or could be "
    "shorter; give --prefix-tokens",
    "prefix_given": "--prefix-tokens",
    "prefix_whole_text": "the whole text",
    "prefix_up_to_dynamic_text": "the text up to its first {what}",
    "prefix_changes_daily": "line {line} has a date: the cache starts anew at midnight",
    "samples_have_placeholder": (
        "line {line} has a placeholder in every sample, after {tokens:,} tokens: is it filled in?"
    ),
    "samples_of_one_day": (
        "line {line} is the same in every sample, but changes later: up to it {tokens:,} tokens"
    ),
    "prefix_of_texts": (
        "the beginning that {number} texts, samples of what is sent, have in common"
    ),
    "prefix_of_texts_and_requests": "texts and requests have no beginning in common",
    "prefix_messages_up_to_dynamic_text": "tools and messages up to the first {what}",
    "prefix_all_but_last_message": "tools and all messages before the last one",
    "prefix_of_different_tools": "the requests have different tools, which come first",
    "prefix_of_requests": (
        "the beginning that {number} requests, samples of what is sent, have in common"
    ),
    "prefix_of_conversation": "the beginning of all {number} requests of a conversation; each is "
    "credited with the longest one that it shares with an earlier request",
    # why a scenario does not apply
    "not_priced": "{message}",
    "no_cache": "the model has no cache with a known rate",
    "nothing_repeats": "nothing repeats",
    "ttl_of_marks_unknown": lambda ttl, has: (
        f"a request marks it for {ttl}, and the cache has {' and '.join(has)} (--cache-ttl)"
    ),
    "cached_below_minimum": "{tokens:,} tokens of a cache are named, which takes nothing below "
    "{minimum:,}: they would be plain input",
    "prefix_too_short": "prefix of {tokens:,} tokens is below the cache minimum of {minimum:,}",
    "cache_storage_time_unknown": lambda is_asked: (
        "storage is billed by the hour, as long as is asked: --cache-ttl"
        if is_asked
        else "storage is billed by the hour and the lifetime is not published"
    ),
    "too_long_to_compress": "the text is longer than {most:,} bytes, the most that is tried "
    "unasked; `tokencost compress` tries any length",
    "too_many_tags_to_compress": "the text has more than {most:,} tags, the most that are tried "
    "unasked; `tokencost compress` tries any number",
    "nothing_to_compress": "nothing to gain",
    "mode_given_already": "the mode is {mode} already",
    "batch_cache_costs_no_less": "a batch costs no less with the cache",
    "off_peak_already": "the hour is a cheap one already",
    # what a scenario rests on
    "call_hit_rate_given": "hit rate of {share} (--hit-rate)",
    "cache_making_left_out": lambda rate: (
        "what it costs to make the cache and to keep it is not a part of it"
        + (f" ({format_exact(rate)} per MTok and hour)" if rate else "")
    ),
    "ttl_of_request": "kept for {ttl}, as the marks of the requests ask",
    "written_up_to_marks": "written up to the marks of the requests, at most {tokens:,} tokens",
    "more_marks_than_taken": "a request has {marks} cache marks, and the cache takes {most}: "
    "the last {most} count",
    "uncounted_parts_left_out": "more is billed than what is counted",
    "if_sent_again": "if the same text is sent again",
    "cache_hits_not_guaranteed": "the provider does not guarantee hits (--hit-rate)",
    "caches_possible": "what a cache saves is only possible where nothing says how many calls hit "
    "it (--hit-rate)",
    "calls_within_lifetime": lambda ttl: (
        "all calls arrive within the "
        + (f"{_ttl_words(ttl)} TTL" if ttl else "lifetime, which is not published")
    ),
    "calls_at_random": lambda calls_per_hour, share: (
        f"Poisson arrivals, {format_exact(round_figures(calls_per_hour))} calls an hour: "
        f"expected hit rate {_share_words(share)}"
    ),
    "conversations_sent_anew": "each of the {calls:,} times is another conversation of this form: "
    "--calls says how often the same one is sent",
    "entry_beyond_lookback": "a request adds up to {blocks:,} blocks, and an entry is looked for "
    "{lookback} blocks before a mark: what lies further back is written again",
    "marks_between_blocks": lambda blocks, lookback, marks: (
        f"a request adds up to {blocks:,} blocks, and an entry is looked for {lookback} blocks "
        f"before a breakpoint: one is set after each {lookback}"
        + (f" (at most {marks} in a request)" if marks else "")
    ),
    "cache_minimum_unknown": "the smallest prefix that the cache takes is not published",
    "minimum_within_range": lambda tokens, minimum, option="": (
        f"the prefix of about {tokens:,} tokens may be below the cache minimum of {minimum:,}"
        f"{option and f' ({option})'}"
    ),
    "tier_within_range": "between {low:,} and {high:,} tokens the tier changes, after {last:,}",
    "window_within_range": "between {low:,} and {high:,} tokens the window ends, at {window:,}",
    "cache_refresh_unknown": "hits are not known to restart the TTL; a fixed TTL is assumed",
    "cache_stored": lambda hours: (
        "each time it is written it is kept for "
        + ("1 hour" if hours == 1 else f"{format_exact(hours)} hours")
    ),
    "cache_made_by_call": "a call of its own makes it, at the rate of input; all others read it",
    "lines_moved_to_end": lambda lines, before, after: (
        f"{line_words(lines)} moved to the end: "
        f"the prefix grows from {before:,} to {after:,} tokens"
    ),
    "compressed_by": lambda transforms: f"by {', '.join(transforms)}",
    "counted_with_other_vocabulary": "counted with the vocabulary of another family",
    "quality_not_verified": "the quality of the output is not verified",
    "batch_delay": "batch results may take up to {hours} hours",
    "outside_hours": lambda schedule: f"outside the hours of {schedule_words(schedule)}",
    "inside_hours": lambda schedule: f"within the hours of {schedule_words(schedule)}",
    # what keeps more from being saved
    "cache_not_counted_on": "{scenario} would save more, but the provider does not guarantee hits",
    "repetition_not_named": "{scenario} would save more if the same text is sent again",
    "results_wait": "batch results may take up to {hours} hours",
    "other_hours": lambda schedule: (
        f"only {'outside' if schedule.multiplier > 1 else 'within'} {window_words(schedule)}"
    ),
    "cheaper_hours_in_a_month": lambda schedule, month: (
        f"calls only {'outside' if schedule.multiplier > 1 else 'within'} {window_words(schedule)} "
        f"cost {format_money(month.amount, month.currency)} a month"
    ),
    "cheaper_in_a_month": lambda scenario, calls: (
        f"{scenario} costs less in a month: the best is that of "
        f"{calls:,} {'call' if calls == 1 else 'calls'} (--calls)"
    ),
    "text_changed": lambda content: (
        "content is dropped" if content == "lossy" else "the text is changed"
    ),
    "batch_may_outlast_cache": "a batch may take longer than the cache lives",
    "change_too_small": "it changes the cost by less than 1 %",
    # what lies close by
    "tier_just_exceeded": (
        "{tokens:,} tokens are {over:,} beyond a tier: with {largest:,} the call costs {cheaper} "
        "instead of {cost}"
    ),
    "output_tier_just_exceeded": (
        "{tokens:,} output tokens are {over:,} beyond a tier: with {largest:,} the call costs "
        "{cheaper} instead of {cost}"
    ),
    "next_output_tier_close": lambda tokens, cost: (
        f"with {number_of(tokens, 'output token')} more the next tier begins, where the call costs "
        + format_money(cost.amount, cost.currency)
    ),
    "next_tier_close": lambda tokens, cost: (
        f"with {number_of(tokens, 'token')} more the next tier begins, where the call costs "
        + format_money(cost.amount, cost.currency)
    ),
    "prefix_barely_cacheable": lambda tokens, minimum: (
        f"{number_of(tokens, 'token')} less in the prefix, and it is below the cache minimum "
        f"({minimum:,})"
    ),
    "window_almost_full": "of the window of {window:,} tokens {tokens:,} are left",
    "prefix_almost_cacheable": lambda tokens, minimum: (
        f"{number_of(tokens, 'token')} more in the prefix, and it can be cached ({minimum:,})"
    ),
    "price_ends": "from {day} on there is no known price",
    "price_changes": lambda day, cost, inputs: (
        f"from {day} on a {'mean ' * (inputs > 1)}call costs "
        + format_money(cost.amount, cost.currency)
    ),
}
MONTHS: Mapping[str, Sentence] = {
    "month_of_two_prices": "the month begins on {first} and has another price from {day} on",
    "month_of_peak_days": "{peak} of the {days} days of the month are priced at peak rates",
    "month_without_price": "from {day} on there is no known price, so that a month has none",
    "month_beyond_end": "the model ends on {day}, and the month is priced as if it did not",
}
COMPRESSION: Mapping[str, Sentence] = {
    "nothing_to_change": "nothing to change",
    "not_proven": "not proven to keep what it has to keep",
    "no_fewer_tokens": "no fewer tokens",
    "missing_extra": 'the extra {extra!r} is not installed: pip install "tokencost-cli[{extra}]"',
    "request_is_data": "a request: what its messages say is compressed one by one, and the JSON "
    "around it stays; --as text takes the file for a text",
    "json_in_messages": lambda places: (
        f"JSON in {few(places)} stays as it is: it may show a form, or is short, or the "
        "message speaks of how something is written"
    ),
    "cited_documents": lambda places: (
        f"documents in {few(places)} stay as they are: answers cite places in them"
    ),
    "json_shows_form": lambda lines: (
        f"JSON in {line_words(lines)} may show the form of the output and stays as it is"
    ),
    "json_layout": lambda lines: (
        f"JSON in {line_words(lines)} stays as it is: the text speaks of how something is written"
    ),
    "json_untouched": lambda lines: (
        f"JSON in {line_words(lines)} stays as it is: so short that it may be an example; "
        "```json and <data> mark data"
    ),
    "unknown_content": "no kind of content that is known well enough to be changed, or not valid "
    "as what its name says; --kind names it",
}
