"""What pages are made of in every room: languages, catalogue, style sheet, assets."""
