"""What the user searched for and opened, and saved searches: small private files in the library."""
