"""What a thief tries with passkeys, codes and the doors that give a second factor anew."""

import json
import time
from datetime import timedelta
from hashlib import sha256

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accreditation.tests.cast import DURING, make_delegate, make_officer
from imrf_portal import clock, demonstration, missions, roles, sign_in
from imrf_portal.access import Audience
from imrf_portal.forum import Forum
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.races import at_once
from imrf_portal.tests.test_sign_in import PASSWORD, last_letter
from imrf_portal.users import User

pytestmark = pytest.mark.django_db
ADD, SIGN_IN = "/account/second-factor/webauthn/add/", "/account/second-factor/webauthn/login/"
FLAG = AuthenticatorData.FLAG
ORIGIN = "https://testserver"


class Device:
    """An authenticator in software: makes one key pair and signs what a page asks it to."""

    def __init__(self, owner):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(str(owner).encode()).digest()
        self.owner = owner

    def registers(self, options):
        asked = options["publicKey"]
        credential = AttestedCredentialData.create(
            bytes(16), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = self.data(asked["rp"]["id"], FLAG.AT, credential)
        return self.answer(
            {
                "clientDataJSON": client_data("create", asked["challenge"]),
                "attestationObject": AttestationObject.create("none", data, {}),
            }
        )

    def signs(self, options, user_handle=None):
        asked = options["publicKey"]
        data, client = self.data(asked["rpId"]), client_data("get", asked["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = (user_handle or user_pk_to_url_str(self.owner)).encode()
        return self.answer(
            {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": handle}
        )

    @staticmethod
    def data(host, flags=0, credential=b""):
        return AuthenticatorData.create(sha256(host.encode()).digest(), FLAG.UP | FLAG.UV | flags, 0, credential)

    def answer(self, response):
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {name: websafe_encode(value) for name, value in response.items()},
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )


def client_data(kind, challenge):
    return CollectedClientData.create(f"webauthn.{kind}", websafe_decode(challenge), ORIGIN)


def adds(client, device):
    options = client.get(ADD).context["js_data"]["creation_options"]
    credential = device.registers(options)
    return credential, client.post(ADD, {"name": "Phone", "credential": credential, "passwordless": "on"})


def challenge(client):
    return client.get(SIGN_IN, headers={"X-Requested-With": "XMLHttpRequest"}).json()["request_options"]


def enters(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def device(amina):
    client = PortalClient()
    client.force_login(amina)
    sign_in.prove(amina)
    device = Device(amina)
    adds(client, device)
    assert amina.authenticator_set.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    return device


def test_a_passkey_answers_one_question_of_one_session_for_its_own_account(device, boris):
    owner = Client()
    said = device.signs(challenge(owner))
    owner.post(SIGN_IN, {"credential": said})
    assert enters(owner)
    owner.post("/account/logout/")
    assert not enters(owner)

    again, elsewhere = owner, Client()
    again.post(SIGN_IN, {"credential": said})
    elsewhere.post(SIGN_IN, {"credential": said})
    challenge(elsewhere)
    elsewhere.post(SIGN_IN, {"credential": said})
    for handle in (user_pk_to_url_str(boris), "0", "-1", "x", "9" * 30, "²"):
        elsewhere.post(SIGN_IN, {"credential": device.signs(challenge(elsewhere), handle)})

    assert not enters(again)
    assert not enters(elsewhere)


def test_a_passkey_of_an_account_that_was_closed_opens_nothing(device, amina):
    client = Client()
    said = device.signs(challenge(client))
    User.objects.filter(pk=amina.pk).update(is_active=False)

    assert client.post(SIGN_IN, {"credential": said}).status_code == 403
    assert not enters(client)


def spoilt(credential):
    """What a device said, with each part of it left out or something else in its place."""
    good = json.loads(credential)
    for whole, put in ((good, lambda part: part), (good["response"], lambda part: {**good, "response": part})):
        for name in whole:
            yield json.dumps(put({key: value for key, value in whole.items() if key != name}))
            for value in (None, 5, "é", [], {}, "AAAA", "", "_w", "MTIz" * 20):
                yield json.dumps(put({**whole, name: value}))
    yield from ("[]", "null", "1", "{}", '"x"', "[{}]")


def test_what_no_device_says_is_a_wrong_answer(device, boris):
    client, other = Client(), PortalClient()
    other.force_login(boris)
    answers = set()
    for body in spoilt(device.signs(challenge(client))):
        cache.clear()
        challenge(client)
        answers.add(client.post(SIGN_IN, {"credential": body}).status_code)
    asked = other.get(ADD).context["js_data"]["creation_options"]
    for body in spoilt(Device(boris).registers(asked)):
        answers.add(other.post(ADD, {"name": "Phone", "credential": body}).status_code)
    other.get("/account/second-factor/webauthn/reauthenticate/")
    answers.add(other.post("/account/second-factor/webauthn/reauthenticate/", {"credential": "{}"}).status_code)

    assert answers == {200, 302}
    assert not enters(client)


DOORS = {
    "passkey": ("/account/second-factor/webauthn/add/", "/account/second-factor/"),
    "app": ("/account/second-factor/totp/activate/", "/account/second-factor/"),
    "password": ("/account/password/set/", "/account/"),
    "address": ("/account/email/", "/account/"),
}


@pytest.mark.parametrize(("door", "instead"), DOORS.values(), ids=DOORS)
def test_a_device_left_signed_in_gives_nobody_a_way_in_of_their_own(client, amina, door, instead):
    amina.set_unusable_password()
    amina.save()
    client.force_login(amina)
    assert client.get(door).status_code == 200

    with clock.frozen(clock.now() + timedelta(seconds=settings.FRESH_SIGN_IN_SECONDS)):
        shut = [client.get(door), client.post(door, {"email": "thief@elsewhere.example", "action_add": "1"})]
        assert [(page.status_code, page.url) for page in shut] == [(302, instead)] * 2
        assert "Sign out and in again first" in client.get(instead).text
        amina.set_password(PASSWORD)
        amina.save()
        client.force_login(amina, second_factor=False)

        assert client.get(door).url.startswith(("/account/reauthenticate/", "/account/password/change/"))


def test_six_digits_are_taken_once_for_as_long_as_they_are_good(client, monkeypatch):
    officer = demonstration.create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])
    start = 1_900_000_000 // 30 * 30
    soon = format_hotp_value(hotp_value(demonstration.SECRET, start // 30 + 1))
    entered = []
    for seconds in (0, 31, 61):
        monkeypatch.setattr(time, "time", lambda now=start + seconds: now)
        thief = Client()
        step = thief.post("/account/login/", {"login": officer.email, "password": demonstration.PASSWORD})
        thief.post(step.url, {"code": soon})
        entered.append(enters(thief))

    assert entered == [True, False, False]


def test_a_recovery_code_used_twice_at_once_lets_one_in(committed_db):
    officer = demonstration.create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])
    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    thieves = [Client() for _ in range(4)]
    for thief in thieves:
        thief.post("/account/login/", {"login": officer.email, "password": demonstration.PASSWORD})

    at_once(*(lambda one=one: one.post("/account/second-factor/authenticate/", {"code": code}) for one in thieves))

    assert [enters(thief) for thief in thieves].count(True) == 1


def test_whoever_must_have_a_second_factor_and_removes_it_sets_one_up_next_time(client):
    officer = demonstration.create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])
    client.force_login(officer)
    asked = client.post("/account/second-factor/totp/deactivate/")
    assert asked.url.startswith(("/account/reauthenticate/", "/account/second-factor/reauthenticate/"))
    assert officer.authenticator_set.exists()

    client.post("/account/reauthenticate/", {"password": demonstration.PASSWORD})
    client.post("/account/second-factor/totp/deactivate/")
    assert last_letter(officer.email).template == "account_notice"
    later = PortalClient()
    later.force_login(officer, second_factor=False)

    assert later.get("/admin/").url == "/account/second-factor/?next=%2Fadmin%2F"


