"""How a make-ready hub works, in plain values. No clock, no I/O, no protobuf."""
