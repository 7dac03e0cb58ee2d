"""Conversation events in; replies, resolved and unresolved requests out."""

import os

# Here, for it must stand before numpy is imported: its matrices are small, one thread
# matches them, and the event loop needs the other core.
for _library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_library, "1")

# Nor may a library report on the people who run this: onnxruntime would, over the
# network, from the moment that it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
