"""Which role meets what at which address: the table that ``test_access_matrix`` asks the running portal about.

An address that is in neither ``PAGES`` nor ``MODELS`` fails until somebody says here who may open it.
"""

from imrf_portal.access import ROLES as STAFF_ROLES
from imrf_portal.access import Capability
from imrf_portal.tests import world as worlds
from imrf_portal.tests.addresses import CATCH_ALL, OLD_CHANGE

VIEW, CONFIGURE, CIRCULATE = Capability.VIEW, Capability.CONFIGURE, Capability.CIRCULATE
EXPORT, REGISTER, SCREEN = Capability.EXPORT, Capability.REGISTER, Capability.SCREEN
SIGN, DECIDE, SUPPORT = Capability.SIGN, Capability.DECIDE, Capability.SUPPORT
OPEN, SIGN_IN, FORBIDDEN, HIDDEN = "open", "sign in", "forbidden", "hidden"
POST_ONLY, NOT_NOW = "post only", "not now"


def roles(**outcomes):
    """What each role meets: by its own name, else by its kind, else ``others``."""
    kinds = {
        **dict.fromkeys(worlds.APPLICANTS, "applicants"),
        **dict.fromkeys(worlds.MISSIONS, "missions"),
        **dict.fromkeys(worlds.SECRETARIAT, "staff"),
    }
    return {
        role: outcomes.get(role, outcomes.get(kinds.get(role, role), outcomes.get("others"))) for role in worlds.ROLES
    }


def staff(capability, otherwise=FORBIDDEN, granted=OPEN):
    """For members of the secretariat who hold the capability; None: for nobody, a superuser included."""
    holders = {role for role, names in worlds.STAFF.items() if capability in STAFF_ROLES[names[0]]} | {"superuser"}
    outcomes = {role: granted if capability and role in holders else otherwise for role in worlds.SECRETARIAT}
    return roles(anonymous=SIGN_IN, others=FORBIDDEN, **outcomes)


EVERYBODY = roles(others=OPEN)
SIGNED_IN = roles(anonymous=SIGN_IN, others=OPEN)
POSTED = roles(others=POST_ONLY)
SIGNED_IN_POSTED = roles(anonymous=SIGN_IN, others=POST_ONLY)
NOT_SET_UP = roles(anonymous=SIGN_IN, others=HIDDEN)
NOBODY = roles(anonymous=SIGN_IN, others=FORBIDDEN, staff=HIDDEN)
STAFF = roles(anonymous=SIGN_IN, others=FORBIDDEN, staff=OPEN)
APPLICANTS_POSTED = roles(anonymous=SIGN_IN, others=HIDDEN, applicants=POST_ONLY)
OWN = roles(anonymous=SIGN_IN, others=HIDDEN, amina=OPEN)
OF_CLARA = roles(anonymous=SIGN_IN, others=HIDDEN, clara=OPEN)
MISSIONS = roles(anonymous=SIGN_IN, others=HIDDEN, missions=OPEN)
READERS = MISSIONS | dict.fromkeys(worlds.SECRETARIAT, OPEN)
THEIR_OBJECTION = roles(anonymous=SIGN_IN, others=HIDDEN, kenya=OPEN, norway=OPEN)

