"""What persons want done, and what reactions and deadlines record, open or remind of."""
