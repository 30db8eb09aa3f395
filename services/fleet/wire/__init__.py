"""Domain to protobuf and back: requests, replies and events. Decides nothing."""
