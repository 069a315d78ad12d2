"""The commands: one file per verb, and what several of them share."""
