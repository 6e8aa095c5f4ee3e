"""The counter: takes sections and submissions, and answers with receipts."""
