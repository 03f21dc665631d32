"""Messages of the command line."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "cli.input_unreadable": Template(mark("The text on the input cannot be read."), mark("It must be UTF-8.")),
    "cli.batch_unreadable": Template(mark("{path} cannot be read."), mark("Check its name; it must be UTF-8.")),
    "cli.batch_line": Template(
        mark("Line {line} of {path} is not a query."), mark('Each line is a JSON object with "_id" and "text".')
    ),
    "cli.indexing_ended": Template(
        mark("Findling was quit before everything that you named was indexed."), mark("Run this command again.")
    ),
    "cli.indexing_paused": Template(
        mark("Findling is running, and its indexing is paused; what you named is indexed once it goes on."),
        mark("Resume indexing in its window."),
    ),
    "cli.library_not_open": Template(
        mark("No Findling has this library open, so its engine is not running."), mark("Try again.")
    ),
    "desktop.no_bus": Template(
        mark("There is no session bus of the desktop here. {detail}"),
        mark("The desktop starts this command by itself."),
    ),
    "link.unknown": Template(
        mark("{link} is no link that Findling knows."),
        mark("Such a link begins with findling://open and has a full path."),
    ),
    "api.no_path": Template(mark("{path} is not the full path of a file."), mark("It begins with /.")),
    "mcp.no_socket": Template(mark("No socket can be made at {path}. {detail}")),
    "remote.incomplete": Template(
        mark("The address {address} alone is not enough to answer other computers."),
        mark("Give ADDRESS:PORT, --certificate and --key, and either --token-file, or --users, --issuer or both."),
    ),
    "remote.cannot_listen": Template(mark("Findling cannot listen on {host}, port {port:d}. {detail}")),
    "remote.no_certificate": Template(mark("The certificate {certificate} and its key {key} cannot be used.")),
    "remote.token_readable": Template(
        mark("{path} can be read by other users."), mark("To close it: chmod 600 {path}")
    ),
    "remote.token_short": Template(
        mark("The token in {path} is too short."), mark("Use at least {length:d} characters.")
    ),
    "remote.token_unreadable": Template(mark("{path} cannot be read or made.")),
    "remote.users_unreadable": Template(mark("{path} cannot be read or made.")),
    "remote.users_line": Template(
        mark("Line {line:d} of {path} is not a user name and the hash of a token."),
        mark("Use findling serve --add-user NAME to add users."),
    ),
    "remote.no_users_file": Template(mark("No file is given for the tokens of users."), mark("Add --users FILE.")),
    "remote.issuer": Template(
        mark("The sign-in service {issuer} cannot be used."),
        mark("Give its https address, and --client-id with the name that it knows Findling by."),
    ),
    "rights.no_person": Template(mark("This computer has no user named {name}.")),
    "mcp.not_allowed": Template(mark("{path} is in no folder that was allowed.")),
    "api.no_text": Template(mark("{path} has no text in this library."), mark("Ask why it is not found.")),
    "api.no_page": Template(mark("{path} has no page {page:d}."), mark("It has {pages:d} pages.")),
    "api.no_pages": Template(
        mark("{path} has no pages that can be drawn."), mark("Only PDFs and pictures have pages.")
    ),
    "api.setting": Template(mark("{value} is not allowed for the setting {name}.")),
    "cli.no_larger_model": Template(
        mark("The library's model comes with Findling, and no larger one fits on a graphics card of this machine."),
        mark("Name one of {models} to download it anyway."),
    ),
}
