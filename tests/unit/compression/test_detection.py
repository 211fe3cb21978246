import pytest

from tokencost.compression import ContentType, detect_content_type


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ('{"a": 1}', "", ContentType.JSON),
        ("\ufeff[1,\n 2]\n", "a.json", ContentType.JSON),
        ('{"a": 1}\n{"a": 2}\n', "", ContentType.JSON_LINES),
        ('{"a": 1}\n{"a": 2}\n', "a.json", ContentType.JSON_LINES),
        ('{"a": 1', "a.json", ContentType.OTHER),
        ("{a: 1} // JSON5", "a.json", ContentType.OTHER),
        ("[" * 100_000, "a.json", ContentType.OTHER),
        ("{curly} prose is no JSON.", "", ContentType.TEXT),
        ("<!doctype html><p>a", "", ContentType.HTML),
        ("<p>a</p>", "a.html", ContentType.HTML),
        ("# Was HTML\n", "a.html", ContentType.MARKDOWN),
        ("diff --git a/x b/x\n@@ -1 +1 @@\n-a \n+a\n", "", ContentType.OTHER),
        ("2026-11-22 10:00:00 a\n2026-11-22 10:00:01 b\n", "", ContentType.LOG),
        ("2026-11-22 10:00:00 a\n+1 b\n+1 c\n", "", ContentType.LOG),
        ("anything", "app.log", ContentType.LOG),
        ("import os\n\nprint(os.name)\n", "", ContentType.PYTHON),
        ("import duties are low.\n", "", ContentType.TEXT),
        ("x", "a.py", ContentType.PYTHON),
        ("Read this.\nThen, answer.\n", "prompts.jsonl:3", ContentType.TEXT),
        ('{"a": 1}', "prompts.jsonl:3", ContentType.JSON),
        ("int main() {\n  return 0;\n}\n", "", ContentType.OTHER),
        ("int a;", "a.c", ContentType.C),
        ("# Title\n\nText.\n", "", ContentType.MARKDOWN),
        ("- one\n- two\n", "prompt.txt", ContentType.MARKDOWN),
        ("Text.", "README.md", ContentType.MARKDOWN),
        ("name: a\nitems:\n  b: c\n", "", ContentType.OTHER),
        ("a\tb\tc\n1\t2\t3\n", "", ContentType.OTHER),
        ("name: a\n", "a.yaml", ContentType.OTHER),
        ("a,b,c\n1,2,3 \n4,5, \n", "", ContentType.OTHER),
        ("<?xml version='1.0'?>\n<a>\n  <b>c</b>\n</a>\n", "", ContentType.OTHER),
        ("First, read this.\nThen, answer.\nBe short.\n", "", ContentType.TEXT),
        ("a,b\n", "a.csv", ContentType.OTHER),
        ("Please summarise this.\nBe short.\n", "<stdin>", ContentType.TEXT),
        ("请总结这段话。\n", "提示", ContentType.TEXT),
        ("Some prose.", "notes/.hidden", ContentType.TEXT),
        ("", "", ContentType.TEXT),
    ],
)
def test_a_text_is_what_its_name_and_its_content_say(
    text: str, name: str, kind: ContentType
) -> None:
    assert detect_content_type(text, name) is kind


def test_ends_of_lines_do_not_tell_what_a_text_is() -> None:
    for text in ("s = `a\n\nb`;\n", "a: 1\nb: 2\n", "One two.\nThree four.\n", "# T\n\n- a\n"):
        assert detect_content_type(text) is detect_content_type(text.replace("\n", "\r\n"))


def test_prose_around_lines_of_json_is_prose() -> None:
    lines = '{"id": 1, "name": "Ann"}\n' * 9
    text = f"The users are these:\n\n{lines}\nWho is the first?\n"
    assert detect_content_type(text) is ContentType.TEXT
    assert detect_content_type(text.replace("\n", "\r\n")) is ContentType.TEXT
