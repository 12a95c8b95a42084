"""What is remembered of a report, an accusation and a subject: the facts in force, and where each case stands."""
