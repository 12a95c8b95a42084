"""The three kinds of case of revisit education, and the roll of who is enrolled."""

from services.revisit.domain.model.campaign import CAMPAIGN, ROLL
from services.revisit.domain.model.case import REVISIT
from services.revisit.domain.model.person import PERSON

MODELS = (PERSON, REVISIT, CAMPAIGN, ROLL)

__all__ = ["CAMPAIGN", "MODELS", "PERSON", "REVISIT", "ROLL"]
