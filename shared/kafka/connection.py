"""How every Kafka client of ours connects."""

import ssl
from typing import Any

from shared.settings import KafkaSettings


def connection(settings: KafkaSettings) -> dict[str, Any]:
    """Return aiokafka's connection arguments for *settings*."""
    secure = settings.security_protocol in {"SSL", "SASL_SSL"}
    return {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
        "ssl_context": ssl.create_default_context(cafile=settings.ca_file or None)
        if secure
        else None,
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.username or None,
        "sasl_plain_password": settings.password or None,
    }
