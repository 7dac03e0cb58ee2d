"""Run the notifier."""

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.serve import start

if __name__ == "__main__":
    start(Settings, build_app)
