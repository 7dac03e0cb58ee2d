"""What is stored of an app's settings beside the app: their versions."""
