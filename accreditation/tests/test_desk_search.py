"""Search at the desk: case, accents, punctuation, legal forms and script make no difference."""

import pytest
from django.db import connection

from accreditation import drafting, erasing, queue, search
from accreditation.models import Application
from imrf_portal import clock

from .cast import AFTER, DURING, make_person, make_submitted

BODIES = {
    "école": {
        "name": "L’École des Migrants (EDM)",
        "acronym": "É.D.M.",
        "homepage": "https://www.ecole-edm.example/fr",
    },
    "москва": {"name": "Московский центр помощи мигрантам", "contact_name": "Юлия Жукова"},
    "αθήνα": {"name": "Δίκτυο Μεταναστών Αθήνας"},
    "جمعية": {"name": "جَمعِيّة المُهاجِرين", "contact_phone": "+962 6 555 01 23"},
    "seafarers": {
        "name": "Sea-farers’ Centre for Labour Ltd.",
        "former_names": "Quay Mission\nHarbour Chaplaincy, Inc.",
    },
    "beijing": {"name": "北京移民研究中心"},
}
TYPED = [
    ("ecole migrants", "école"),
    ("L'ECOLE", "école"),
    ("edm", "école"),
    ("e.d.m.", "école"),
    ("www.ecole-edm.example", "école"),
    ("https://ecole-edm.example", "école"),
    ("moskovskii", "москва"),
    ("МОСКОВСКИЙ Центр", "москва"),
    ("yuliya zhukova", "москва"),
    ("athinas", "αθήνα"),
    ("ΑΘΗΝΑΣ", "αθήνα"),
    ("جمعيه المهاجرين", "جمعية"),
    ("962 65550123", "جمعية"),
    ("seafarers center labor", "seafarers"),
    ("sea-farers centre limited", "seafarers"),
    ("quay mission", "seafarers"),
    ("harbour chaplaincy", "seafarers"),
    ("beijing", "beijing"),
    ("移民", "beijing"),
]


@pytest.fixture
def bodies(call):
    return {
        key: make_submitted(
            call,
            make_person(f"p{number}@body{number}.example"),
            **{
                "contact_name": "Somebody",
                "contact_email": f"p{number}@body{number}.example",
                "homepage": "https://elsewhere.example",
            }
            | answers,
        )
        for number, (key, answers) in enumerate(BODIES.items())
    }


def found(user, words):
    return set(queue.QueueFilters(tab="all", q=words).select(user).values_list("pk", flat=True))


def test_an_application_is_found_however_its_names_are_written(bodies, chen):
    for words, expected in TYPED:
        assert found(chen, words) == {bodies[expected].pk}, words
    reference = bodies["école"].reference
    for words in (reference.lower(), reference.replace("-", ""), "p0@body0.example", "P0@BODY0"):
        assert found(chen, words) == {bodies["école"].pk}, words
    assert found(chen, "ecole moskovskii") == set()
    assert found(chen, "%%") == found(chen, "’’") == set()
    assert found(chen, " ") == {application.pk for application in bodies.values()}


def test_what_is_written_anew_is_found_and_what_was_written_before_is_not(call, amina, chen):
    application = make_submitted(call, amina)
    with clock.frozen(DURING):
        drafting.save_answers(application, {"name": "Phare du Nord", "contact_phone": "+33 1 99 00 11 22"}, by=amina)
    assert found(chen, "phare du nord") == found(chen, "3319900") == {application.pk}
    assert found(chen, "harbour lights") == {application.pk}, "its web address still says so"
    with clock.frozen(DURING):
        drafting.save_answers(
            application, {"homepage": "https://phare.example", "contact_email": "amina@phare.example"}, by=amina
        )
    assert found(chen, "harbour") == set()
    application.refresh_from_db()
    assert application.search_words == search.words_of(application)


def test_contacts_that_were_erased_are_not_found_either(call, amina, chen):
    application = make_submitted(call, amina, contact_name="Wanjiru Kamau", homepage="https://elsewhere.example")
    assert found(chen, "wanjiru") == found(chen, "amina@harbour") == {application.pk}
    erasing.CONTACTS.erase(application)
    assert found(chen, "wanjiru") == found(chen, "amina") == set()
    assert found(chen, "harbour lights") == {application.pk}


def test_the_search_reads_its_own_index_and_not_the_rows(call, amina, chen):
    make_submitted(call, amina)
    with connection.cursor() as cursor, clock.frozen(AFTER):
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        sql, parameters = (
            Application.objects.filter(search_words__contains="harbour").values("pk").order_by().query.sql_with_params()
        )
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql}", parameters)
        plan = " ".join(str(column) for row in cursor.fetchall() for column in row)
    assert "application_found_by" in plan
