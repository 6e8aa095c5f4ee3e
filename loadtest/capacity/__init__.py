"""The highest load that still meets every objective on this machine, and what holds it back."""
