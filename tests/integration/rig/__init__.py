"""The servers that the integration tests and the bench run against, and what they are asked."""
