"""`python -m handrail.cli`: the command where the project is not installed."""

from handrail.cli import app

app(prog_name="handrail")
