"""The benefit: form, checks, months due and amounts, versioned by year."""
