"""What the programs setup, reports, lab and test share. Nothing outside the standard library until .venv exists."""
