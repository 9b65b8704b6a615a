"""The doors to an account: an address, a code or a link, a password, a passkey."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from . import sign_in
from .access import Audience
from .account_forms import AskForCodeForm, CodeForm, StartForm
from .errors import Refused
from .middleware import client_network

SESSION_KEY = "sign_in_code"
AREAS = {
    Audience.APPLICANT: "my_applications",
    Audience.MEMBER_STATE: "lists",
    Audience.SECRETARIAT: "admin:index",
}


def safe_next(request):
    """Where the person was going, if that is a page of ours; else an empty text."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    return url[:500] if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


class SignInView(LoginView):
    """One page, three ways: a code by e-mail, a password, a passkey."""

    template_name = "account/login.html"

    def post(self, request, *args, **kwargs):
        if "password" in request.POST:
            return super().post(request, *args, **kwargs)
        form = AskForCodeForm(request.POST)
        return answer(request, form) or self.render_to_response(
            self.get_context_data(form=self.get_form_class()(request=request), code_form=form)
        )

    def get_context_data(self, **kwargs):
        code_form = kwargs.pop("code_form", None) or AskForCodeForm(initial={"email": self.request.GET.get("email")})
        return super().get_context_data(**kwargs) | {
            "code_form": code_form,
            "next": safe_next(self.request),
            "with_password": self.request.method == "POST" and "password" in self.request.POST,
        }


@never_cache
def start(request):
    """Sign up. The answer is the same for an address that has an account: its owner gets a code and is signed in."""
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    form = StartForm(request.POST or None, initial={"email": request.GET.get("email")})
    if request.method == "POST" and (response := answer(request, form)):
        return response
    return render(request, "account/signup.html", {"form": form, "next": safe_next(request)})


def answer(request, form):
    """Send the code a valid ``form`` asks for and lead to the page that takes it; None when something is wrong."""
    if not form.is_valid():
        return None
    address = form.cleaned_data["email"]
    if not may_send(request, address):
        form.add_error(None, _t("You have asked for many codes. Wait ten minutes, then ask again."))
        return None
    send(request, address, name=form.cleaned_data.get("name", ""), next_url=safe_next(request))
    return redirect("account_code")


def may_send(request, address):
    return ratelimit.consume(request, action="request_login_code", key=f"{client_network(request)}:{address}")


def send(request, address, *, name, next_url):
    earlier = waiting_code(request)
    replaces = earlier if earlier is not None and earlier.address == address else None
    row = sign_in.send_code(
        address, name=name, next_url=next_url, language=get_language() or settings.LANGUAGE_CODE, replaces=replaces
    )
    request.session[SESSION_KEY] = row.pk


def waiting_code(request):
    """The row whose code this browser is waiting for, or None."""
    return sign_in.SignInCode.objects.filter(pk=request.session.get(SESSION_KEY)).first()


@never_cache
def code(request):
    """Take the code. One that is too old or was used is replaced with one press, never an error page."""
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    row = waiting_code(request)
    if row is None:
        return redirect("account_login")
    if request.method == "POST" and "again" in request.POST:
        return send_again(request, row)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = sign_in.use_code(row, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            row.refresh_from_db()
        else:
            return enter(request, person, row, keep=form.cleaned_data["keep"])
    return render(request, "account/code.html", {"form": form, "row": row, "is_usable": row.is_usable()})


@never_cache
def link(request, token):
    """The page a link in a letter opens: nothing happens until its button is pressed, so no scanner uses it up."""
    row = sign_in.by_token(token)
    if row is None:
        messages.info(request, _t("This link is not complete or is too old. Type your address to get a new one."))
        return redirect("account_login")
    if request.method == "POST" and "again" in request.POST:
        return send_again(request, row)
    if request.method == "POST":
        try:
            return enter(request, sign_in.use(row), row)
        except Refused:
            row.refresh_from_db()
    return render(request, "account/link.html", {"row": row, "is_usable": row.is_usable()})


def send_again(request, row):
    if not may_send(request, row.address):
        messages.warning(request, _t("You have asked for many codes. Wait ten minutes, then ask again."))
        return HttpResponseRedirect(request.path)
    send(request, row.address, name=row.name, next_url=row.next_url)
    messages.success(request, _t("A new code is on its way. Only the newest code works."))
    return redirect("account_code")


def enter(request, person, row, *, keep=False):
    """Sign ``person`` in; a second factor is asked for where there is one."""
    request.session.pop(SESSION_KEY, None)
    record_authentication(request, person, method="code", email=person.email)
    response = perform_login(request, Login(user=person, email=person.email, redirect_url=row.next_url or None))
    if request.user.is_authenticated and person.audience == Audience.APPLICANT:
        request.session.set_expiry(settings.KEPT_SIGN_IN_SECONDS if keep else None)
    return response


@require_GET
def after_sign_in(request):
    """Where a person goes after signing in: each audience to its own area."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    response = HttpResponseRedirect(safe_next(request) or reverse(AREAS[request.user.audience]))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.user.language, samesite="Lax")
    return response
