"""The change feed: what became of people, links and onboarding, in an order that a reader can follow without a gap."""
