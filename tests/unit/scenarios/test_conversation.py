"""Conversations that grow: what each request shares with any earlier one."""

from decimal import Decimal

from tests.price_tables import model, provider, table
from tokencost import EstimateOptions, Prompt, Volume, estimate
from tokencost.inputs.request import Message, Request
from tokencost.notes import assumed
from tokencost.scenarios import Certainty, Savings, savings
from tokencost.scenarios.conversation import SharedBeginning, may_continue, shared_beginnings

SYSTEM = ("system", "s" * 1_000)
FIRST = [SYSTEM, ("user", "u" * 100)]
SECOND = [*FIRST, ("assistant", "a" * 50), ("user", "v" * 100)]
OTHER = [*FIRST, ("assistant", "a" * 50), ("user", "w" * 100)]
ALONE = [SYSTEM, ("user", "x" * 100)]


def request(messages: list[tuple[str, str]]) -> Request:
    return Request(messages=tuple(Message.of(role, text) for role, text in messages))


def letters(messages: tuple[Message, ...]) -> int:
    return sum(len(text) for message in messages for text in message.texts)


def test_each_request_is_credited_with_the_longest_beginning_of_any_earlier_one() -> None:
    chats = [request(messages) for messages in (FIRST, ALONE, SECOND, OTHER)]
    first, alone, second, other = shared_beginnings(chats, letters)
    assert first == SharedBeginning(
        tokens=0, repeats=1_100, continues=False, answered=0, new_blocks=2
    )
    assert (alone.tokens, alone.repeats, alone.continues) == (1_000, 1_000, False)
    # the whole first request, though another one lies between; its answer is 50 more
    assert (second.tokens, second.continues, second.answered) == (1_100, True, 50)
    assert second.repeats == 1_150
    assert (other.tokens, other.repeats, other.continues) == (1_150, 0, False)
    assert (second.new_blocks, other.new_blocks) == (2, 1)


def test_an_answer_is_one_to_a_whole_request_alone() -> None:
    """Both share what one asked first; that was never sent by itself."""
    _, other = shared_beginnings([request(SECOND), request([*FIRST, ("assistant", "b")])], letters)
    assert (other.tokens, other.continues, other.answered) == (1_100, False, 0)


def test_a_message_begins_like_others_of_its_role_alone() -> None:
    words = "Translate the following text."
    by_user, by_system, again = (("user", words), ("system", words + " A"), ("user", words + " B"))
    chats = [request([message]) for message in (by_user, by_system, again)]
    assert [shared.tokens for shared in shared_beginnings(chats, letters)] == [0, 0, len(words)]


def test_a_quick_look_tells_whether_a_request_goes_on_with_an_earlier_one() -> None:
    def looks(*chats: list[tuple[str, str]]) -> bool:
        return may_continue([request(messages) for messages in chats])

    assert looks(FIRST, ALONE, SECOND)
    assert looks(FIRST, FIRST)
    assert not looks(SECOND, FIRST)  # the longer one came first
    assert not looks(FIRST, ALONE)
    assert not looks([], FIRST)


CACHE = {"explicit": {"min_tokens": 1_000, "ttl": ["5m"], "guaranteed": True, "lookback": 20}}
PRICES = table(
    provider("acme", cache={**CACHE, "source": "page"}),
    model("m", tokenizer="o200k_base", input=2, cache_read=0.2, cache_write={"5m": 2.5}),
)


def saved(
    *chats: list[tuple[str, str]], calls: int | None = 1, volume: Volume | None = None
) -> Savings:
    prompts = [
        Prompt(name=f"{number}.json", text="", kind="request", request=request(messages))
        for number, messages in enumerate(chats)
    ]
    report = estimate(
        prompts, "m", options=EstimateOptions(calls=calls, volume=volume), prices=PRICES
    )
    (model_savings,) = savings(report).savings
    return model_savings


