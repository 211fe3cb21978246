# ruff: noqa: E501 (a format is easier to compare in one line)
"""Texts of kinds that packages do not hold: tables of numbers, logs, requests, mails, chats.

Each kind has several formats, and whole formats stay apart: none that is tried was ever fitted.
"""

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

SHORTEST, LONGEST = 200, 5_000  # characters
OF_A_KIND = 40  # fitted and apart each
_EMOJI = (
    "😀",
    "😂",
    "🥰",
    "🤔",
    "👍",
    "🔥",
    "🎉",
    "❤️",
    "✨",
    "🙏",
    "💪",
    "🚀",
    "🌍",
    "🍕",
    "⚽",
    "🐶",
    "✅",
    "⚠️",
    "💡",
    "📌",
    "👩🏽‍💻",
    "🏳️‍🌈",
    "🇩🇪",
    "🇨🇳",
)
Line = Callable[["Maker"], str]


@dataclass(slots=True, kw_only=True)
class Maker:
    """Words, names and numbers by chance, the same ones every time."""

    english: list[str]
    chinese: list[str]
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def of(self, *values: str) -> str:
        """Return one of *values*."""
        return self.chance.choice(values)

    def number(self, digits: int) -> int:
        """Return a number of at most so many digits."""
        return self.chance.randrange(10**digits)

    def real(self, size: float, places: int) -> str:
        """Return a number below *size* with its decimal places."""
        return f"{self.chance.random() * size:.{places}f}"

    def signed(self, size: float, places: int) -> str:
        """Return a number around 0."""
        return f"{self.chance.gauss(0, size):.{places}f}"

    def word(self) -> str:
        """Return an English word in small letters."""
        words = [word.strip(",;:()'\"") for word in self.en().split()]
        return self.chance.choice([word for word in words if word.isalpha()] or ["status"]).lower()

    def name(self) -> str:
        """Return what looks like a name."""
        return f"{self.word().capitalize()} {self.word().capitalize()}"

    def en(self) -> str:
        """Return an English sentence."""
        return self.chance.choice(self.english)

    def zh(self) -> str:
        """Return a Chinese sentence."""
        return self.chance.choice(self.chinese)

    def day(self) -> str:
        """Return a date."""
        return f"20{self.chance.randrange(15, 27)}-{self.month()}-{self.month()}"

    def month(self) -> str:
        """Return the number of a month."""
        return f"{self.chance.randrange(1, 13):02}"

    def time(self) -> str:
        """Return a time of the day."""
        return ":".join(f"{self.chance.randrange(limit):02}" for limit in (24, 60, 60))

    def hex(self, digits: int) -> str:
        """Return hexadecimal digits."""
        return f"{self.chance.getrandbits(4 * digits):0{digits}x}"

    def base64(self, size: int) -> str:
        """Return so many bytes in base64."""
        return base64.b64encode(self.chance.randbytes(size)).decode()

    def uuid(self) -> str:
        """Return a UUID."""
        return str(uuid.UUID(int=self.chance.getrandbits(128)))

    def row(self, glue: str, size: float, places: int, number: int = 6) -> str:
        """Return numbers in a row."""
        return glue.join(self.real(size, places) for _ in range(number))


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _python_trace(m: Maker) -> str:
    frames = "".join(
        f'  File "/srv/app/{m.word()}/{m.word()}.py", line {m.number(3)}, in {m.word()}_{m.word()}\n'
        f"    {m.word()} = self.{m.word()}({m.word()}, {m.word()}={m.number(2)})\n"
        for _ in range(4)
    )
    return (
        f"Traceback (most recent call last):\n{frames}{m.word().capitalize()}Error: {m.en()[:60]}"
    )


def _java_trace(m: Maker) -> str:
    frames = "".join(
        f"\n\tat com.example.{m.word()}.{m.word().capitalize()}Service.{m.word()}"
        f"({m.word().capitalize()}.java:{m.number(3)})"
        for _ in range(6)
    )
    return f"{m.day()} {m.time()},{m.number(3):03} ERROR [http-{m.number(2)}] {m.en()[:60]}{frames}"


def _function(m: Maker) -> str:
    parameters = {m.word(): {"type": "string", "description": m.en()} for _ in range(2)}
    function = {"name": f"{m.word()}_{m.word()}", "description": m.en(), "parameters": parameters}
    return _compact({"type": "function", "function": function})


