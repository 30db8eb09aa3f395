"""What a vehicle is, what may be done with it and when it is due. No clock, no I/O, no protobuf."""
