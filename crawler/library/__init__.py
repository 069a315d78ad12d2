"""The crawl for those who write Python: what `import crawler` offers, and what the commands run.

It reads no environment and no command line, installs no signal handler and prints nothing.
"""