def _call(m: Maker) -> str:
    arguments = json.dumps({"query": m.en(), "limit": m.number(2), "path": f"/srv/{m.word()}.py"})
    return json.dumps({"arguments": arguments, "call_id": f"call_{m.hex(20)}"})


def _user(m: Maker) -> str:
    user = {
        "id": m.uuid(),
        "name": m.name(),
        "email": f"{m.word()}@{m.word()}.org",
        "created_at": f"{m.day()}T{m.time()}Z",
        "tags": [m.word(), m.word()],
        "score": m.number(3) / 1000,
    }
    return json.dumps(user, indent=2) + ","


def _access(m: Maker) -> str:
    ip = ".".join(str(m.number(2) + 100) for _ in range(4))
    return (
        f'{ip} - - [{m.month()}/Nov/2026:{m.time()} +0000] "GET /{m.word()}/{m.word()}?id={m.number(6)}'
        f' HTTP/1.1" {m.of("200", "304", "404")} {m.number(5)} "https://{m.word()}.com/" "Mozilla/5.0'
        f' (X11; Linux x86_64; rv:{m.number(2) + 90}.0) Gecko/20100101 Firefox/128.0"'
    )


# Of three formats in a row the third stays apart.
_FORMATS: Mapping[str, tuple[Line, ...]] = {
    "numbers in tables": (
        lambda m: m.row(",", 1000, 4, 8),
        lambda m: ",".join(str(m.number(m.chance.randrange(1, 9))) for _ in range(6)),
        lambda m: ";".join(m.signed(50, 2).replace(".", ",") for _ in range(5)),
        lambda m: "\t".join(f"{m.chance.random():.6e}" for _ in range(4)),
        lambda m: " ".join(f"{m.chance.gauss(0, 1):8.3f}" for _ in range(7)),
        lambda m: ",".join(f'"{m.number(6):,}"' for _ in range(4)),
        lambda m: f"{m.day()},{m.row(',', 300, 2, 4)},{m.number(8)}",
        lambda m: f"| {m.number(4)} | {m.real(100, 1)} % | {m.real(10, 3)} |",
        lambda m: f"{m.number(9)},{m.day()} {m.time()},{m.number(6)},{m.real(1, 2)}",
    ),
    "numbers in JSON": (
        lambda m: json.dumps({"id": m.number(9), "x": m.number(7) / 1000}) + ",",
        lambda m: json.dumps([round(m.chance.gauss(0, 1), 6) for _ in range(8)]) + ",",
        lambda m: _compact({"lat": m.number(7) / 1e5, "lon": -m.number(8) / 1e6}) + ",",
        lambda m: _compact({"ts": m.number(13), "values": [m.number(4) for _ in range(12)]}),
        lambda m: json.dumps({m.word(): m.chance.random() for _ in range(4)}, indent=2) + ",",
        lambda m: _compact([[m.number(3), m.number(2)] for _ in range(9)]) + ",",
    ),
    "numbers in sentences": (
        lambda m: f"Invoice {m.number(6)} of {m.day()}: {m.number(2)} x {m.word()} at ${m.real(99, 2)}",
        lambda m: f"电话 {m.number(11)}，订单号{m.number(13)}，金额{m.real(999, 2)}元，{m.zh()[:8]}",
        lambda m: f"In {m.number(4)}, {m.word()} rose by {m.real(9, 1)} % to {m.number(6):,} {m.word()}s.",
        lambda m: f"{m.number(3)} + {m.number(3)} = {m.number(4)}; {m.number(2)}^2 ≈ {m.real(99, 4)}",
        lambda m: f"第{m.number(2)}章 {m.zh()[:10]}（{m.number(4)}年{m.number(1)}月{m.number(1)}日）",
        lambda m: f"{m.time()} +49 {m.number(9)} ext. {m.number(3)}, room {m.number(3)}, {m.en()[:30]}",
    ),
    "records": (
        lambda m: f"{m.number(5)},{m.name()},{m.word()}@{m.word()}.com,{m.number(2)},{m.real(999, 2)}",
        lambda m: f'"{m.zh()[:12]}",{m.number(4)},{m.real(99, 2)},{m.day()}',
        lambda m: f"SKU-{m.hex(6).upper()},{m.word()} {m.word()},{m.number(3)},{m.real(99, 2)},USD",
        lambda m: f"({m.number(7)},'{m.word()}',{m.real(99, 2)},NULL,'{m.day()}',{m.number(1)}),",
        lambda m: f"{m.name()}\t{m.number(11)}\t{m.en()[:50]}",
        lambda m: f"{m.word():<16}{m.number(6):>10}  {m.real(99, 2):>8}  {m.day()}  {m.word()}",
    ),
    "tables": (
        lambda m: f"| {m.word()} {m.word()} | {m.number(5)} | `{m.word()}_{m.word()}` | {m.en()[:40]} |",
        lambda m: f"| {m.zh()[:10]} | {m.number(4)} | {m.real(1, 3)} | {m.word()} |",
        lambda m: f"| {m.name()} | {m.of('✅', '❌')} | **{m.number(2)}** | [{m.word()}](https://{m.word()}.io) |",
        lambda m: f"-rw-r--r-- 1 {m.word()} {m.word()} {m.number(7):>9} Nov {m.number(1):>2} {m.word()}.py",
        lambda m: "+" + "+".join("-" * 14 for _ in range(4)) + "+\n|" + f" {m.word():<12} |" * 4,
        lambda m: f"{m.zh()[:6]}\t{m.number(3)}\t{m.zh()[:9]}\t{m.of('是', '否')}",
    ),
    "logs": (
        lambda m: f"Nov {m.number(1):2} {m.time()} {m.word()} {m.word()}[{m.number(5)}]: {m.en()[:80]}",
        _access,
        lambda m: f"{m.day()} {m.time()}.{m.number(3):03} INFO [worker-{m.number(2)}] request {m.number(8)} took {m.number(3)} ms",
        _python_trace,
        lambda m: f"{m.day()}T{m.time()}.{m.number(6):06}Z WARN {m.word()}::{m.word()}: {m.word()}={m.number(3)} trace_id={m.hex(32)}",
        _java_trace,
        lambda m: f"[{m.number(5)}.{m.number(6):06}] {m.word()} {m.number(2)}:{m.number(2)}: {m.en()[:50]} (0x{m.hex(8)})",
        lambda m: f"{m.time()} [{m.of('信息', '警告', '错误')}] {m.zh()[:20]} id={m.number(6)}",
        lambda m: _compact({"level": "info", "ts": m.number(10), "caller": f"{m.word()}.go:{m.number(3)}", "msg": m.en()[:40]}),
    ),
    "JSON of requests": (
        _user,
        lambda m: _compact({"role": m.of("user", "assistant"), "content": f"{m.en()}. {m.en()}"}),
        _function,
        lambda m: json.dumps({"role": "user", "content": "，".join((m.zh(), m.zh()))}),
        lambda m: _compact({"role": "user", "content": "，".join((m.zh(), m.zh()))}),
        _call,
    ),
    "random": (
        lambda m: m.base64(57),
        lambda m: m.hex(64),
        lambda m: m.uuid(),
        lambda m: f"{m.number(7):08x}  {' '.join(m.hex(2) for _ in range(16))}",
        lambda m: f"https://{m.word()}.com/{m.word()}/{m.base64(12)}?v={m.hex(8)}&t={m.number(10)}",
        lambda m: f"sk-{m.base64(24)} {m.hex(40)}",
    ),
    "words": (
        lambda m: " ".join(m.word() for _ in range(10)),
        lambda m: m.word() + m.word().capitalize() + m.word().capitalize(),
        lambda m: "_".join((m.word(), m.word(), m.word())).upper(),
        lambda m: m.en().upper(),
        lambda m: f"{m.word()}-{m.word()}.{m.word()}/{m.word()}/{m.word()}_{m.number(2)}",
        lambda m: ", ".join(m.name() for _ in range(6)),
        lambda m: f"export {m.word().upper()}_{m.word().upper()}={m.word()}",
    ),
    "mail": (
        lambda m: f"From: {m.name()} <{m.word()}@{m.word()}.com>\nSubject: Re: {m.en()[:50]}\n\nHi,\n\n{m.en()}. {m.en()}.\n> {m.en()}\n",
        lambda m: f"主题：{m.zh()[:15]}\n\n您好，\n\n{m.zh()}。{m.zh()}。\n电话：{m.number(11)}\n",
        lambda m: f"On {m.day()} at {m.time()}, {m.name()} wrote:\n> {m.en()}\n>> {m.en()}\n\n{m.en()}.\n",
    ),
    "chat": (
        lambda m: f"[{m.time()}] {m.of('小王', 'Anna', 'user_23')}: {m.zh()}，{m.word()} {m.of('啊', '吧', '🤣', 'OK')}",
        lambda m: f"User: {m.en()}?\nAssistant: {m.zh()}。{m.en()}.",
        lambda m: f"用户：帮我看下这个{m.word()}的{m.word()} error，{m.zh()}\n助手：好的，{m.zh()}。",
        lambda m: f"<|im_start|>user\n{m.zh()}<|im_end|>\n<|im_start|>assistant\n{m.en()}<|im_end|>",
        lambda m: f"{m.of('Bob', 'alice99', 'Kim')}  {m.number(1)}:{m.number(1)}0 PM\n{m.en().lower()} {m.of('lol', '😂😂', 'idk')}",
        lambda m: f"## {m.zh()[:12]}\n\n{m.zh()}。\n\n```python\n{m.word()} = {m.word()}({m.number(2)})  # {m.zh()[:10]}\n```\n",
    ),
    "emoji": (
        lambda m: "".join(m.of(*_EMOJI) for _ in range(9)),
        lambda m: f"{m.of(*_EMOJI)} {m.en()} {m.of(*_EMOJI)}",
        lambda m: f"{m.zh()}{m.of(*_EMOJI)}{m.of('～', '！', '。')} #{m.word()}# @{m.word()}",
    ),
    "formulas": (
        lambda m: f"The integral $\\int_{{{m.number(1)}}}^{{\\infty}} \\frac{{x^{{{m.number(1)}}}}}{{e^{{x}}-1}}\\,dx = \\Gamma({m.number(1)})$ for $\\alpha \\in \\mathbb{{R}}^{{n}}$.",
        lambda m: f"∀ε>0 ∃δ>0: |x−{m.number(1)}|<δ ⇒ |f(x)−{m.number(1)}|<ε, ∑ᵢ₌₁ⁿ xᵢ² ≤ {m.number(2)}·√n, λ∈ℝ",
        lambda m: f"\\begin{{align}} {m.of(*'abxyz')}_{{{m.number(2)}}} &= \\sum_{{i=1}}^{{n}} \\left( w_i x_i + b \\right)^{{{m.number(1)}}} \\end{{align}}",
        lambda m: f"设函数$f(x)=\\frac{{{m.number(1)}x}}{{x-{m.number(1)}}}$，{m.zh()[:14]}$[{m.number(1)},{m.number(2)}]$。",
        lambda m: f"f(x) &= \\begin{{cases}} {m.number(1)}x^{{{m.number(1)}}} & x \\geq 0 \\\\ -\\frac{{1}}{{{m.number(1)}}} & \\text{{else}} \\end{{cases}} \\tag{{{m.number(2)}}}",
        lambda m: f"H₂O + CO₂ → H₂CO₃ (ΔH = −{m.real(99, 1)} kJ/mol), pH ≈ {m.real(14, 2)}, {m.number(2)} °C, 5 µm",
        lambda m: f"lim_(n→∞) (1 + 1/n)^n = e; x² − {m.number(2)}x + {m.number(2)} = 0 ⇔ x ∈ {{{m.number(1)}, {m.number(1)}}}",
    ),
    "spaces": (
        lambda m: " " * m.chance.randrange(2, 40) + m.word() + " " * m.chance.randrange(2, 20),
        lambda m: "\t" * m.chance.randrange(1, 7) + f"{m.word()}\t{m.word()}",
        lambda m: "\n" * m.chance.randrange(1, 4) + m.en(),
        lambda m: "-" * m.chance.randrange(10, 80) + f"\n{m.word()}\n" + "=" * m.chance.randrange(9, 80),
    ),
}  # fmt: skip


def made_texts(maker: Maker) -> Iterator[tuple[str, str, bool]]:
    """Yield kind, text, and whether it stays apart."""
    for kind, formats in _FORMATS.items():
        for place, line in enumerate(formats):
            is_apart = place % 3 == 2
            alike = sum((other % 3 == 2) == is_apart for other in range(len(formats)))
            maker.chance = random.Random(f"{kind} {place}")
            for _ in range(-(-OF_A_KIND // alike)):
                size = int(SHORTEST * (LONGEST / SHORTEST) ** maker.chance.random())
                text = line(maker)
                while len(text) < size:
                    text += "\n" + line(maker)
                yield kind, text, is_apart
