"""Values of one call, hour or day: only behind a label that says so."""

from itertools import product
from time import process_time

import pytest

from tokencost.scenarios import current_values
from tokencost.scenarios.code_regions import CodeRegions
from tokencost.scenarios.current_values import find_current_values
from tokencost.scenarios.labels import Label, label_before


def kinds(text: str) -> list[str]:
    return [value.kind for value in find_current_values(CodeRegions(text=text))]


@pytest.mark.parametrize(
    "text",
    [
        "Current time: 2026-11-22 10:32:05",
        "It is Monday, November 23, 2026, 10:32 AM.",
        "The current date is 12/29/2025, 9:37:36 PM.",
        "Saturday it was. Local time 23:57",
        '"timestamp": "2026-11-22T10:32:05Z"',
        '"date_time": "2026-11-22 10:32"',
        "now=1763800325",
        "现在时间是10:32",
        "系统时间：2026-11-22T10:32:05+08:00",
        "Date: 2026-11-22\nTime: 10:32",
        "Current time (UTC): 10:32",
        "The current time in New York is 10:32.",
        "It's currently 10:32 AM.",
        "Server time: 2026-11-22 10:32",
        "Unix time: 1763800325",
        "【当前时间】10:32",
        "当前时间为：2026年11月22日10时32分",
        "现在是北京时间2026年11月22日10:32。",
        "Aktuelle Uhrzeit: 10:32",
        "Date et heure actuelles : 22/11/2026 10:32",
        "Текущее время: 10:32",
        "現在時刻：2026年11月22日 10時32分",
        "현재 시간은 오전 10시 32분입니다.",
        "现在是晚上10:32。",
        "当前时刻：10:32",
        "System clock: 10:32:07",
        "The current time is 10:32. If it is asked for, say so.",
        "This report was generated at 2026-11-22 10:32.",
        "Run started 2026-11-22 10:32, as every night.",
        "Last login: 3 minutes ago",
        "Stand: 22.11.2026, 10:32",
        "Il est 10h32.",
        "Klockan är 10:32.",
        "更新时间：2026-11-22 10:32",
        "Prices last updated 2026-11-22 10:32:00 UTC",
        "Inventory snapshot as of 2026-11-22 10:32:",
        "Last refresh: 2026-11-22 10:32",
        "Letzte Anmeldung: 22.11.2026 10:32",
        "Request time: 22/Nov/2026:10:32:07 +0800",
        "Timestamp: 20261122T103207Z",
        "上次登录：3分钟前",
        "The user is called Ann and the current time is 10:32.",
        "Be aware that it is 10:32.",
        "Alert raised at 2026-11-22 10:32:00",
        "Report time: 2026-11-22 10:32",
        "Trigger time: 2026-11-22T10:32:00Z",
        "Order placed 20 minutes ago",
        "現在、2026年11月22日 10時32分です。",
        "Last order: 3 days ago",
        "Current time: 10:32:05+01:00",
        "Time (UTC): 10:32",
        "Local time at the quay is 10:32.",
        "Clock on the bridge: 10:32:07 CET",
        "Serverzeit: 22.11.2026 10:32:05",
        "Waktu saat ini: 10:32",
        "Thời gian hiện tại: 10:32",
        "2026-11-22 10:32 is the current time.",
        "Your shift began at 06:01 on 22 Nov 2026.",
        "Snapshot 2026-11-22T10:32:05Z",
        "Greenhouse photo taken 2026-11-22 10:32",
        "Current Date and Time (UTC - YYYY-MM-DD HH:MM:SS formatted): 2026-11-22 10:32:05",
        "Worker w-12 started at 2026-11-22T10:32:05Z",
        "Driver location updated 2026-11-22 10:32:05",
        "Market snapshot (2026-11-22 10:32): 21.4",
        "The date and time is Sunday, November 22, 2026 at 10:32.",
        "Now it is 5.30 pm.",
        "Today's date and time: November 22, 2026 - 10:32 AM",
        "User time: 10:32",
        "<current_datetime>\n2026-11-22T10:32:05Z\n</current_datetime>",
        "Time now: Sun Nov  1 10:32:05 2026",
        "Time of day: 10:32",
        "本次请求时间：2026-11-22 10:32",
        "日時：2026年11月22日 10:32（現在）",
        "Uhrzeit: 10:32 Uhr (jetzt)",
        "现在是星期日 10:32，休息日。",
        "现在是周日10:32。",
        "Current DateTime: 20261122103205",
        "Current date: 22.11.2026, time: 10:32",
        '{"role": "system", "content": "Current time: 2026-11-22 10:32:05"}',
        '[{"role": "user", "content": "It is now 10:32."}]',
        "Current time:\n14:03:09",
    ],
)
def test_a_time_ends_what_is_alike(text: str) -> None:
    assert kinds(text) == ["timestamp"]


