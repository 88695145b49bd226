"""Rasa's command line, with the server's token from the environment and without the complaints of old libraries."""

import os
import sys
import warnings

import sanic.app  # noqa: F401  (turns these complaints on)
from rasa.__main__ import main

warnings.simplefilter("ignore")
# Every account of the machine could read the token among the arguments that a process was started with.
if (token := os.environ.pop("HOMEWARD_RASA_TOKEN", "")) and "run" in sys.argv[1:2]:
    sys.argv += ["--auth-token", token]
main()
