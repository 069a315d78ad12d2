"""The only HTTP: quota, pace, the call itself, and asking again after trouble."""