PAGES = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "home": EVERYBODY,
    "forum": EVERYBODY,
    "preferences": EVERYBODY,
    "help": EVERYBODY,
    "accessibility": EVERYBODY,
    "who_sees": EVERYBODY,
    "privacy": EVERYBODY,
    "demonstration": EVERYBODY,
    "programme": EVERYBODY,
    "programme_feed": EVERYBODY,
    "session": EVERYBODY,
    "session_feed": EVERYBODY,
    "route_finder": EVERYBODY,
    "route_verdict": EVERYBODY,
    "route_not_us": POSTED,
    "route_this_is_us": POSTED,
    "register": EVERYBODY,
    "register_csv": EVERYBODY,
    "statistics": EVERYBODY,
    "statistics_csv": EVERYBODY,
    "statistics_pdf": EVERYBODY,
    "verify": EVERYBODY,
    "verify_code": EVERYBODY,
    # Accounts
    "account_login": EVERYBODY,
    "account_signup": EVERYBODY,
    "account_code": SIGNED_IN,
    "account_link": roles(others=SIGN_IN),
    "after_sign_in": SIGNED_IN,
    "account_logout": EVERYBODY,
    "account_reset_password": EVERYBODY,
    "account_reset_password_done": EVERYBODY,
    "account_reset_password_from_key": EVERYBODY,
    "account_reset_password_from_key_done": EVERYBODY,
    "account_settings": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "account_erase": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_login_webauthn": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_deactivate_totp": NOT_SET_UP,
    "mfa_view_recovery_codes": NOT_SET_UP,
    "mfa_download_recovery_codes": NOT_SET_UP,
    "mfa_remove_webauthn": NOT_SET_UP,
    "mfa_edit_webauthn": NOT_SET_UP,
    # The applicant
    "apply": EVERYBODY,
    "blank_form": EVERYBODY,
    "my_applications": roles(anonymous=SIGN_IN, others=HIDDEN, applicants=OPEN),
    "application": OWN,
    "team": OWN,
    "team_owner": OWN,
    "team_answer": roles(anonymous=SIGN_IN, others=HIDDEN),
    "team_role": APPLICANTS_POSTED,
    "team_end": OWN,
    "team_take_back": APPLICANTS_POSTED,
    "team_invitation": roles(anonymous=SIGN_IN, others=HIDDEN, applicants=FORBIDDEN),
    "application_check": OWN,
    "application_sent": OWN,
    "application_receipt": OWN,
    "application_withdraw": OWN,
    "application_documents": OWN,
    "application_document": OWN,
    "application_document_remove": OWN,
    "application_answer": OWN,
    "application_text": OWN,
    "application_step": OWN,
    "application_restore": APPLICANTS_POSTED,
    "application_late": APPLICANTS_POSTED,
    "application_late_use": APPLICANTS_POSTED,
    # Missions
    "lists": MISSIONS,
    "our_requests": MISSIONS,
    "our_requests_csv": MISSIONS,
    "list": READERS,
    "list_print": READERS,
    "list_csv": READERS,
    "list_letter": READERS,
    "list_difference": READERS,
    "list_certificate": READERS,
    "list_certificate_pdf": READERS,
    "entry": READERS,
    "list_ask": POSTED,
    "object": MISSIONS | {"observer": FORBIDDEN},
    "objection": THEIR_OBJECTION,
    "objection_withdraw": roles(anonymous=SIGN_IN, others=HIDDEN, kenya=OPEN),
    "objection_disown": roles(anonymous=SIGN_IN, others=HIDDEN, norway=OPEN),
    "mission_people": roles(anonymous=SIGN_IN, others=FORBIDDEN, kenya=OPEN),
    "mission_act": SIGNED_IN_POSTED,
    # Registration
    "registration": SIGNED_IN,
    "registrations": EVERYBODY,
    "registrations_csv": EVERYBODY,
    "ask_to_be_recognized": SIGNED_IN_POSTED,
    "registration_of": OF_CLARA,
    "registration_list": OF_CLARA,
    "person_add": OF_CLARA,
    "person_invite": OF_CLARA,
    "person": OF_CLARA,
    "person_remove": OF_CLARA,
    "visa_letter": OF_CLARA | {"clara": NOT_NOW},
    "seat_letter": OF_CLARA | {"clara": NOT_NOW},
    "seat_replace": OF_CLARA,
    "seat_withdraw": OF_CLARA,
    "seat_first": OF_CLARA,
    "offer_accept": OF_CLARA,
    "offer_decline": OF_CLARA,
    "waiting_join": OF_CLARA,
    "speaking_ask": OF_CLARA,
    "speaking_take_back": OF_CLARA,
    "change_answer": OF_CLARA | {"clara": POST_ONLY},
    "calendar_open": OF_CLARA | {"clara": POST_ONLY},
    "calendar_close": OF_CLARA | {"clara": POST_ONLY},
    # Whoever holds the key in the address
    "representative_invitation": EVERYBODY,
    "what_is_kept": EVERYBODY,
    "guardian_form": EVERYBODY,
    "personal_calendar": POSTED,
    "private_calendar": EVERYBODY,
    # The secretariat
    "document": roles(others=HIDDEN, staff=OPEN),
    "document_page": roles(others=HIDDEN),
    "document_checks": POSTED,
    "admin:index": STAFF,
    "admin:login": STAFF,
    "admin:logout": roles(others=OPEN, staff=POST_ONLY),
    "admin:password_change": STAFF,
    "admin:password_change_done": STAFF,
    "admin:autocomplete": NOBODY | dict.fromkeys(worlds.SECRETARIAT, FORBIDDEN),
    "admin:jsi18n": STAFF,
    "admin:view_on_site": NOBODY,
    "admin:app_list": STAFF,
    CATCH_ALL: NOBODY,
    "admin:administration": STAFF,
    "admin:bulk_runs": staff(VIEW),
    "admin:bulk_start": staff(VIEW, granted=POST_ONLY),
    "admin:bulk_run": staff(VIEW),
    "admin:imrf_portal_outgoingmail_act": staff(VIEW, granted=POST_ONLY),
    "admin:imrf_portal_outgoingmail_do": staff(VIEW),
    "admin:saved_views": staff(VIEW),
    "admin:saved_view_do": staff(VIEW, granted=POST_ONLY),
    "admin:countersigned": staff(VIEW),
    "admin:countersigned_act": staff(VIEW),
    "admin:countersigned_propose": staff(SCREEN),
    "admin:exceptions": staff(VIEW),
    "admin:support_look": staff(SUPPORT, otherwise=HIDDEN),
    "support_look_end": POSTED,
    "admin:dates": staff(VIEW),
    "admin:move_date": staff(CONFIGURE),
    "admin:forum_officer_end": staff(CONFIGURE),
    "admin:interests": staff(VIEW),
    "admin:accreditation_application_conflict": staff(VIEW),
    "admin:recusal_lift": staff(Capability.DECIDE),
    "admin:recognition_do": staff(REGISTER),
    "admin:accreditation_accreditation_do": staff(Capability.DECIDE),
    "admin:sessions_app_forumsession_do": staff(REGISTER),
    "admin:registration_registration_do": staff(REGISTER),
    "admin:registration_guardian": staff(REGISTER),
    "admin:registration_age": staff(REGISTER),
    "admin:registration_representative_register": staff(REGISTER),
    "admin:registration_desk": staff(VIEW),
    "admin:registration_door": staff(REGISTER),
    "admin:registration_door_list": staff(REGISTER, granted=POST_ONLY),
    "admin:registration_door_entries": staff(REGISTER, granted=POST_ONLY),
    "admin:registration_door_flags": staff(VIEW),
    "admin:registration_door_settle": staff(REGISTER),
    "admin:registration_seats": staff(REGISTER),
    "admin:registration_seats_csv": staff(REGISTER),
    "admin:registration_speakers": staff(VIEW),
    "admin:registration_speakers_step": staff(REGISTER, granted=POST_ONLY),
    "admin:registration_speakers_list": staff(REGISTER, granted=POST_ONLY),
    "admin:registration_passes": staff(VIEW),
    "admin:registration_passes_make": staff(EXPORT, granted=POST_ONLY),
    "admin:registration_passes_file": staff(EXPORT, granted=POST_ONLY),
    "admin:registration_passes_revocations": staff(EXPORT, granted=POST_ONLY),
    "admin:statistics_newest": staff(VIEW),
    "admin:statistics": staff(VIEW),
    "admin:statistics_csv": staff(EXPORT),
    "admin:statistics_pdf": staff(EXPORT),
    "admin:accreditation_lettertext_test": staff(VIEW, granted=POST_ONLY),
    "admin:accreditation_referencelist_import": staff(CONFIGURE),
    "admin:accreditation_referencelist_difference": staff(VIEW),
    "admin:accreditation_referencelist_progress": staff(VIEW),
    "admin:ownership": staff(SIGN),
    "admin:ownership_decide": staff(SIGN),
    "admin:handover": staff(SIGN),
    "admin:handover_from": staff(SIGN),
    "admin:accreditation_application_hold": staff(DECIDE),
    "admin:accreditation_organization_choose": staff(SIGN),
    "admin:accreditation_organization_merge": staff(SIGN),
    "admin:accreditation_organization_separate": staff(SIGN),
    "admin:accreditation_consequence_settle": staff(REGISTER),
    "admin:accreditation_consequence_settle_many": staff(REGISTER, granted=POST_ONLY),
    "admin:accreditation_application_export": staff(EXPORT),
    "admin:accreditation_document": roles(anonymous=SIGN_IN, others=FORBIDDEN, coordinator=OPEN),
    "admin:accreditation_application_take": staff(VIEW, granted=POST_ONLY),
    "admin:accreditation_application_note": staff(VIEW, granted=POST_ONLY),
    "admin:keys": staff(VIEW),
    "admin:accreditation_mention_read": roles(anonymous=SIGN_IN, others=FORBIDDEN, staff=POST_ONLY),
    "admin:accreditation_application_alike": staff(SCREEN),
    "admin:accreditation_application_ask": staff(VIEW),
    "admin:accreditation_application_do": staff(VIEW),
    "admin:accreditation_late_request": staff(VIEW),
    "admin:accreditation_list_compile": staff(CIRCULATE),
    "admin:accreditation_list_final": staff(CIRCULATE),
    "admin:accreditation_list_preview": staff(VIEW),
    "admin:accreditation_list_export": staff(EXPORT),
    "admin:accreditation_list_do": staff(CIRCULATE),
    "admin:accreditation_objection_by_letter": staff(CIRCULATE),
}

