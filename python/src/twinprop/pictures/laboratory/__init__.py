"""The laboratory: the page of the lesson on which both languages run in the browser."""
