"""Demonstration data of this app: real Forums as far as they are known, and one invented Forum that is open today.

Sources of the real facts: resolution 73/326, the call of 4 January 2022 and the programme rows under
``sessions_app/data``. Organizations and people are invented and look invented.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from imrf_portal import clock, files
from imrf_portal.access import Audience
from imrf_portal.deadlines import HEADQUARTERS
from imrf_portal.forum import Announcement, Call, CallDocument, DateChange, Forum, ForumRoute, KeyDate
from imrf_portal.geography import Country

from . import calendar, circulation, drafting, objections, review, workflow
from .models import OrganizationType
from .specimens import specimen_pdf

NEW_YORK = ZoneInfo(HEADQUARTERS)
NGO_BRANCH = "https://csonet.org"


def new_york(year, month, day, hour=17, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def ask_for_both_documents(call):
    CallDocument.objects.create(
        call=call,
        kind=CallDocument.Kind.LEGAL_STATUS,
        help_text="Issued by the government of the country where your headquarters is.",
    )
    CallDocument.objects.create(
        call=call, kind=CallDocument.Kind.HEAD_LETTER, help_text="It asks for accreditation to this event."
    )


def routes(forum, *, here):
    """The four routes of a Forum; ``here``: all register in this portal."""
    words = {
        ForumRoute.Route.ECOSOC: "You do not need to apply.",
        ForumRoute.Route.GCM: "You do not need to apply again.",
        ForumRoute.Route.NHRI: "OHCHR confirms your status; you do not apply for special accreditation.",
        ForumRoute.Route.SPECIAL: "You apply for special accreditation here.",
    }
    offices = {
        ForumRoute.Route.ECOSOC: ("NGO Branch, Department of Economic and Social Affairs", NGO_BRANCH),
        ForumRoute.Route.GCM: ("United Nations Network on Migration", "https://migrationnetwork.un.org"),
        ForumRoute.Route.NHRI: ("Office of the High Commissioner for Human Rights", "https://www.ohchr.org"),
    }
    for route in ForumRoute.Route:
        elsewhere = not here and route in offices
        office, address = offices[route] if elsewhere or route == ForumRoute.Route.NHRI else ("", "")
        ForumRoute.objects.create(
            forum=forum,
            route=route,
            registers_here=not elsewhere,
            office=office,
            office_url=address,
            words=words[route],
        )


def imrf_2022():
    """The first IMRF: announced for 10-13 May, held 17-20 May 2022; the call of 4 to 26 January 2022."""
    forum = Forum.objects.create(
        slug="imrf-2022",
        title="International Migration Review Forum 2022",
        short_title="IMRF 2022",
        reference_prefix="IMRF22",
        resolution="General Assembly resolution 73/326",
        summary="The main global meeting where Member States discuss progress on the Global Compact for Safe, Orderly "
        "and Regular Migration, with all relevant stakeholders.",
        starts_on=date(2022, 5, 17),
        ends_on=date(2022, 5, 20),
        hearing_on=date(2022, 5, 16),
        city="New York",
        venue="United Nations Headquarters",
        watch_live="UN Web TV",
        is_published=True,
    )
    routes(forum, here=False)
    call = Call.objects.create(
        forum=forum,
        kind=Call.Kind.SPECIAL_ACCREDITATION,
        opens_at=new_york(2022, 1, 4, 9),
        closes_at=new_york(2022, 1, 26, 17),
    )
    ask_for_both_documents(call)
    for position, (label, fields) in enumerate(
        [
            ("Applications open", {"at": call.opens_at}),
            ("Applications close", {"at": call.closes_at}),
            ("Proposed list goes to Member States", {}),
            ("Multi-stakeholder hearing", {"on": date(2022, 5, 16)}),
            ("Forum", {"on": date(2022, 5, 17), "until_on": date(2022, 5, 20)}),
        ]
    ):
        KeyDate.objects.create(forum=forum, label=label, position=position, **fields)
    for what, old, new in [
        ("Forum", date(2022, 5, 10), date(2022, 5, 17)),
        ("Multi-stakeholder hearing", date(2022, 5, 9), date(2022, 5, 16)),
    ]:
        DateChange.objects.create(
            forum=forum,
            what=what,
            old_on=old,
            new_on=new,
            reason="The Forum was held one week later than first announced.",
            changed_at=new_york(2022, 2, 15, 12),
        )
    Announcement.objects.create(
        forum=forum,
        title="The Forum moves by one week",
        body="The Forum is held from 17 to 20 May 2022 and the hearing on 16 May 2022. The day on which the change was "
        "announced is not known; it is shown here as 15 February 2022.",
        published_at=new_york(2022, 2, 15, 12),
    )
    return forum


def gcm_2017():
    """The preparatory process of the Global Compact, 2017 to 2018; its call was extended to 17 April 2017."""
    forum = Forum.objects.create(
        slug="gcm-2017",
        title="Global Compact for Migration, preparatory process",
        short_title="GCM 2017",
        reference_prefix="GCM17",
        resolution="General Assembly resolution 71/280",
        summary="Thematic sessions and multi-stakeholder hearings in New York, Geneva and Vienna.",
        starts_on=date(2017, 5, 22),
        ends_on=date(2018, 7, 13),
        city="New York, Geneva, Vienna",
        is_published=True,
    )
    routes(forum, here=False)
    call = Call.objects.create(
        forum=forum,
        kind=Call.Kind.SPECIAL_ACCREDITATION,
        opens_at=new_york(2017, 3, 14, 0),
        closes_at=new_york(2017, 4, 18, 0),
    )
    ask_for_both_documents(call)
    DateChange.objects.create(
        forum=forum,
        what="Applications close",
        old_on=date(2017, 4, 9),
        new_on=date(2017, 4, 17),
        reason="The call was extended.",
        changed_at=new_york(2017, 4, 9, 12),
    )
    KeyDate.objects.create(forum=forum, label="Applications open", on=date(2017, 3, 14), position=0)
    KeyDate.objects.create(
        forum=forum,
        label="Applications close",
        on=date(2017, 4, 17),
        position=1,
        note="The hour was not published; the portal counts the whole day in New York.",
    )
    KeyDate.objects.create(forum=forum, label="First thematic session", on=date(2017, 5, 22), position=2)
    return forum


def imrf_2026():
    """The second IMRF, as far as it is known here: dates and the day of the hearing."""
    forum = Forum.objects.create(
        slug="imrf-2026",
        title="International Migration Review Forum 2026",
        short_title="IMRF 2026",
        reference_prefix="IMRF26",
        resolution="General Assembly resolution 73/326",
        summary="The second Forum: four round tables over the 23 objectives, a policy debate and a plenary.",
        starts_on=date(2026, 5, 5),
        ends_on=date(2026, 5, 8),
        hearing_on=date(2026, 5, 4),
        city="New York",
        venue="United Nations Headquarters",
        is_published=True,
    )
    routes(forum, here=False)
    KeyDate.objects.create(forum=forum, label="Applications open", position=0)
    KeyDate.objects.create(forum=forum, label="Multi-stakeholder hearing", on=date(2026, 5, 4), position=1)
    KeyDate.objects.create(forum=forum, label="Forum", on=date(2026, 5, 5), until_on=date(2026, 5, 8), position=2)
    return forum


def at_five(today, days):
    """17:00 New York, ``days`` from ``today`` (a date)."""
    return datetime.combine(today + timedelta(days=days), time(17), NEW_YORK).astimezone(UTC)


def sample_forum(today):
    """An invented Forum whose call is open on ``today``; lists were shared early, so that every status exists."""
    starts_on = today + timedelta(days=84 + (1 - today.weekday()) % 7)  # a Tuesday
    forum = Forum.objects.create(
        slug="sample-forum",
        title=f"Sample Migration Review Meeting {starts_on.year}",
        short_title=f"Sample {starts_on.year}",
        reference_prefix="SAMPLE",
        resolution="Sample resolution 0/0",
        summary="An invented meeting, open on the day you started this portal. Its organizations and people are "
        "invented too.",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=3),
        hearing_on=starts_on - timedelta(days=1),
        city="New York",
        venue="United Nations Headquarters",
        watch_live="UN Web TV",
        contact_email="office@participation.example",
        is_published=True,
        clause=Forum.Clause.VOLUNTARY,
        register_is_public=True,
        registrations_are_public=True,
    )
    routes(forum, here=True)
    call = Call.objects.create(
        forum=forum,
        kind=Call.Kind.SPECIAL_ACCREDITATION,
        opens_at=at_five(today, -42),
        closes_at=at_five(today, 12),
        tolerance_minutes=10,
        late_requests=True,
        review_ends_at=at_five(today, 30),
    )
    ask_for_both_documents(call)
    for position, (label, fields) in enumerate(
        [
            ("Applications open", {"at": call.opens_at}),
            ("Applications close", {"at": call.closes_at}),
            ("Second list goes to Member States", {"on": today + timedelta(days=33)}),
            ("Final list and registration", {}),
            ("Multi-stakeholder hearing", {"on": forum.hearing_on}),
            ("Meeting", {"on": forum.starts_on, "until_on": forum.ends_on}),
        ]
    ):
        KeyDate.objects.create(forum=forum, label=label, position=position, **fields)
    Announcement.objects.create(
        forum=forum,
        title="Practical arrangements",
        body="Rooms and hours of the round tables are announced two weeks before the meeting.",
        published_at=at_five(today, -10),
    )
    return forum, call


T = OrganizationType
ORGANIZATIONS = [
    # name, country, type, women-led, where it ends
    ("Sample Coastal Migrants Network", "KE", T.MIGRANT, "yes", "accredited"),
    ("Example Institute for Mobility Studies", "DE", T.ACADEMIC, "no", "accredited"),
    ("Réseau Exemple des Diasporas", "SN", T.DIASPORA, "yes", "accredited"),
    ("Sample Youth on the Move", "PE", T.YOUTH, "", "accredited"),
    ("Example Port Workers’ Union", "PH", T.TRADE_UNION, "no", "accredited"),
    ("Sample City of Modeline", "MA", T.LOCAL_AUTHORITY, "", "accredited"),
    ("Example Fair Recruitment Ltd", "GB", T.PRIVATE_SECTOR, "no", "not_accredited"),
    ("Sample Interfaith Shelter", "LB", T.FAITH_BASED, "yes", "objected"),
    ("Example Borderless Law Clinic", "PL", T.NGO, "yes", "revoked"),
    ("Muestra Casa del Caminante", "MX", T.FAITH_BASED, "", "cleared"),
    ("Sample Remittance Watch", "BD", T.NGO, "yes", "circulated"),
    ("Example Islands Climate Mobility Group", "FJ", T.NGO, "yes", "circulated"),
    ("Пример Ассоциация трудящихся", "KG", T.MIGRANT, "", "circulated"),
    ("جمعية المثال للمهاجرين", "TN", T.MIGRANT, "yes", "circulated"),
    ("Sample Alpine Welcome", "AT", T.NGO, "no", "circulated"),
    ("Example Andean Women on the Road", "BO", T.MIGRANT, "yes", "circulated"),
    ("Sample Language Bridge", "GE", T.NGO, "yes", "eligible"),
    ("Example Sahel Mobility Observatory", "NE", T.ACADEMIC, "", "eligible"),
    ("Sample Nurses Abroad", "IN", T.TRADE_UNION, "yes", "eligible"),
    ("Example Skills Passport Inc.", "US", T.PRIVATE_SECTOR, "no", "ineligible"),
    ("Sample Harbour Chaplains", "NO", T.FAITH_BASED, "no", "assessed"),
    ("Example Returnees’ Circle", "GH", T.MIGRANT, "yes", "assessed"),
    ("Sample Mountain Guides for All", "NP", T.NGO, "", "assessed_against"),
    ("Example Hosting Towns", "IT", T.LOCAL_AUTHORITY, "", "returned"),
    ("Sample Domestic Workers Speak", "LK", T.TRADE_UNION, "yes", "returned"),
    ("Example Diaspora Engineers", "HT", T.DIASPORA, "no", "closed"),
    ("Sample Seasonal Hands", "MD", T.MIGRANT, "", "submitted"),
    ("Example Free Movement Lab", "ZA", T.ACADEMIC, "yes", "submitted"),
    ("Sample Coast Migrants’ Network", "KE", T.MIGRANT, "", "submitted"),
    ("Example Crossing Choir", "BR", T.OTHER, "yes", "submitted"),
    ("Sample Missing Persons Desk", "UA", T.NGO, "no", "submitted"),
    ("=SUM(Example) & <b>Bold</b> Friends {{ name }}", "FR", T.NGO, "", "submitted"),
    ("Sample Kitchen Table", "JP", T.NGO, "yes", "withdrawn"),
    ("Example Late Starters", "CL", T.NGO, "", "draft"),
]


def walk(call, people, today, *, create_person):
    """Walk each invented organization through the real verbs to where it ends.

    ``people`` has ``applicant``, ``reviewer``, ``senior``, ``coordinator``, and the delegates ``kenya``, ``norway``.
    """
    made = {}
    for number, (name, country, kind, women_led, end) in enumerate(ORGANIZATIONS, start=1):
        applicant = (
            people["applicant"]
            if number == 1
            else create_person(f"applicant{number}@demo.example", f"Applicant {number}", Audience.APPLICANT)
        )
        with clock.frozen(at_five(today, -40) + timedelta(minutes=37 * number)):
            application = _draft(call, applicant, number, name, country, kind, women_led, whole=end != "draft")
            if end != "draft":
                workflow.submit(application, by=applicant)
        application.refresh_from_db()
        made.setdefault(end, []).append(application)
    _review(made, people, today)
    _first_list(call.forum, made, people, today)
    _second_list(call.forum, made, people, today)
    return made


def _draft(call, applicant, number, name, country, kind, women_led, *, whole):
    application = drafting.start(call, by=applicant)
    site = f"organization{number}.example"
    answers = {
        "name": name,
        "country": country,
        "type": kind,
        "women_led": women_led,
        "homepage": f"https://{site}",
        "scope": f"We are organization number {number} of this demonstration. We advise people before they leave, on "
        "the way and when they return, in four languages.",
        "head_name": f"Head {number}",
        "head_title": "President",
        "contact_name": applicant.name,
        "contact_email": applicant.email,
        "contact_phone": f"+000 00 0000 {number:04d}",
        "languages": "English",
    }
    if whole:
        answers |= {
            "compact": "We took part in a national consultation and report back to our members.",
            "reason": "To report what members told us, and to learn from information desks in other regions.",
            "declared": True,
        }
    if name == "Sample Coast Migrants’ Network":
        answers |= {"homepage": "https://organization1.example", "contact_phone": "+000 00 0000 0001"}
    drafting.save_answers(application, answers, by=applicant)
    if whole:
        limit = call.file_limit_mb * 1024 * 1024
        for document, file_name, title, line in [
            ("legal_status", "certificate.pdf", "Certificate of registration", f"Number EX/{number:04d}"),
            ("head_letter", "letter.pdf", "Letter of the head", "We ask for special accreditation."),
        ]:
            specimen = specimen_pdf(file_name, title, [name, Country.objects.get(pk=country).name_en, line])
            drafting.attach(application, {document: files.store(specimen, by=applicant, limit=limit)}, by=applicant)
    return application


def _review(made, people, today):
    reviewer, senior = people["reviewer"], people["senior"]
    with clock.frozen(at_five(today, -30)):
        for application in made["closed"]:
            _ask(application, reviewer, days=5)
        for application in made["withdrawn"]:
            workflow.withdraw(application, by=application.applicant, reason="We come another time.")
    with clock.frozen(at_five(today, -24)):
        calendar.close_unanswered()
        ends = ("accredited", "not_accredited", "objected", "revoked", "cleared", "circulated", "eligible")
        for application in [application for end in ends for application in made[end]]:
            review.recommend(application, by=reviewer)
            review.approve(application, by=senior)
        for application in made["ineligible"]:
            review.recommend_against(
                application,
                by=reviewer,
                reason_code="out_of_scope",
                reason_text="Sells a product, no work on migration.",
            )
            review.approve(application, by=senior)
    with clock.frozen(at_five(today, -2)):
        for application in made["assessed"]:
            review.recommend(application, by=reviewer)
        for application in made["assessed_against"]:
            review.recommend_against(
                application, by=reviewer, reason_code="no_proof", reason_text="The certificate is of another body."
            )
        for application in made["returned"]:
            _ask(application, reviewer, days=9)
        review.assign(made["submitted"][0], by=reviewer)
        review.note(made["submitted"][2], by=reviewer, text="Looks like SAMPLE-0001. Compare the telephone numbers.")


def _ask(application, officer, *, days):
    review.request_information(
        application,
        by=officer,
        items=[("legal_status", "The second page of the certificate is missing. Please upload both pages.")],
        answer_by=clock.now() + timedelta(days=days),
    )


LETTER = "[Salutation]\n\nI have the honour to share the proposed list of stakeholders.\n\n[Signature]"


def _first_list(forum, made, people, today):
    coordinator = people["coordinator"]
    ends = ("accredited", "not_accredited", "objected", "revoked", "cleared")
    chosen = [application for end in ends for application in made[end]]
    with clock.frozen(at_five(today, -21)):
        first = circulation.compile_list(forum, chosen, by=coordinator)
        circulation.freeze(first, by=coordinator)
        circulation.circulate(first, by=coordinator, closes_at=at_five(today, -9), letter=LETTER)
    entries = {entry.application_id: entry for entry in first.entries.all()}
    with clock.frozen(at_five(today, -18)):
        asked = objections.ask(entries[made["accredited"][0].pk], "homepage", by=people["norway"])
        objections.answer_request(asked, by=coordinator, release=True)
        objections.ask(entries[made["accredited"][1].pk], "reason", by=people["kenya"])
    with clock.frozen(at_five(today, -12)):
        circulation.extend(
            first, by=coordinator, closes_at=at_five(today, -7), reason="At the request of several Missions."
        )
        for application in made["not_accredited"] + made["objected"]:
            objections.object_to(
                entries[application.pk], by=people["norway"], basis="Sample basis: the statutes name another purpose."
            )
    with clock.frozen(at_five(today, -7)):
        circulation.close_due()
    with clock.frozen(at_five(today, -5)):
        for application in made["objected"]:
            standing = entries[application.pk].objections.get()
            objections.record_talk(standing, by=coordinator, text="Talked with the Mission; they come back to us.")
        for application in made["accredited"] + made["revoked"]:
            review.accredit(application, by=coordinator)
        for application in made["not_accredited"]:
            review.not_accredit(application, by=coordinator, reason="An objection stands.")
        circulation.final_list(forum, by=coordinator)
    with clock.frozen(at_five(today, -1)):
        for application in made["revoked"]:
            review.revoke(application, by=coordinator, reason="The certificate was found not to be genuine.")


def _second_list(forum, made, people, today):
    coordinator = people["coordinator"]
    with clock.frozen(at_five(today, -3)):
        second = circulation.compile_list(forum, made["circulated"], by=coordinator)
        circulation.freeze(second, by=coordinator)
        circulation.circulate(second, by=coordinator, closes_at=at_five(today, 5), letter=LETTER)
    with clock.frozen(at_five(today, -2)):
        objections.ask(second.entries.first(), "homepage", by=people["kenya"])
