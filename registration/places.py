"""To which Forum the records of this app belong, for the desk (see ``sight``)."""

from imrf_portal.sight import belongs

belongs("registration.representative", "accreditation__forum")
belongs("registration.guardianform", "representative__accreditation__forum")
belongs("registration.feedkey", "accreditation__forum")
belongs("registration.letter", "representative__accreditation__forum")
belongs("registration.registration", "forum_session__forum")
belongs("registration.speakingrequest", "forum_session__forum")
belongs("registration.allocation", "forum_session__forum")
belongs("registration.changenotice", "registration__forum_session__forum")
belongs("registration.checkin", "registration__forum_session__forum")
belongs("registration.seatrule", "forum")
belongs("registration.passexport", "forum")
