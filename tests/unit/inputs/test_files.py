import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.errors import InputError
from tokencost.inputs.files import check_encoding, decode, is_binary


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_what_was_written_is_read_back_unchanged(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), name="a.md", encoding=encoding) == text


def test_line_ends_and_the_byte_order_mark_stay_because_they_are_sent() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\r", name="a.md", encoding="utf-8") == "\ufeffa\r\nb\r"


def test_a_wrong_byte_is_named_with_its_offset_and_a_way_out() -> None:
    with pytest.raises(InputError) as caught:
        decode(b"0123456789abcdefg\xc4\xe3", name="zh.txt", encoding="utf-8")
    assert caught.value.message == "'zh.txt' is not UTF-8: byte 0xc4 at offset 17"
    assert caught.value.hint == "pass --encoding NAME, for example --encoding gb18030"


@pytest.mark.parametrize("spelling", ["utf8", "UTF-8", "U8"])
def test_the_hint_does_not_depend_on_how_utf_8_is_spelled(spelling: str) -> None:
    with pytest.raises(InputError, match="is not UTF-8: byte 0xff at offset 0") as caught:
        decode(b"\xff", name="a.md", encoding=spelling)
    assert "gb18030" in caught.value.hint


def test_a_wrong_byte_under_another_encoding_does_not_suggest_gb18030() -> None:
    with pytest.raises(
        InputError, match=r"'a\.md' is not GB18030: byte 0xff at offset 2"
    ) as caught:
        decode(b"ok\xff", name="a.md", encoding="gb18030")
    assert caught.value.hint == "pass another --encoding NAME, or none for UTF-8"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE + b"\xff", "utf-32"),
    ],
)
def test_a_byte_order_mark_tells_which_encoding_to_pass(mark: bytes, encoding: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(mark, name="a.md", encoding="utf-8")
    assert caught.value.hint.endswith(f"pass --encoding {encoding}")


def test_a_codec_that_gives_no_offset_gives_its_reason() -> None:
    with pytest.raises(InputError, match=r"'a\.md' is not PUNYCODE: "):
        decode(b"a-!", name="a.md", encoding="punycode")


@pytest.mark.parametrize("encoding", ["utf-7", "unicode_escape"])
def test_half_a_character_is_refused_where_the_codec_lets_it_through(encoding: str) -> None:
    data = {"utf-7": b"a+2AA-", "unicode_escape": b"a\\ud800"}[encoding]
    with pytest.raises(InputError, match=r"unpaired surrogate U\+D800 at character 1"):
        decode(data, name="a.md", encoding=encoding)


@pytest.mark.parametrize("name", ["nope", "", "hex", "rot13", "undefined", "a\0b"])
def test_what_is_not_a_text_encoding_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="unknown encoding: ") as caught:
        check_encoding(name)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["utf-8", "GB18030", "latin1", "utf_16_le", "utf-8-sig"])
def test_what_python_knows_is_an_encoding(name: str) -> None:
    check_encoding(name)


def test_a_nul_in_the_first_8_kib_makes_a_file_binary() -> None:
    assert is_binary(b"x" * 8191 + b"\0", encoding="utf-8")
    assert not is_binary(b"x" * 8192 + b"\0", encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_nul_bytes_are_text_in_encodings_that_write_them(encoding: str) -> None:
    assert not is_binary("a".encode(encoding), encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_marked_file_is_text_whatever_it_is_read_as(encoding: str) -> None:
    assert not is_binary("a".encode(encoding), encoding="utf-8")


def test_a_pointer_of_lfs_is_not_a_prompt_of_its_own() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9000\n"
    with pytest.raises(InputError, match="is a pointer of Git LFS") as caught:
        decode(pointer, name="a.md", encoding="utf-8")
    assert caught.value.hint == "git lfs pull brings the text"
    assert decode(b"about " + pointer, name="a.md", encoding="utf-8")