@pytest.mark.parametrize(
    "text",
    [
        "Today's date is March 4, 2026.",
        "**Current date**: 2026-11-22",
        "The current date is 09th August, 2025.",
        "Today is 22.11.2026.",
        "<date>2026-11-22</date>",
        "今天是11月22日，星期日。",
        "今天是公历2026年11月22日。",
        "Today is Sunday.",
        "Day of week: Sunday",
        "今天是星期日。",
        "Today's date (ISO): 2026-11-22",
        "Today's date in the usual form is 22 November 2026.",
        "The date is currently November 22, 2026.",
        "As of today, November 22, 2026, we are open.",
        "Current date: Sunday, 22-Nov-2026",
        "Today is 20261122.",
        "Today is 11/22/26.",
        "Heute ist Sonntag, der 22. November 2026.",
        "Nous sommes le 22 novembre 2026.",
        "La fecha de hoy es 22/11/2026.",
        "Hoje é 22 de novembro de 2026.",
        "Oggi è il 22/11/2026.",
        "Сегодня 22 ноября 2026 года.",
        "今日は2026年11月22日（日）です。",
        "오늘은 2026년 11월 22일입니다.",
        "Idag är det söndag den 22 november 2026.",
        "Dzisiaj jest niedziela, 22 listopada 2026 r.",
        "Bugün 22 Kasım 2026.",
        "Hari ini Minggu, 22 November 2026.",
        "Hôm nay là 22/11/2026.",
        "Wir haben heute den 22. November 2026.",
        "Mai dátum: 2026. november 22.",
        "วันนี้วันที่ 22 พฤศจิกายน 2569",
        "It is Sunday, November 22.",
        "Date: 22 November 2026 (today)",
        "Note that the current date is 2026-11-22.",
        "For context, today is 2026 November 22.",
        "Today: 2026-Nov-22",
        '{"role": "system", "content": "Today is 2026-11-22."}',
        "Date (today): 2026-11-22",
        "اليوم هو 22 نوفمبر 2026.",
        "2026-11-22 is today's date.",
        "Le 22 novembre 2026 est la date du jour.",
        "今天是Sunday, November 22, 2026",
        "The date is the 22nd of November 2026.",
        "今天是二〇二六年十一月二十二日。",
        "On est le 22 novembre 2026.",
        "日期（今天）：2026-11-22",
        "## Current date\n\nNovember 22, 2026",
        "**当前日期**\n2026年11月22日",
        "Current date:\n2026-11-22",
        "当前日期：\n2026年11月22日",
        "Use this as today's date: 2026-11-22",
        "The current calendar date is November 22, 2026.",
        "Сегодняшнее число: 22.11.2026",
    ],
)
def test_a_date_without_a_time_is_told_apart(text: str) -> None:
    assert kinds(text) == ["date"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("request_id: req_7Hq2LmX9", "id"),
        ('"session_id": "a81bc81b-dead-4e5d-abff-90865d1e13b1"', "id"),
        ("会话编号：88412907", "id"),
        ("Reference for this chat: R-2026-1188", "id"),
        ("<session_id>a1b2c3d4</session_id>", "id"),
        ("The user's id is u_839201.", "id"),
        ("Session ID (secret): a1b2c3d4", "id"),
        ("Turn 5 of 12", "counter"),
        ("[Turn 5]", "counter"),
        ("--- Turn 5 ---", "counter"),
        ("Current iteration: 3", "counter"),
        ("You have only 4 steps left.", "counter"),
        ("Turns remaining: 3", "counter"),
        ("Token usage: 1532/200000", "counter"),
        ("tokens_used: 1532", "counter"),
        ("当前轮次：3", "counter"),
        ("random_seed=77120934", "counter"),
        ("Current commit hash: 3f2a9b7c", "counter"),
        ("Attempt 2 of 3: try again.", "counter"),
        ("You have 4 more steps left.", "counter"),
        ("Remaining steps: 11", "counter"),
        ("这是第3轮对话。", "counter"),
        ("seed=77120934", "counter"),
        ("Current commit: 3f2a9b7c", "counter"),
        ("commit: 3f2a9b7c", "counter"),
        ("job_id=job_9f1c22", "id"),
        ("Job: boats-20261122.3", "id"),
        ("Ticket number: 10200300", "id"),
        ("Order #10200300 has not come.", "id"),
        ("Build: main-10203", "id"),
        ("(trace 4bf92f3577b34da6, span 1)", "id"),
        ("Vorgangsnummer: 2026-1188", "id"),
        ("Número de pedido: A-10200300", "id"),
        ("订单号：10200300", "id"),
        ("お問い合わせ番号：10200300", "id"),
        ("Attempt #3", "counter"),
        ("Current step: 7 of 25", "counter"),
        ("Retry count: 3", "counter"),
        ("Only 3 steps remaining!", "counter"),
        ("You have made 17 tool calls so far.", "counter"),
        ("Your credit balance is $14.00.", "counter"),
        ("当前气温：7℃", "counter"),
        ("requestId=7c1d0e9f", "id"),
        ("Support ticket #10200", "id"),
        ("Payment id: pi_3PqR7s2eZvKY", "id"),
        ("Booking reference: K7Q2XM", "id"),
        ("User ID is 100200.", "id"),
        ("Patient ID: P-100200", "id"),
        ("申请编号：SQ-100200", "id"),
        ("Quiz attempt: 2", "counter"),
        ("Completed steps: 3/7", "counter"),
        ("Step counter: 3", "counter"),
        ("Ticket ID | T-100200", "id"),
        ("The customer's order number is 10020030.", "id"),
        ("You have 6 more turns.", "counter"),
        ("This is your 3rd attempt.", "counter"),
        ("You have 19 turns left to complete it.", "counter"),
        ("Turn 11 (max 30)", "counter"),
        ("Used: 14/20", "counter"),
        ("This is turn 14 of the conversation.", "counter"),
        ("Versuch 2 von 5", "counter"),
        ("第7次尝试", "counter"),
        ("Remaining budget: $0.50 of $2.00", "counter"),
        ("Credits left: 45", "counter"),
        ("Uptime: 4 days", "counter"),
        ("Elapsed: 00:04:30", "counter"),
        ("Progress: 40%", "counter"),
        ("Current temperature: 7 °C", "counter"),
        ("Account balance: EUR 300.00", "counter"),
        ("Open tickets right now: 17", "counter"),
        ("剩余额度：800", "counter"),
        ("Te quedan 3 intentos.", "counter"),
        ("Il reste 4 étapes.", "counter"),
        ("还剩3次机会。", "counter"),
        ("3 of 5 done; 2 attempts remaining.", "counter"),
        ("Dialogue ID dlg-00aa91f7", "id"),
        ("Only 2 tries remain.", "counter"),
        ("Battery at 80% now", "counter"),
        ("random_state = 100200", "counter"),
        ("Warning: context window 4210 tokens remaining (high urgency).", "counter"),
        ("Try again, 4 attempts left", "counter"),
        ("这是您的第4次提问。", "counter"),
        ("随机数种子：10020", "counter"),
        ("Docket no. 2026-CV-1002", "id"),
        ("Student number 10020030", "id"),
        ("Wind now 14 knots", "counter"),
        ("You have answered 6 of 20 questions.", "counter"),
        ("Turno actual: 7", "counter"),
        ("本次通话编号 10020-4", "id"),
        ("seed 10020030", "counter"),
        ("对话轮数：6", "counter"),
        ("你还有2次机会。", "counter"),
        ("当前为第3/10轮", "counter"),
        ("`session_id` is 1002003", "id"),
        ("Session：1002003a", "id"),
        ("[session a81bc81b]", "id"),
        ("第2次重试", "counter"),
        ("<turn>5</turn>", "counter"),
        ("Current user: 1002003", "id"),
        ("OTP: 100200", "id"),
        ("验证码：100200", "id"),
        ("It is your 3rd try.", "counter"),
        ("Working tree at commit 1f2e3d4c", "counter"),
        ("Остаток: 320", "counter"),
        ("Your ticket is #4482910.", "id"),
        ("会话：8f2c-1002", "id"),
        ("UID: 1002003", "id"),
        ("Thread identifier b7e24410", "id"),
        ("Message index: 14", "counter"),
        ("Requests made today: 41", "counter"),
        ("Current health: 80/100 now", "counter"),
        ("HEAD b7e2441", "counter"),
        ("Step 4 of 20 now", "counter"),
        ("Random seed is 884021.", "counter"),
        ("One-time code: 100200", "id"),
        ("Reservation code: XK29QT", "id"),
        ("Step 5 (current)", "counter"),
        ("第6轮，共8轮", "counter"),
        ("Current hour: 22", "counter"),
        ("Current iteration is 12.", "counter"),
        ("There are 2 attempts left.", "counter"),
        ("Used tokens: 1002", "counter"),
        ("Number of messages so far: 14", "counter"),
        ("还可以尝试2次", "counter"),
        ("迭代：12", "counter"),
        ("随机种子为10020", "counter"),
        ("当前提交为8d7f6e5a", "counter"),
        ("工单：GD-1002-3", "id"),
        ("种子：10020", "counter"),
        ("Account balance is $1,002.17 now.", "counter"),
        ("Current position: (12, 48)", "counter"),
        ("Number of attempts left: 2", "counter"),
        ("You've used 3 of 10 searches.", "counter"),
        ("You have exactly 2 attempts remaining.", "counter"),
        ("Conversation turn 7", "counter"),
        ("# Boats — turn 4 of 12", "counter"),
        ("[第4轮]", "counter"),
        ("You have 3 more tries.", "counter"),
        ("You are kind. The user's ID is 1002003.", "id"),
        ("剩余3次。", "counter"),
        ("种子值：778120", "counter"),
        ('{"role": "system", "content": "Your session_id: 7f3a9c2e1b4d"}', "id"),
    ],
)
def test_ids_and_counters_of_a_call_are_found(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "The treaty of 2026-11-22 and the log line of 2026-11-22T10:00 say so.",
        "Date: 2026-11-22",
        "As of March 4, 2026 the shop is open.",
        "If today is 2026-11-22, answer Sunday.",
        "Run: boats1234",  # a name with a number
        "Order number: 12800x",  # a size
        "例如，今天是2026年11月22日。",
        "Example UUID: 123e4567-e89b-12d3-a456-426614174000",
        '"session_id": {"type": "string"}',
        "request_id: xxxxxx12",
        "RequestId: a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        "session_id: 128-bit number",
        "The session is 45-minutes long",
        "If it rains and the current time is 10:32, answer A.",
        "If today is Sunday, the shop is closed.",
        "It is Sunday and Ann wakes up.",
        "wenn heute der 22.11.2026 ist",
        "Now 3 decks of cards and 5 marbles are on the table.",
        "Hoy comemos a las 10:30. Il est 5 fois plus grand.",
        "2024年11月26日に発売された。 2024년 11월 26일에 나왔다.",
        "Step 1: read. Example 3: write. Question 4/10. At most 5.",
        "Knowledge cutoff: 2024-06",
        "`Current time: 10:32`",
        "```\nCurrent time: 10:32\n```",
        "gpt-4o-2024-08-06 is the model, version 3.11.4",
        'Asked for the time, answer "It is 10:32 now".',
        'Answer with {"task_id": "task_100200"}, nothing else.',
        "Part 2 of 5. Lesson 3 of 12. Session 3: fractions. Rule 4: be kind.",
        "Current version: 100. Max attempts: 3. The remaining 3 chapters are optional.",
        "The battle started on 1914-07-28 11:10. Phone number: 100200300",
        "The shop closes at 18:30. Opening hours: 9:00-17:00. Duration: 01:30:00",
        "margin-left: 10px. Round 2.5 up. Turn 90 degrees. Time: 45 minutes.",
        "第3章介绍退款。最多尝试3次。客服电话：400-100-2000",
        "User: it's 10:32 here. AI: It is 10:32. Scenario: It is 10:32 on Sunday.",
        '"It is 10:32," she said.',
        "The clock strikes. It is 3 pm in the story.",
        "Step 3 of 5. Page 4 of 10. Customer no. 100200",
        "Turn left: 2 blocks. Used car: 3 years old. Current team size: 12 people",
        "From: Ann\nSent: 2026-11-22 10:32\nTo: Bob",
        "The current time was 1914-06-28 10:50, it is 1914-06-28.",
        "Today at 20:15 on channel 3. Expires: 12/2028. Session 2: 10:00-11:30",
        "Spent nuclear fuel: 400,000 t. Balance your diet: 50 % vegetables",
        "| model | remaining | 0.50 | 0.75 |",
        "turn += 1",
        "Meeting time: 2026-11-22 10:32. Deadline: 2026-11-22 10:32",
        "Example output:\nCurrent time: 10:32",
        '"Now it is 10:32", he said.',
        "I bought it 3 days ago.",
        "Part number: P-100200. Product ID: P-100200",
        "API key: sk-100200ab",
        "Client secret: 100200ab",
        "Case no. C-131/12",
        "Minimum balance: $100",
        "Round 1\nEach player draws.\nRound 2\nEach player bids.",
        "The time stamp 00:01:30 marks the scene.",
        "Database ID: db-100200",
        "A UUID: 123e4567-e89b-12d3-a456-426614174000",
        "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
        "MIME-Version: 1.0\nMessage-ID: <100200.AB@host>\nFrom: Ann",
        "Waiting time: 10 minutes",
        "Waiting list: 20 places",
        "Stock items: 12 per shelf",
        "Exchange rate used: 1 EUR = 1.95583 BGN",
        "batch: 2024-Q3",
        "Permit number: QP-2019-0044",
        "Call number: 823.912",
        "剩下的3个章节可以不读。",
        "Example 1\nCurrent time: 10:00",
        "## Example\nUser: hello\nCurrent time: 10:00",
        "The clock on the tower strikes at 12:00.",
        "10:32 is the current record.",
        "Request time: 100-200ms. Task: 15-30 minutes. Order: 2-5 days",
        "task: boats_of_1900_part_2. job: llama-2-13b",
        "primary-container: '#7350c1'",
        "Net cash used in lending activities: $300,000",
        "Disk usage: ~500 MB",
        "2. **First draft (iteration 1):**",
        "| 1 | a row of four cells, with a long text in its third of them | its trace | ADR-1002 |",
        "* add a workflow ([#3299](https://a.example/3299))",
        "Ticket: 150x-12,500x cheaper",
        "Active: 100% of boats. Queue: $5/boat",
        "Exact matches, no 128-token blocks",
        "n = 10020030",
        "seed 200 g of flax",
        "Run claude-boats-20251001",
        "The main branch is now 16. RightToLeft 1, since shifting an 8-bit value",
        "FIRST_UID=10020, LAST_UID=59999",
        "Run boats/10020a. Run code16-1002. Bug number 1002003. PatchID 100200",
        "<h2>Round 5</h2>",
        "Signature verification. [#4538] 验证码为6位数字",
        "例：现在时间是10:32",
        '生成时间: <span class="text-gray-500">',
        "Run time: 2 h 10 min. Call time: 10:00-12:00. Session start: 10:00 to 12:00",
        "# Date\n2026-11-22\n# History of today\n1914-06-28",
        "Next run: 2026-11-22 10:32. 今天下午3点开会",
        "Timestamp format: 2026-11-22T10:32:05Z",
        "---\nname: boats\nupdated_at: 2026-11-22T10:32:05Z\nuser_id: 1002003\n---\nBe kind.",
        "2. No critical issues remain\n3. Rule id: BR-10020",
        "进度条为5格。Access code: 100200",
        "Article number: 1002003. Used tokens are counted. 产品编号：P-100200",
        "种子：1002粒。任务：10分钟内完成。",
        "Execution time: < 100ms. Session: 2026-01-07. Reference: 1960s soul",
        "White balance: 5200. Reference files: ~1000-5000 tokens",
        "| **Logs** | Details | What happened at 10:32:07? |",
        "Last updated: Sun, 22 Nov 2026 10:32:05 GMT. created_at: 2026-11-22T10:32:05Z",
        'She said: "It is 10:32." Then "user", "It is now 10:32."',
        "剩余3个问题请用中文回答。",
        "Sources: Boats Today (2025), Harbours Now (2025)",
        "Session: stories/2026-01-11-new-boats-entity",
        "Active: 18 | Inactive: 2",
        "The session starts at 9:00 AM and ends at noon.",
        "Ask for it. A guest says that the order number is 1002003.",
        "Deadline:\n2026-12-01 17:00",
        "Meeting notes:\n2026-11-26 14:00",
    ],
)
def test_values_of_documents_and_examples_are_not(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("labels", "value", "kind"),
    [
        (
            "Current time/Aktuelle Uhrzeit/Heure actuelle/Hora actual/Ora attuale",
            "10:32",
            "timestamp",
        ),
        ("Remaining calls/Verbleibende Anfragen/Appels restants/Осталось шагов", "10", "counter"),
        ("Order number/Bestellnummer/Numéro de commande/注文番号", "10200300", "id"),
    ],
)
def test_one_rule_holds_in_every_language_whose_words_are_listed(
    labels: str, value: str, kind: str
) -> None:
    for label in labels.split("/"):
        assert kinds(f"{label}: {value}") == [kind], label


