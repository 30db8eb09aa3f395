"""The fleet over gRPC. Parses, calls, renders; decides nothing."""
