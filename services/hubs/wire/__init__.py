"""Domain ↔ protobuf: requests, responses, and the events that hubs tells and reads."""
