"""What happens to a report, its clarification case, its accusation case and its subject."""