MODELS = {
    "imrf_portal.user": {"see": CONFIGURE, "add": CONFIGURE},
    "imrf_portal.forumofficer": {"see": CONFIGURE, "add": CONFIGURE},
    "imrf_portal.forum": {"see": VIEW, "add": CONFIGURE},
    "imrf_portal.call": {"see": VIEW, "add": CONFIGURE},
    "imrf_portal.event": {"see": VIEW, "add": None},
    "imrf_portal.datechange": {"see": VIEW, "add": None},
    "imrf_portal.outgoingmail": {"see": VIEW, "add": None},
    "accreditation.application": {"see": VIEW, "add": None},
    "accreditation.conflictdeclaration": {"see": Capability.DECIDE, "add": None},
    "accreditation.stakeholderlist": {"see": VIEW, "add": None},
    "accreditation.objection": {"see": VIEW, "add": None},
    "accreditation.staterequest": {"see": VIEW, "add": None},
    "accreditation.recognitionrequest": {"see": VIEW, "add": None},
    "sessions_app.forumsession": {"see": VIEW, "add": REGISTER},
    "sessions_app.sessionchange": {"see": VIEW, "add": None},
    "sessions_app.objective": {"see": VIEW, "add": None},
    "registration.seatrule": {"see": VIEW, "add": REGISTER},
    "registration.passexport": {"see": VIEW, "add": None},
    "registration.representative": {"see": VIEW, "add": None},
    "registration.registration": {"see": VIEW, "add": None},
    "registration.allocation": {"see": VIEW, "add": None},
    "registration.changenotice": {"see": VIEW, "add": None},
    "registration.checkin": {"see": VIEW, "add": None},
    "registration.speakingrequest": {"see": VIEW, "add": None},
    "accreditation.lettertext": {"see": VIEW, "add": CONFIGURE},
    "accreditation.accreditation": {"see": VIEW, "add": None},
    "accreditation.referencelist": {"see": VIEW, "add": None},
    "accreditation.referenceentry": {"see": VIEW, "add": None},
    "imrf_portal.retentiondate": {"see": VIEW, "add": CONFIGURE},
    "imrf_portal.retentionreport": {"see": VIEW, "add": None},
    "imrf_portal.hold": {"see": VIEW, "add": None},
    "accreditation.organization": {"see": VIEW, "add": None},
    "accreditation.consequence": {"see": VIEW, "add": None},
    "accreditation.routeverdict": {"see": VIEW, "add": None},
}
"""For the five pages that the admin makes of a model: who sees it, who adds one. Nobody deletes anything there."""


def expected(address):
    """What each role meets at the address; None when nobody has said yet."""
    if address.name in PAGES:
        return PAGES[address.name]
    rule = address.model and MODELS.get(address.model._meta.label_lower)
    if not rule:
        return None
    prefix = f"admin:{address.model._meta.app_label}_{address.model._meta.model_name}"
    match address.name.removeprefix(prefix):
        case "_changelist" | "_history" | "_change":
            return staff(rule["see"])
        case "_add":
            return staff(rule["add"])
        case "_delete":
            return staff(None)
        case suffix if suffix == OLD_CHANGE:
            return STAFF
    return None
