"""The page of a study: its cases side by side, and how results respond to what was varied."""
