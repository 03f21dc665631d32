"""Mail: messages, mailboxes, saved web pages, and what is attached to them."""
