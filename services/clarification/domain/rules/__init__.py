"""The rules of the rule book as functions: `require_…` refuses, the others answer."""
