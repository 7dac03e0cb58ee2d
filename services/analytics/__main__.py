"""Run analytics."""

from services.analytics.app import build_app
from services.analytics.settings import Settings
from shared.serve import run

if __name__ == "__main__":
    settings = Settings()
    run(build_app(settings), host=settings.http_host, port=settings.http_port)
