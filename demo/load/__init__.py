"""Takes a scenario to the services: one gRPC call after another, each by someone who may."""
