"""Several requests of one applicant at the same instant."""

from accreditation import drafting, workflow
from accreditation.models import Application, ApplicationVersion, Status
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.races import at_once

from .cast import DURING, make_call, make_draft, make_person

ROUNDS = 5
NEW = {"scope": "New scope.", "compact": "New part."}


def at_work(action):
    def run():
        with clock.frozen(DURING):
            return action()

    return run


# T-A31
def test_sent_eight_times_at_once_it_is_one_version_and_one_letter(committed_db):
    call = make_call()
    for number in range(ROUNDS):
        person = make_person(f"person{number}@sample.example")
        application = make_draft(call, person, name=f"Sample {number}")
        send = at_work(lambda sent=application, by=person: workflow.submit(sent, by=by, declared=True).number)
        assert at_once(*[send] * 8) == [1] * 8
        assert ApplicationVersion.objects.filter(application=application).count() == 1
        letters = OutgoingMail.objects.filter(about=application.reference, template="application_received")
        assert letters.count() == 1


def test_what_is_sent_while_it_is_edited_is_whole(committed_db):
    call = make_call()
    for number in range(ROUNDS):
        person = make_person(f"person{number}@sample.example")
        application = make_draft(call, person, name=f"Sample {number}")
        edit = at_work(lambda edited=application, by=person: drafting.save_answers(edited, NEW, by=by))
        send = at_work(lambda sent=application, by=person: workflow.submit(sent, by=by))
        results = at_once(send, edit, edit, edit)
        assert [problem for problem in results if isinstance(problem, Exception)] == []
        answers = ApplicationVersion.objects.get(application=application).answers
        before_or_after = {("New scope.", "New part."), ("We advise people at the port.", "We took part.")}
        part = answers["compact"].replace(" in the regional review", "")
        assert (answers["scope"], part) in before_or_after


def test_started_eight_times_at_once_it_is_one_draft(committed_db):
    call, person = make_call(), make_person("person@sample.example")
    results = at_once(*[at_work(lambda: drafting.start(call, by=person).reference)] * 8)
    assert len(set(results)) == 1, results
    assert Application.objects.filter(status=Status.DRAFT).count() == 1
    assert not any(isinstance(problem, Refused) for problem in results)
