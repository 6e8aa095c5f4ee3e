"""The synthetic applicant: files end to end each minute, the way a mother would, and says whether it worked."""
