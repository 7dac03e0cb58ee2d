"""Run analytics."""

from services.analytics.app import build_app
from services.analytics.settings import Settings
from shared.serve import start

if __name__ == "__main__":
    start(Settings, build_app)
