import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imrf_portal import codes

REFERENCE = "IMRF22-0417-K"
LOOK_ALIKES = [
    ("0", "O"),
    ("0", "Q"),
    ("0", "D"),
    ("1", "I"),
    ("1", "L"),
    ("2", "Z"),
    ("5", "S"),
    ("6", "G"),
    ("8", "B"),
]

stems = st.builds(
    "{}{:02}-{:04}".format,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=6),
    st.integers(0, 99),
    st.integers(0, 999_999),
)


def test_the_check_letter_of_a_known_reference():
    assert codes.with_check_letter("IMRF22-0417") == REFERENCE
    assert codes.is_valid(REFERENCE)


@pytest.mark.parametrize(
    "typed", ["imrf22-0417-k", " IMRF22 0417 K ", "IMRF22–0417—K", "IMRF22-０４１７-K", "IMRF22--0417-K"]
)
def test_a_reference_may_be_typed_in_any_case_with_any_dash(typed):
    assert codes.normalise(typed) == REFERENCE
    assert codes.is_valid(typed)


@pytest.mark.parametrize(
    "typed", ["", "K", "-", "IMRF22-0417", "IMRF22-0417-", "IMRF22-0417-KK", "ИМРФ-0417-K", "\x00", "=1+1", None]
)
def test_what_is_not_a_reference_is_not_valid(typed):
    assert not codes.is_valid(typed)


@given(stems, st.data())
def test_one_digit_read_wrong_is_noticed(stem, data):
    place = data.draw(st.sampled_from([i for i, symbol in enumerate(stem) if symbol.isdigit()]))
    wrong = data.draw(st.sampled_from("0123456789"))
    assume(wrong != stem[place])
    letter = codes.reference_letter(stem)
    assert not codes.is_valid(f"{stem[:place]}{wrong}{stem[place + 1 :]}-{letter}")


@given(stems, st.data())
def test_two_neighbouring_digits_swapped_are_noticed(stem, data):
    symbols = stem.replace("-", "")
    pairs = [i for i in range(len(symbols) - 1) if symbols[i : i + 2].isdigit() and symbols[i] != symbols[i + 1]]
    assume(pairs)
    i = data.draw(st.sampled_from(pairs))
    swapped = symbols[:i] + symbols[i + 1] + symbols[i] + symbols[i + 2 :]
    assert not codes.is_valid(f"{swapped}-{codes.reference_letter(stem)}")


@pytest.mark.parametrize(("digit", "letter"), LOOK_ALIKES)
def test_look_alikes_never_weigh_the_same(digit, letter):
    assert codes.VALUES[digit] != codes.VALUES[letter]


def test_a_wrong_check_letter_is_noticed():
    assert [letter for letter in codes.CHECK_LETTERS if codes.is_valid(f"IMRF22-0417-{letter}")] == ["K"]


def test_random_codes_are_valid_and_differ():
    drawn = {codes.random_code("R") for _ in range(200)}
    assert len(drawn) == 200
    assert all(codes.is_valid(code) for code in drawn)
