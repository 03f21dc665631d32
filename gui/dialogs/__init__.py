"""The dialogs: settings, problems, doctor and explanation of a file."""
