"""The whole way of a person's records, of one record or of a file, from what somebody typed into the search box."""

from esr_gateway.timeline.looking import MOST, PersonFound, Timeline, timeline
from esr_gateway.timeline.story import Step, Story

__all__ = ["MOST", "PersonFound", "Step", "Story", "Timeline", "timeline"]
