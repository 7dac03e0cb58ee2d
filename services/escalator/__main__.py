"""Run the escalator."""

from services.escalator.app import build_app
from services.escalator.settings import Settings
from shared.serve import start

if __name__ == "__main__":
    start(Settings, build_app)
