"""The OpenAPI document: what the contract says of each call, written for those who call it."""