def test_a_volume_says_how_often_there_is_a_conversation_and_not_how_far_apart_its_calls_are() -> (
    None
):
    """One a day: its second call follows within 5 minutes, and 30 cost 30 times what one does."""
    turns = [("system", "word " * 2_000), ("user", "one")]
    longer = [*turns, ("assistant", "yes " * 500), ("user", "more")]
    often = saved(turns, longer, calls=None, volume=Volume(per_month=Decimal(30)))
    (once,), (cached,) = (
        [row for row in of.outcomes if row.id == "cache-explicit-5m"]
        for of in (saved(turns, longer, calls=1), often)
    )
    assert often.per_month(cached, Decimal(30)) == 30 * once.total
    assert cached.certainty is Certainty.GUARANTEED


def test_the_month_of_a_conversation_is_the_same_whatever_number_of_calls_is_asked_for() -> None:
    """30 a month are 30 conversations, also beside a column for 1 call or for 1,000."""
    turns = [("system", "word " * 2_000), ("user", "one")]
    longer = [*turns, ("assistant", "yes " * 500), ("user", "more")]
    thirty = Decimal(30)
    months = []
    for calls in (None, 1, 1_000):
        often = saved(turns, longer, calls=calls, volume=Volume(per_month=thirty))
        (cached,) = (row for row in often.outcomes if row.id == "cache-explicit-5m")
        months.append((cached.certainty, often.per_month(cached, thirty)))
    assert months[1:] == months[:1] * 2
    assert months[0][0] is Certainty.GUARANTEED


def test_a_growing_conversation_reads_each_request_before_and_writes_what_is_new() -> None:
    turns = [("system", "word " * 2_000), ("user", "one")]
    chats = [list(turns)]
    for number in range(3):
        turns += [("assistant", "yes " * 500), ("user", f"more {number}")]
        chats.append(list(turns))
    model_savings = saved(*chats)
    assert model_savings.prefix.basis == assumed("prefix_of_conversation", number=4)
    (cached,) = [row for row in model_savings.outcomes if row.id == "cache-explicit-5m"]
    assert cached.cost is not None
    assert model_savings.baseline.workload is not None
    sizes = [request.input for request in model_savings.baseline.workload.requests]
    usages = [calls.usage for calls in cached.cost.billed]
    assert [usage.cache_read for usage in usages] == [0, *sizes[:3]]
    # every request writes what it adds: nobody knows that the last one is the last
    assert [usage.cache_written for usage in usages] == [
        sizes[0],
        sizes[1] - sizes[0],
        sizes[2] - sizes[1],
        sizes[3] - sizes[2],
    ]
    by_hand = (sum(sizes[:3]) * Decimal("0.2") + sizes[3] * Decimal("2.5")) / 1_000_000
    assert cached.total == by_hand


def test_more_blocks_than_are_looked_back_over_need_a_breakpoint_between() -> None:
    base = [("system", "word " * 2_000), ("user", "one")]
    many = [*base, *[("assistant", "yes"), ("user", "more")] * 11]
    (cached,) = [row for row in saved(base, many).outcomes if row.id == "cache-explicit-5m"]
    note = assumed("marks_between_blocks", blocks=22, lookback=20, marks=None)
    assert note in cached.assumptions
    few = [*base, *[("assistant", "yes"), ("user", "more")] * 10]
    (cached,) = [row for row in saved(base, few).outcomes if row.id == "cache-explicit-5m"]
    assert all(note.code != "marks_between_blocks" for note in cached.assumptions)


def test_a_thousand_times_a_conversation_are_a_thousand_conversations_unless_said_otherwise() -> (
    None
):
    """Each begins with a miss: as a whole it costs a thousand times what it costs once."""
    turns = [("system", "word " * 2_000), ("user", "one")]
    longer = [*turns, ("assistant", "yes " * 500), ("user", "more")]

    def total(calls: int | None) -> Decimal:
        rows = saved(turns, longer, calls=calls).outcomes
        (cached,) = [row for row in rows if row.id == "cache-explicit-5m"]
        note = assumed("conversations_sent_anew", calls=1_000)
        assert (note in cached.assumptions) == (calls is None)
        return cached.total

    once, again = total(1), total(1_000)
    assert total(None) == 1_000 * once
    assert again < 1_000 * once  # the same one, a thousand times: the first call of 1,000 misses
