import pytest

from tokencost.compression import Kind, detect


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ('{"a": 1}', "", Kind.JSON),
        ("\ufeff[1,\n 2]\n", "a.json", Kind.JSON),
        ('{"a": 1}\n{"a": 2}\n', "", Kind.JSON_LINES),
        ('{"a": 1}\n{"a": 2}\n', "a.json", Kind.JSON_LINES),
        ('{"a": 1', "a.json", Kind.OTHER),
        ("{a: 1} // JSON5", "a.json", Kind.OTHER),
        ("[" * 100_000, "a.json", Kind.OTHER),
        ("{curly} prose is no JSON.", "", Kind.TEXT),
        ("<!doctype html><p>a", "", Kind.HTML),
        ("<p>a</p>", "a.html", Kind.HTML),
        ("# Was HTML\n", "a.html", Kind.MARKDOWN),
        ("diff --git a/x b/x\n@@ -1 +1 @@\n-a \n+a\n", "", Kind.OTHER),
        ("2026-11-22 10:00:00 a\n2026-11-22 10:00:01 b\n", "", Kind.LOG),
        ("2026-11-22 10:00:00 a\n+1 b\n+1 c\n", "", Kind.LOG),
        ("anything", "app.log", Kind.LOG),
        ("import os\n\nprint(os.name)\n", "", Kind.PYTHON),
        ("import duties are low.\n", "", Kind.TEXT),
        ("x", "a.py", Kind.PYTHON),
        ("int main() {\n  return 0;\n}\n", "", Kind.OTHER),
        ("int a;", "a.c", Kind.C),
        ("# Title\n\nText.\n", "", Kind.MARKDOWN),
        ("- one\n- two\n", "prompt.txt", Kind.MARKDOWN),
        ("Text.", "README.md", Kind.MARKDOWN),
        ("name: a\nitems:\n  b: c\n", "", Kind.OTHER),
        ("a\tb\tc\n1\t2\t3\n", "", Kind.OTHER),
        ("name: a\n", "a.yaml", Kind.OTHER),
        ("a,b,c\n1,2,3 \n4,5, \n", "", Kind.OTHER),
        ("<?xml version='1.0'?>\n<a>\n  <b>c</b>\n</a>\n", "", Kind.OTHER),
        ("First, read this.\nThen, answer.\nBe short.\n", "", Kind.TEXT),
        ("a,b\n", "a.csv", Kind.OTHER),
        ("Please summarise this.\nBe short.\n", "<stdin>", Kind.TEXT),
        ("请总结这段话。\n", "提示", Kind.TEXT),
        ("Some prose.", "notes/.hidden", Kind.TEXT),
        ("", "", Kind.TEXT),
    ],
)
def test_a_text_is_what_its_name_and_its_content_say(text: str, name: str, kind: Kind) -> None:
    assert detect(text, name) is kind
