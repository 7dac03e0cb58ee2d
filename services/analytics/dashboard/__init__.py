"""The dashboard: one page that shows an app's operators where things stand."""