def test_a_value_begins_with_the_name_of_its_weekday() -> None:
    text = "Today is Sunday, 22 November 2026."
    (value,) = find_current_values(CodeRegions(text=text))
    assert text[value.start :] == "Sunday, 22 November 2026."


def test_a_weekday_of_today_may_have_its_hour() -> None:
    assert kinds("Today is Sunday at 09:41 PM.") == ["date", "timestamp"]


def test_a_label_with_three_values_is_one_of_data() -> None:
    lines = [f"user id: 8812{number}0\ntimestamp: 2026-11-2{number} 10:32" for number in range(3)]
    assert kinds("\n".join(lines)) == []
    assert kinds("\n".join(lines[:2])) == ["id", "timestamp"] * 2
    assert kinds("\n".join(lines[:1] * 3)) == ["id", "timestamp"] * 3
    assert kinds("request id: a-1001\nuser id: b-1002\nsession id: c-1003") == ["id"] * 3
    times = "\n".join(f"Current time: 10:3{number}" for number in range(3))
    assert kinds(times) == ["timestamp"] * 3


def test_labels_that_differ_in_a_name_alone_have_data_behind_them() -> None:
    lines = [
        f"{name} order id=A-100{at}" for at, name in enumerate(("ada", "bo", "cy", "di", "ed"))
    ]
    assert kinds("\n".join(lines)) == []
    assert kinds("\n".join(lines[:4])) == ["id"] * 4
    assert kinds("\n".join((*lines, "session id=B-1002"))) == ["id"]
    left = [
        f"{what} left: 3{at}"
        for at, what in enumerate(("turns", "steps", "calls", "coins", "keys"))
    ]
    assert kinds("\n".join(left)) == ["counter"] * 5


