"""Run the resolver."""

from services.resolver.app import build_app
from services.resolver.settings import Settings
from shared.serve import start

if __name__ == "__main__":
    start(Settings, build_app)
