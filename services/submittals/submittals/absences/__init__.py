"""Open absences: extended while they last, closed when the person is back, and chased until then."""
