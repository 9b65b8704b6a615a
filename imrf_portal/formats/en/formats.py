"""English: the month in letters, 24 hours, and the zone always (UTC there, for Django does not know the Forum's)."""

DATE_FORMAT = "D j M Y"
DATETIME_FORMAT = "D j M Y, H:i T"
