"""gRPC: one explicit chain from bytes to handler and back, the same for every method."""
