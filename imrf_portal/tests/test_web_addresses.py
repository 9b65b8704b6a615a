from urllib.parse import urlsplit

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from imrf_portal.errors import Refused
from imrf_portal.form_fields import WebAddressField
from imrf_portal.web_addresses import LONGEST_ADDRESS, homepage

TAKEN = {
    "facebook.com/ourgroup": "https://facebook.com/ourgroup",
    "  Example.ORG ": "https://example.org",
    "http://example.org/about": "http://example.org/about",
    "HTTPS://www.example.org/Über uns": "https://www.example.org/Über%20uns",
    "https:example.org": "https://example.org",
    "//example.org/x": "https://example.org/x",
    "example.org:8443/x": "https://example.org:8443/x",
    "https://example.org:443/": "https://example.org/",
    "https://example.org.": "https://example.org",
    "https://bücher.example/a?b=c&d=1#top": "https://bücher.example/a?b=c&d=1#top",
    "xn--bcher-kva.example": "https://bücher.example",
    "https://مثال.إختبار/صفحة": "https://مثال.إختبار/صفحة",
    "例子.测试": "https://例子.测试",
    "https://twitter.com/@ourgroup": "https://twitter.com/@ourgroup",
    "https://example.org/<script>": "https://example.org/%3Cscript%3E",
    "ｅｘａｍｐｌｅ.org": "https://example.org",
    "https://аpple.com": "https://xn--pple-43d.com",
}

NOT_WEB = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "ftp://example.org",
    "mailto:us@example.org", "us@example.org", "file:///etc/passwd", "tel:+254700", "gopher://example.org",
]  # fmt: skip
INTERNAL = [
    "localhost", "http://localhost:8000/admin", "http://127.0.0.1/", "127.1", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1", "http://0x7f.1", "http://10.1.2.3", "http://172.16.0.1", "http://192.168.1.1",
    "169.254.169.254",
    "http://100.64.0.1", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[fe80::1%25eth0]/", "http://[fd00::1]/",
    "http://①②⑦.0.0.1/", "http://１２７.0.0.1", "http://0/", "http://127。0。0。1", "intranet", "printer.local",
    "wiki.internal", "nas.lan", "router.home.arpa", "db.localhost", "metadata.google.internal.",
]  # fmt: skip
BROKEN = [
    "", " ", ".", "..", "http://", "https:///", "https://[", "https://[::1", "https://example.org:99999", "https://a..org",
    "https://user:secret@example.org", "https://facebook.com@evil.example", "https://example.org\\@evil.example",
    "not an address", "https://exa mple.org", "https://-example.org", "https://" + "a" * 64 + ".org", "\x00",
    "caf\ufffd.org",
    "https://ex\u200bample_.org", "https://example.org/" + "a" * LONGEST_ADDRESS, "我们没有网站", "https://%31%32%37.0.0.1/",
    "https://example.org/" + "<" * 400,
]  # fmt: skip


# T-A12
@pytest.mark.parametrize(("typed", "address"), TAKEN.items())
def test_a_public_address_is_taken_as_people_write_it(typed, address):
    assert homepage(typed) == address


# T-A13
@pytest.mark.parametrize("typed", NOT_WEB + INTERNAL + BROKEN)
def test_anything_else_is_refused_with_a_sentence(typed):
    with pytest.raises(Refused) as refusal:
        homepage(typed)
    assert str(refusal.value).endswith(".")


# T-A13
def test_the_sentence_says_what_is_wrong():
    with pytest.raises(Refused, match="“javascript:” cannot be opened as a web page"):
        homepage("javascript:alert(1)")
    with pytest.raises(Refused, match="This is an e-mail address"):
        homepage("us@example.org")
    with pytest.raises(Refused, match=r"“wiki\.internal” is an address inside a private network"):
        homepage("wiki.internal")


@pytest.mark.parametrize("typed", TAKEN)
def test_cleaning_an_address_twice_changes_nothing(typed):
    assert homepage(homepage(typed)) == homepage(typed)


@given(
    st.one_of(st.text(max_size=60), st.from_regex(r"(https?://|//|)[\w.@:\[\]%\\-]{0,30}(/.{0,10})?", fullmatch=True))
)
def test_whatever_is_typed_gives_a_web_address_or_a_refusal(typed):
    try:
        address = homepage(typed)
    except Refused:
        return
    parts = urlsplit(address)
    assert parts.scheme in {"http", "https"}
    assert "." in parts.hostname
    assert "@" not in parts.netloc
    assert not set(address) & set(" \n\t<>\"'")


class HomepageForm(forms.Form):
    homepage = WebAddressField(required=False)


def test_the_field_stores_the_clean_address_and_keeps_a_refused_one():
    good = HomepageForm({"homepage": "facebook.com/ourgroup"})
    assert good.is_valid()
    assert good.cleaned_data == {"homepage": "https://facebook.com/ourgroup"}
    refused = HomepageForm({"homepage": "ftp://example.org"})
    assert list(refused.errors) == ["homepage"]
    assert refused["homepage"].value() == "ftp://example.org"
    empty = HomepageForm({"homepage": " "})
    assert empty.is_valid()
    assert empty.cleaned_data == {"homepage": ""}
