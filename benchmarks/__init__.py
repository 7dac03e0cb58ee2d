"""Performance: one file a question, ratios taken within one run."""

import services.resolver  # noqa: F401 - numpy then takes one thread, as in the service
