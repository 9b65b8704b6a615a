"""Countries and areas with their UN names and groups (source: ``data/countries.csv``, see ``data/README.md``)."""

import unicodedata

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Country(models.Model):
    """A country or area of ISO 3166 as the UN names and groups it."""

    class Kind(models.TextChoices):
        MEMBER_STATE = "member_state", _("Member State")
        OBSERVER_STATE = "observer_state", _("Observer State")
        OTHER = "other", _("Other country or area")

    class RegionalGroup(models.TextChoices):
        AFRICAN = "african", _("African States")
        ASIA_PACIFIC = "asia_pacific", _("Asia-Pacific States")
        EASTERN_EUROPEAN = "eastern_european", _("Eastern European States")
        LATIN_AMERICAN = "latin_american", _("Latin American and Caribbean States")
        WESTERN_EUROPEAN = "western_european", _("Western European and other States")

    iso2 = models.CharField(max_length=2, primary_key=True)
    iso3 = models.CharField(max_length=3, unique=True)
    m49 = models.CharField(max_length=3)
    kind = models.CharField(max_length=20, choices=Kind)
    name_en = models.CharField(max_length=120)
    common_name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_es = models.CharField(max_length=120)
    name_ar = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120)
    regional_group = models.CharField(max_length=20, choices=RegionalGroup, blank=True)
    m49_region = models.CharField(max_length=40, blank=True)
    m49_subregion = models.CharField(max_length=60, blank=True)
    is_ldc = models.BooleanField(_("least developed country"), default=False)
    is_lldc = models.BooleanField(_("landlocked developing country"), default=False)
    is_sids = models.BooleanField(_("small island developing State"), default=False)

    class Meta:
        verbose_name = _("country or area")
        verbose_name_plural = _("countries and areas")
        ordering = ["name_en"]
        constraints = [
            models.CheckConstraint(
                name="country_only_member_states_have_a_group",
                condition=Q(regional_group="") | Q(kind="member_state"),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        """The UN short name in the language of the reader; English where the table has none."""
        language = (get_language() or "en").split("-")[0]
        return getattr(self, f"name_{language}", "") or self.name_en


_names = {}


def names():
    """``{iso2: name}`` in the language of the reader, in order of the names; read once per process and language,
    because the table changes only with a release."""
    language = get_language() or "en"
    if not _names.get(language):
        found = {country.iso2: country.name for country in Country.objects.all()}
        _names[language] = dict(sorted(found.items(), key=lambda item: _order(item[1])))
    return _names[language]


def _order(name):
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold() or name


def choices():
    """Countries for a choice: pairs of code and name."""
    return list(names().items())


def name_of(iso2):
    """The name of one country; empty for none."""
    return names().get(iso2, "") if iso2 else ""