def test_a_time_stamp_in_the_head_of_a_letter_is_that_of_the_letter() -> None:
    assert kinds("Subject: boats\nTimestamp: 2026-11-22 10:32\nDear Ann") == []
    assert kinds("Timestamp: 2026-11-22 10:32\nFrom: Ann") == []
    assert kinds("Be kind.\nTimestamp: 2026-11-22 10:32\nAnswer Ann.") == ["timestamp"]


def test_what_is_worked_out_is_not_a_count_of_now() -> None:
    assert kinds("Since $18^2 = 324$, we know it.") == []
    assert kinds("Unused 3 + 4 = 7") == []
    assert kinds("Unused: 7") == ["counter"]


def test_a_word_after_a_label_is_not_an_id() -> None:
    assert not find_current_values(CodeRegions(text="session: planning for 3 teams"))
    assert find_current_values(CodeRegions(text="session: planning-42 for 3 teams"))


LOG = [
    f"2026-11-26T10:00:{number % 60:02d}Z INFO request_id={number:08x} user_id=88{number:05d}"
    f" session={number * 7919:012x} status=200 attempt={number % 3 + 1}"
    for number in range(1_000)
]


def test_ids_of_a_log_are_data_whatever_stands_before_them() -> None:
    assert kinds("\n".join(LOG)) == []


