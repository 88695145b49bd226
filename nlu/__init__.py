"""Understanding: a text in, a reading out. Knows nothing of the bot."""

from nlu.contract import INTENTS, LANGUAGES, Intent, Risk
from nlu.engine import Engine
from nlu.rasa import RasaClient
from nlu.reader import Reader
from nlu.reading import Action, Certainty, Ranked, Reading

__all__ = ["INTENTS", "LANGUAGES", "Action", "Certainty", "Engine", "Intent", "Ranked", "RasaClient", "Reader", "Reading", "Risk"]
