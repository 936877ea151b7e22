"""Central Reporting: a small, complete consumer of the topics that answers an organisation's questions.

It knows the bus and the event contracts and nothing else of the hub; no service knows of it.
"""
