"""Index of the models of this app."""

from .programme import ForumSession, Objective, SessionChange, SessionPerson

__all__ = ["ForumSession", "Objective", "SessionChange", "SessionPerson"]
