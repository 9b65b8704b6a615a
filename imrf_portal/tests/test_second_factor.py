import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from imrf_portal import clock, demonstration, missions, roles
from imrf_portal.access import ROLES, Audience
from imrf_portal.errors import Refused
from imrf_portal.geography import Country
from imrf_portal.tests.test_sign_in import LOGIN, ask, code_in, last_letter
from imrf_portal.users import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_limits():
    cache.clear()


@pytest.fixture
def configurer(db):
    return roles.create_officer("ada@secretariat.example", roles=["Administrator"], name="Ada", all_forums=True)


def totp(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("path", ["/", "/account/", "/account/sessions/", "/admin/", "/mission/people/", "/nowhere/"])
@pytest.mark.parametrize("who", ["chen", "dara"])
def test_without_a_second_factor_only_the_set_up_is_reached(client, request, who, path):
    client.force_login(request.getfixturevalue(who), second_factor=False)

    response = client.get(path)

    assert response.status_code == 302
    assert response.url.startswith("/account/second-factor/")


def test_an_applicant_needs_no_second_factor(client, amina):
    client.force_login(amina, second_factor=False)

    assert client.get("/account/").status_code == 200


def test_setting_the_app_up_opens_the_portal(client, dara):
    ask(client, dara.email)
    client.post("/account/code/", {"code": code_in(last_letter(dara.email))})
    page = client.get("/account/second-factor/totp/activate/")

    done = client.post("/account/second-factor/totp/activate/", {"code": totp(page.context["form"].secret)})
    codes = client.get(done.url)

    assert len(codes.context["unused_codes"]) == 10
    assert client.get("/account/").status_code == 200
    assert dara.authenticator_set.count() == 2


def test_the_secret_is_not_stored_in_the_clear(db):
    person = demonstration.create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])

    stored = str([row.data for row in person.authenticator_set.all()])

    assert demonstration.SECRET not in stored
    assert len(demonstration.current_code(person)) == 6


def test_a_person_with_a_second_factor_is_asked_for_it_at_each_sign_in(client):
    person = demonstration.create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])

    step = client.post(LOGIN, {"login": person.email, "password": demonstration.PASSWORD})
    assert step.url == "/account/second-factor/authenticate/"
    assert "_auth_user_id" not in client.session
    client.post(step.url, {"code": demonstration.current_code(person)})

    assert client.get("/account/").status_code == 200


def test_a_half_signed_in_person_with_a_second_factor_cannot_add_another(client):
    person = demonstration.create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])
    client.force_login(person, second_factor=False)

    response = client.get("/account/second-factor/totp/activate/")

    assert response.url.startswith("/account/second-factor/reauthenticate/")


def test_admin_sign_in_is_that_of_the_portal(client, amina):
    assert client.get("/admin/login/?next=/admin/").url == "/account/login/?next=%2Fadmin%2F"
    client.force_login(amina)

    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/admin/login/").status_code == 403


def test_demonstration_people_do_not_exist_in_production(settings):
    settings.EMBEDDED = False

    with pytest.raises(Refused):
        demonstration.create_person("a@demo.example", "A")
    assert Client().get("/demo/").status_code == 404


# T-M15
def test_access_that_ended_is_refused_with_the_administrators_name(client, dara):
    kenya = Country.objects.get(pk="KE")
    User.objects.create_user(
        "head@mission-ke.example",
        name="Head Of Mission",
        audience="member_state",
        member_state=kenya,
        mission_role="administrator",
    )
    client.force_login(dara)
    assert client.get("/account/").status_code == 200
    dara.access_ends_at = clock.now()
    dara.save()

    assert client.get("/account/").status_code == 302
    assert "_auth_user_id" not in client.session
    ask(client, dara.email)
    refused = client.post("/account/code/", {"code": code_in(last_letter(dara.email))})

    assert refused.status_code == 403
    assert "Head Of Mission" in refused.content.decode()
    assert "_auth_user_id" not in client.session


# T-S32
def test_disabling_a_person_ends_their_sessions_at_once_and_keeps_the_name(client, chen, configurer):
    client.force_login(chen)
    assert client.get("/account/").status_code == 200

    roles.disable(chen, by=configurer)

    assert client.get("/account/").status_code == 302
    assert not chen.usersession_set.exists()
    assert User.objects.get(pk=chen.pk).name == chen.name


def test_nobody_without_the_capability_changes_people_nor_oneself(chen, configurer, amina):
    for by, person in ((chen, amina), (configurer, configurer)):
        with pytest.raises(Refused):
            roles.disable(person, by=by)
    with pytest.raises(Refused):
        missions.create_administrator("new@mission.example", state=Country.objects.get(pk="KE"), by=chen)


def test_groups_are_exactly_the_roles(db):
    roles.sync_roles()
    from django.contrib.auth.models import Group

    Group.objects.create(name="Forgotten")
    roles.sync_roles()

    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


def test_the_admin_makes_officers_and_mission_administrators_in_words(client, configurer):
    client.force_login(configurer)
    reviewer = configurer.groups.model.objects.get(name="Reviewer").pk
    page = client.post(
        "/admin/imrf_portal/user/add/", {"email": "m@mission.example", "audience": "member_state", "member_state": ""}
    )
    assert "Choose the State" in page.content.decode()

    client.post(
        "/admin/imrf_portal/user/add/", {"email": "o@office.example", "audience": "secretariat", "groups": reviewer}
    )
    client.post(
        "/admin/imrf_portal/user/add/", {"email": "m@mission.example", "audience": "member_state", "member_state": "KE"}
    )

    assert User.objects.get(email="o@office.example").role_names == {"Reviewer"}
    assert User.objects.get(email="m@mission.example").mission_role == "administrator"
    assert "Kenya" in last_letter("m@mission.example").subject


def test_the_admin_cannot_delete_people_or_give_oneself_roles(client, configurer, chen):
    client.force_login(configurer)
    coordinator = configurer.groups.model.objects.get(name="Coordinator").pk

    assert client.post(f"/admin/imrf_portal/user/{chen.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/imrf_portal/user/{configurer.pk}/change/", {"name": "Ada", "groups": coordinator})

    assert User.objects.get(pk=configurer.pk).role_names == {"Administrator"}


def test_officers_without_configure_see_no_people_in_the_admin(client, chen):
    client.force_login(chen)

    assert client.get("/admin/imrf_portal/user/").status_code == 403