@pytest.mark.parametrize("between", ["\n", ". "])
def test_a_time_of_now_below_a_log_is_one(between: str) -> None:
    assert kinds(between.join((*LOG, "Current time: 10:32"))) == ["timestamp"]
    assert kinds(between.join(("Current time: 10:32", *LOG))) == ["timestamp"]


@pytest.mark.parametrize(
    "rows",
    [
        LOG,
        [f"Date: 2026-11-26 10:{number % 60:02d}:00" for number in range(1_000)],
        [f'{{"user_id": {number}, "name": "ann", "age": 30}}' for number in range(1_000)],
        [f"turn {number} at 10:{number % 60:02d}," for number in range(1_000)],
    ],
)
@pytest.mark.parametrize("between", ["\n", " "])
def test_of_a_thousand_rows_at_most_500_labels_are_read(
    rows: list[str], between: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def count(_: str, start: int) -> None:
        read.append(start)

    monkeypatch.setattr(current_values, "label_before", count)
    find_current_values(CodeRegions(text=between.join(rows)))
    assert 0 < len(read) <= 500


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return where labels were read so far."""
    read: list[int] = []

    def count(line: str, start: int) -> Label | None:
        read.append(start)
        return label_before(line, start)

    monkeypatch.setattr(current_values, "label_before", count)
    return read


def test_of_a_thousand_lines_that_differ_in_digits_alone_eight_are_read(reads: list[int]) -> None:
    times = [f"Current time: 10:{number % 60:02d}, be kind." for number in range(1_000)]
    assert kinds("\n".join(times)) == ["timestamp"] * 1_000
    assert len(reads) == 8
    assert kinds("\n".join((*times[:500], "Current time: 3 pm"))) == ["timestamp"] * 501


def test_numbers_of_a_long_line_far_from_words_of_labels_are_not_read(reads: list[int]) -> None:
    words = ("".join(letters) for letters in product("bdfgk", repeat=4))
    line = " ".join(f"{word} {number}" for number, word in enumerate(words))
    assert kinds(f"{line}. The current time is 10:32") == ["timestamp"]
    assert 0 < len(reads) <= 50


def test_what_repeats_with_the_same_value_is_one_of_the_call() -> None:
    lines = [f"session_id=a1b2c3d4e5f6 step {number} done" for number in range(100)]
    assert kinds("\n".join(lines)).count("id") == 100


def test_a_commit_in_a_long_line_takes_as_long_as_one_in_a_short_line() -> None:
    words = ("".join(letters) for letters in product("abcdefghij", repeat=4))
    line = " ".join(f"{word} commit abcdef{number:05}" for number, word in enumerate(words))
    begun = process_time()
    kinds(line)
    assert process_time() - begun < 5  # to look at the whole line before each takes 16 seconds


@pytest.mark.parametrize(
    "sign",
    [
        *("EUR", "USD", "GBP", "JPY", "CNY", "RMB", "CHF", "INR"),
        *("US$", "A$", "Rs", "Rs.", "$", "€", "£", "¥"),
    ],
)
def test_an_amount_is_a_counter_in_every_currency(sign: str) -> None:
    assert kinds(f"Account balance: {sign} 300.00") == ["counter"]


@pytest.mark.parametrize("text", ["{0}\n{1}", "Here it is.\n\n{0}\n{1}", "So it ends.\n{1}\n{0}"])
def test_an_id_beside_the_head_of_a_letter_is_that_of_the_letter(text: str) -> None:
    ticket = "Ticket number: 10020030"
    assert kinds(text.format("Subject: boats", ticket)) == []
    assert kinds(text.format("Boats.", ticket)) == ["id"]
