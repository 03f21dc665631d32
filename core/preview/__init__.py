"""Pictures of pages: a document is opened, drawn and measured in a confined process, one page at a time."""
