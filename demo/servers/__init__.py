"""Real servers on loopback for the demo and the tests: PostgreSQL 18 and Kafka 4.3."""
