import sys

import pytest

from tokencost.compression import ContentType, Level, MissingExtraError, compress_text
from tokencost.compression.transforms.extras import HtmlMarkdown
from tokencost.report.phrases import sentence

HTML = HtmlMarkdown()
PAGE = """<!DOCTYPE html>
<html><head><title>T</title><style>p {}</style><script>var a;</script></head>
<body><h1>Title</h1><!-- note --><p>One <b>two</b> &lt;three&gt; <a href="/x">four</a></p>
<ul><li>five</li><li>six</li></ul>
<table><tr><th>a|b</th><th>c</th></tr><tr><td>1</td><td><code>x|y</code></td></tr></table>
<table><tr><td><p>looks</p></td><td>only</td></tr></table>
<dl><dt>term</dt><dd>meaning</dd></dl><pre><code>x  = 1</code></pre>
</body></html>
"""


def test_a_page_becomes_markdown() -> None:
    after = HTML.compress(PAGE)
    assert after.startswith("# Title\n\nOne **two** \\<three> [four](/x)\n\n- five\n- six\n")
    assert r"| a\|b | c |" in after
    assert "```\nx  = 1\n```" in after
    assert "\n\nlooks\n\n" in after  # a table for its looks is not a table
    for gone in ("var a", "p {}", "note", "<table", "<title"):
        assert gone not in after
    assert HTML.verify(PAGE, after)
    assert HTML.compress(after) == after


def test_a_text_without_tags_is_not_a_page() -> None:
    assert HTML.compress("a < b and c > d\n") == "a < b and c > d\n"


@pytest.mark.parametrize("after", ["Title", "# Title\n\ntwo one", "", "# Title\n\none two three"])
def test_a_lost_or_moved_word_is_noticed(after: str) -> None:
    page = "<h1>Title</h1><p>one two</p>"
    assert HTML.verify(page, "# Title\n\none two")
    assert not HTML.verify(page, after)


def test_what_describes_an_image_is_a_word() -> None:
    page = '<p>See <img src="a.png" alt="the plan"></p>'
    assert HTML.verify(page, "See ![the plan](a.png)")
    assert not HTML.verify(page, "See ![](a.png)")


def test_without_the_extra_the_step_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markdownify", None)
    result = compress_text(PAGE, count=len, kind=ContentType.HTML, levels=tuple(Level))
    (step,) = result.steps
    assert not step.accepted
    assert step.reason is not None
    assert sentence(step.reason) == (
        "the extra 'html' is not installed: pip install \"tokencost-cli[html]\""
    )
    with pytest.raises(MissingExtraError, match="'html' is not installed") as raised:
        compress_text(PAGE, count=len, kind=ContentType.HTML, also=["html-markdown"])
    assert raised.value.hint == 'pip install "tokencost-cli[html]"'
