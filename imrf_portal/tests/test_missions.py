import pytest
from allauth.mfa.totp.internal.auth import TOTP

from imrf_portal import clock, missions
from imrf_portal.audit import Event
from imrf_portal.demonstration import SECRET
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.mail import OutgoingMail
from imrf_portal.users import User

pytestmark = pytest.mark.django_db
READER = User.MissionRole.READER


@pytest.fixture
def head(dara):
    dara.mission_role = User.MissionRole.ADMINISTRATOR
    dara.save()
    return dara


@pytest.fixture
def meeting(db):
    return Forum.objects.create(
        slug="m",
        title="Meeting",
        short_title="Meeting",
        reference_prefix="M",
        is_published=True,
        ends_on=clock.now().date(),
        time_zone="UTC",
    )


def test_an_invited_delegate_speaks_for_the_same_state_until_the_meeting_ends(head, meeting):
    delegate = missions.invite("new@mission-ke.example", role=READER, by=head)

    assert (delegate.member_state_id, delegate.mission_role) == ("KE", READER)
    assert delegate.access_ends_at == missions.usual_end_of_access()
    assert OutgoingMail.objects.get(to="new@mission-ke.example").template == "mission_invitation"


def test_only_the_administrator_invites_and_never_another_administrator(head, emil):
    with pytest.raises(Refused):
        missions.invite("new@mission.example", role=READER, by=emil)
    with pytest.raises(Refused):
        missions.invite("new@mission.example", role=User.MissionRole.ADMINISTRATOR, by=head)


def test_a_person_of_another_state_or_an_applicant_cannot_be_taken_over(head, emil, amina):
    for address in (emil.email, amina.email):
        with pytest.raises(Refused):
            missions.invite(address, role=READER, by=head)


def test_a_mission_does_not_try_out_whom_the_portal_knows(head, emil, amina):
    for _time in range(missions.MOST_TAKEN_A_DAY):
        with pytest.raises(Refused, match="cannot be invited"):
            missions.invite(amina.email, role=READER, by=head)
    for address in (amina.email, "unknown@mission-ke.example"):
        with pytest.raises(Refused, match="Ask the Office"):
            missions.invite(address, role=READER, by=head)

    tried = Event.objects.filter(verb="user.invite_taken")
    assert (tried.count(), {event.subject_id for event in tried}) == (missions.MOST_TAKEN_A_DAY, {"KE"})
    assert amina.email not in "".join(map(str, tried.values_list("detail", "before", "after", "reason")))
    with clock.frozen(clock.now() + missions.timedelta(days=1, minutes=1)):
        assert missions.invite("unknown@mission-ke.example", role=READER, by=head).email == "unknown@mission-ke.example"


# T-M16
def test_a_private_address_is_warned_of_and_needs_the_meetings_permission(head, meeting):
    with pytest.raises(Refused, match="asks for an address of the Mission"):
        missions.invite("new@gmail.com", role=READER, by=head, private_confirmed=True)
    meeting.missions_may_use_private_addresses = True
    meeting.save()
    with pytest.raises(Refused, match="Tick the box"):
        missions.invite("new@gmail.com", role=READER, by=head)

    delegate = missions.invite("new@gmail.com", role=READER, by=head, private_confirmed=True)

    assert Event.objects.about(delegate).get(verb="user.invite").detail["private_address"] is True


def test_the_administrator_ends_access_of_the_own_mission_only(client, head, emil):
    delegate = missions.invite("new@mission-ke.example", role=READER, by=head)
    client.force_login(head)

    client.post(f"/mission/people/{delegate.pk}/end-access/")
    assert client.post(f"/mission/people/{emil.pk}/end-access/").status_code == 404

    assert User.objects.get(pk=delegate.pk).access_has_ended()
    assert not User.objects.get(pk=emil.pk).access_has_ended()


def test_the_page_is_for_the_administrator_and_shows_the_own_state(client, head, emil):
    client.force_login(head)
    page = client.get("/mission/people/").content.decode()
    assert head.email in page
    assert emil.email not in page

    client.force_login(emil)

    assert client.get("/mission/people/").status_code == 403


def test_a_delegate_who_lost_every_device_starts_again(client, head, emil):
    delegate = missions.invite("new@mission-ke.example", role=READER, by=head)
    TOTP.activate(delegate, SECRET)
    TOTP.activate(emil, SECRET)
    client.force_login(head)

    client.post(f"/mission/people/{delegate.pk}/forget-second-factor/")

    assert not delegate.authenticator_set.exists()
    with pytest.raises(Refused):
        missions.forget_second_factor(emil, by=head)
    with pytest.raises(Refused):
        missions.forget_second_factor(head, by=head)
