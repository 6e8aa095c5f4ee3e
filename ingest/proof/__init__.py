"""Proof: receipts and attempt certificates, signed, in every form, and checked again."""
