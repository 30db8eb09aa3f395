"""What capital knows and decides, from envelopes to plans. No clock, no I/O, no protobuf."""
