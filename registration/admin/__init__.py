"""The registration desk, inside Django admin: seats, people, requests, passes and the door."""

from . import desk, doors, passes, people, recognition, registrations, rules, seats, speakers

__all__ = ["desk", "doors", "passes", "people", "recognition", "registrations", "rules", "seats", "speakers"]
