import io
import resource
import time
import zlib

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from imrf_portal import clock, files, page_renderer, previews
from imrf_portal.files import PrivateFile
from imrf_portal.previews import PagePreview

from . import file_samples as samples

pytestmark = pytest.mark.django_db


def stored(content, content_type="application/pdf", pages=1):
    key = default_storage.save("documents/specimen", ContentFile(content))
    return PrivateFile.objects.create(
        key=key,
        name="certificate.pdf",
        size=len(content),
        content_type=content_type,
        pages=pages,
        sha256="0" * 64,
        scan_state=PrivateFile.Scan.CLEAN,
        scanned_at=clock.now(),
    )


def drawn(file, page=1):
    previews.ask(file, page)
    previews.draw_file(file.pk)
    return PagePreview.objects.get(file=file, page=page)


def looked_at(preview):
    with default_storage.open(preview.key) as content:
        picture = Image.open(io.BytesIO(content.read()))
        picture.load()
    return picture


def painted(commands, size=(595, 842)):
    """A PDF of one page with these drawing commands."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=size)
    page.Contents = document.make_stream(commands)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_page_is_drawn_as_it_looks():
    preview = drawn(stored(painted(b"1 0 0 rg 0 421 595 421 re f")))
    assert (preview.state, preview.content_type, preview.width, preview.height) == ("ready", "image/png", 1414, 2000)
    picture = looked_at(preview)
    assert (picture.getpixel((700, 400)), picture.getpixel((700, 1600))) == ((255, 0, 0), (255, 255, 255))


# T-S24
@pytest.mark.parametrize("change", [samples.with_script, samples.with_hidden_script, samples.with_form_program])
def test_a_script_in_a_pdf_leaves_only_a_picture(change):
    preview = drawn(stored(samples.pdf(change=change)))
    assert preview.state == "ready"
    assert looked_at(preview).format == "PNG"


# T-S24
def test_a_page_that_is_told_to_start_a_program_starts_none(tmp_path):
    trace = tmp_path / "trace"

    def launch(document):
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"touch {trace}")

    assert drawn(stored(samples.pdf(change=launch))).state == "ready"
    assert not trace.exists()


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P")])
def test_a_picture_is_drawn_anew(kind, mode):
    preview = drawn(stored(samples.picture(kind, (300, 200), mode), f"image/{kind.lower()}"))
    assert (preview.state, preview.width, preview.height) == ("ready", 300, 200)


def test_a_photograph_stands_upright_and_carries_no_place():
    out, tags = io.BytesIO(), Image.Exif()
    tags[0x0112], tags[0x010E] = 6, "taken at home"
    Image.new("RGB", (400, 200)).save(out, "JPEG", exif=tags)
    preview = drawn(stored(out.getvalue(), "image/jpeg"))
    assert (preview.width, preview.height) == (200, 400)
    with default_storage.open(preview.key) as content:
        assert b"taken at home" not in content.read()


def test_a_large_photograph_is_kept_small():
    preview = drawn(stored(samples.picture("JPEG", (3000, 2250)), "image/jpeg"))
    assert (preview.content_type, preview.width, preview.height) == ("image/jpeg", 2000, 1500)


def bomb_page():
    """A page whose commands unpack to 2 GB."""
    packer, part = zlib.compressobj(9), b"0 0 m 9 9 l S " * 75_000
    first, next_one = [packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH) for _time in range(2)]
    packed = first + next_one * 2000 + packer.flush()
    document = pikepdf.new()
    document.add_blank_page()
    page = document.add_blank_page()
    page.Contents = pikepdf.Stream(document, packed, Filter=pikepdf.Name.FlateDecode)
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


# T-S24
def test_a_bomb_is_one_page_that_says_so_and_costs_this_process_nothing():
    file = stored(bomb_page(), pages=2)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    bomb = drawn(file, 2)
    assert time.monotonic() - start < page_renderer.SECONDS + 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert (bomb.state, PagePreview.objects.get(file=file, page=1).state) == ("failed", "ready")
    assert str(bomb.failure()).startswith("This page cannot be shown")


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 3), (3, 3)])
def test_a_page_of_any_size_is_a_picture_of_bounded_size(size):
    preview = drawn(stored(painted(b"", size)))
    assert preview.state == "ready"
    assert max(preview.width, preview.height) <= page_renderer.LONGEST_SIDE


@pytest.mark.parametrize(
    ("content", "kind"), [(b"%PDF-1.4 specimen", "application/pdf"), (b"\xff\xd8\xff nothing", "image/jpeg")]
)
def test_a_damaged_page_says_so(content, kind):
    preview = drawn(stored(content, kind))
    assert (preview.state, preview.error) == ("failed", "damaged")


def test_a_word_document_and_a_page_that_is_not_there_are_not_asked_for():
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert previews.ask(stored(samples.docx(), word, None)) is None
    assert previews.ask(stored(samples.pdf(2), pages=2), 3) is None
    assert PagePreview.objects.count() == 0


def test_a_long_document_is_drawn_in_tens():
    file = stored(samples.pdf(23), pages=23)
    previews.ask(file)
    assert PagePreview.objects.filter(file=file).count() == 10
    previews.ask(file, 22)
    assert sorted(PagePreview.objects.filter(file=file).values_list("page", flat=True)) == [*range(1, 11), 21, 22, 23]


def test_asking_twice_asks_once_and_two_workers_draw_once():
    file = stored(samples.pdf())
    previews.ask(file)
    previews.ask(file)
    assert (previews.draw_file(file.pk), previews.draw_file(file.pk)) == (1, 0)


def test_the_sweep_finds_what_waits_and_what_a_killed_worker_left():
    file = stored(samples.pdf())
    previews.ask(file)
    PagePreview.objects.update(claimed_until=clock.now() + previews.CLAIM, attempts=1)
    assert previews.draw_waiting() == 0
    with clock.frozen(clock.now() + 2 * previews.CLAIM):
        assert previews.draw_waiting() == 1
    assert PagePreview.objects.get(file=file).state == "ready"


def test_a_page_that_never_ends_is_given_up():
    file = stored(samples.pdf())
    previews.ask(file)
    PagePreview.objects.update(attempts=previews.MOST_ATTEMPTS)
    assert previews.draw_waiting() == 1
    assert PagePreview.objects.get(file=file).error == "given_up"


def test_a_document_that_is_not_in_the_store_does_not_stop_the_others():
    lost, other = stored(samples.pdf()), stored(samples.pdf())
    default_storage.delete(lost.key)
    previews.ask(lost)
    previews.ask(other)
    assert previews.draw_waiting() == 1


def test_previews_are_erased_with_their_document(django_capture_on_commit_callbacks):
    file = stored(samples.pdf())
    key = drawn(file).key
    assert default_storage.exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        files.erase(file, by=None)
    assert not default_storage.exists(key)
    assert PagePreview.objects.count() == 0
    assert previews.ask(file) is None


def test_a_document_erased_while_it_is_drawn_leaves_nothing(monkeypatch):
    file = stored(samples.pdf())
    previews.ask(file)
    key = PagePreview.objects.get().key
    draw = previews.answers

    def erased_meanwhile(*question):
        said = draw(*question)
        files.erase(file, by=None)
        return said

    monkeypatch.setattr(previews, "answers", erased_meanwhile)
    previews.draw_file(file.pk)
    assert (PagePreview.objects.count(), default_storage.exists(key)) == (0, False)


def test_a_picture_that_the_store_lost_is_drawn_again():
    preview = drawn(stored(samples.pdf()))
    default_storage.delete(preview.key)
    assert previews.picture(preview) is None
    assert previews.draw_waiting() == 1
