"""The command line: arguments, commands, and the reports that they print."""
