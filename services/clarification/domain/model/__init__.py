"""The kinds of case of this service: `clarification`, `accusation`, `subject`."""
