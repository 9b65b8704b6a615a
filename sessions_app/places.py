"""To which Forum the records of this app belong, for the desk (see ``sight``)."""

from imrf_portal.sight import belongs

belongs("sessions_app.forumsession", "forum")
belongs("sessions_app.sessionchange", "forum_session__forum")
belongs("sessions_app.objective")
