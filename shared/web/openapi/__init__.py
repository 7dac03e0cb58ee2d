"""The OpenAPI document as a service truly answers, and a page that shows it."""
