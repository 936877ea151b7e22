"""The bus on Apache Kafka: the adapter, its settings, and the topics that must be there."""

from esrlink.bus.kafka.bus import KafkaBus
from esrlink.bus.kafka.settings import KafkaSettings, servers_of

__all__ = ["KafkaBus", "KafkaSettings", "servers_of"]
