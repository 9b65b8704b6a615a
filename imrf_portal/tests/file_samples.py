"""Files for tests, made on the spot: good ones, and one of each kind of bad one."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from imrf_portal.parsers import EICAR

DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def upload(content, name="certificate.pdf", content_type="application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type=content_type)


def pdf(pages=1, *, change=None, **options):
    """The bytes of a PDF; ``change`` may do something to it first."""
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def picture(kind="JPEG", size=(64, 48), mode="RGB"):
    out = io.BytesIO()
    Image.effect_noise(size, 50).convert(mode).save(out, kind)
    return out.getvalue()


def docx(body="Harbour Lights", *, main=DOCUMENT, extra=None):
    members = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": '<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body>'
        "</w:document>",
    } | (extra or {})
    return packed(members)


def packed(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def relationship(kind, target="http://evil.example/x"):
    return (
        f'<Relationships><Relationship Id="r9" Type="http://schemas/{kind}" Target="{target}" TargetMode="External"/>'
        "</Relationships>"
    )


def part(kind, target="media/picture1.png"):
    """A relationship to a part of the document itself."""
    return f'<Relationships><Relationship Id="r9" Type="http://schemas/{kind}" Target="{target}"/></Relationships>'


def with_script(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_launch(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = pikepdf.Array([note])


def with_hidden_script(document):
    tree = pikepdf.Dictionary(Names=pikepdf.Array(["x", pikepdf.Dictionary(S=pikepdf.Name.JavaScript)]))
    document.Root.Names = document.make_indirect(pikepdf.Dictionary(JavaScript=document.make_indirect(tree)))


def with_attachment(document):
    document.attachments["program.exe"] = b"MZ"


def with_form_program(document):
    document.Root.AcroForm = pikepdf.Dictionary(XFA=document.make_stream(b"<xdp/>"))


def encrypted_word():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


def bomb():
    return docx(extra={"word/media/blank.bin": b"\0" * 30_000_000})


def many_members():
    return docx(extra={f"word/media/{i}.txt": "x" for i in range(1001)})


def huge_picture():
    out = io.BytesIO()
    Image.new("1", (8000, 7000)).save(out, "PNG")
    return out.getvalue()


def eicar():
    return EICAR
