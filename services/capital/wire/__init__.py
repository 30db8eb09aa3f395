"""Capital's values as protobuf, and back. Decides nothing."""