@pytest.mark.parametrize("door", ["office", "mission"])
def test_whose_second_factor_is_taken_away_is_signed_out_and_told(client, call, door):
    ada = make_officer("ada@secretariat.example", "Administrator")
    head = make_delegate("head@mission-ke.example", "KE", User.MissionRole.ADMINISTRATOR)
    delegate = make_delegate("one@mission-ke.example", "KE")
    client.force_login(delegate)
    by, verb = (ada, roles) if door == "office" else (head, missions)

    verb.forget_second_factor(delegate, by=by)

    letter = last_letter(delegate.email)
    assert letter.template == "second_factor_forgotten"
    assert (str(head) in letter.body, str(ada) in letter.body) == (door == "mission", False)
    assert client.get("/account/").status_code == 302
    assert not enters(client)


def test_a_delegate_moves_to_no_address_that_could_not_be_invited(client, call):
    delegate = make_delegate("one@mission-ke.example", "KE")
    sign_in.prove(delegate)
    with clock.frozen(DURING):
        client.force_login(delegate)
        refused = client.post("/account/email/", {"email": "one@gmail.com", "action_add": "1"})
        Forum.objects.update(missions_may_use_private_addresses=True, ends_on="2099-01-01")
        taken = client.post("/account/email/", {"email": "one@gmail.com", "action_add": "1"})

    assert "asks for an address of the Mission" in refused.text
    assert taken.status_code == 302
