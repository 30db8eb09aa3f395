"""The platform on one machine, and a day played on it. A client like any other: gRPC alone."""
