"""Messages with attachments, and mailboxes (mbox) of them."""

from __future__ import annotations

from email.message import EmailMessage


def letter(
    subject: str = "Grüße", text: str = "The foghorn is repaired.\n", *, html: str = "", **fields: str
) -> EmailMessage:
    """A message from Ann to Bob of the sixth of May 2024, unless `fields` say otherwise."""
    made = EmailMessage()
    named = {"From": "Ann Keeper <ann@lighthouse.example>", "To": "bob@example.org"}
    named |= {"Date": "Mon, 06 May 2024 10:00:00 +0200", "Subject": subject}
    for name, value in (named | fields).items():
        made[name] = value
    made.set_content(text, charset="utf-8", cte="base64")
    if html:
        made.add_alternative(html, subtype="html")
    return made


def attach(made: EmailMessage, name: str, data: bytes) -> EmailMessage:
    """The message with a file attached to it."""
    made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made


def mailbox_of(*messages: EmailMessage | bytes) -> bytes:
    """A mailbox as Thunderbird writes it."""
    wholes = [message if isinstance(message, bytes) else message.as_bytes() for message in messages]
    return b"".join(b"From - Mon May 06 10:00:00 2024\n" + whole.rstrip(b"\n") + b"\n\n" for whole in wholes)
