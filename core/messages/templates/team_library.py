"""Messages of team libraries."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "team.unreachable": Template(
        mark("The team library “{name}” cannot be reached ({reason})."),
        mark("Check the network, or ask whoever runs it."),
    ),
    "team.slow": Template(
        mark("The team library “{name}” did not answer within {seconds:duration}."), mark("Try again later.")
    ),
    "team.unauthorized": Template(
        mark("The team library “{name}” does not accept your token."), mark("Sign in again, or ask for a new token.")
    ),
    "team.signed_out": Template(mark("Your sign-in to the team library “{name}” has ended."), mark("Sign in again.")),
    "team.no_sign_in": Template(mark("You cannot sign in to the team library “{name}” now: {sentence}")),
    "team.only_tokens": Template(
        mark("The team library “{name}” has no sign-in in the browser."),
        mark("Enter the token that you were given for it."),
    ),
    "team.untrusted": Template(
        mark("The certificate of the team library “{name}” is not trusted ({reason})."),
        mark("Choose its certificate file, or compare its fingerprint with what whoever runs it tells you."),
    ),
    "team.changed": Template(
        mark("The team library “{name}” has another certificate than the one you trusted."),
        mark("Ask whoever runs it before you trust the new one."),
    ),
    "team.certificate_unreadable": Template(
        mark("The file {path} holds no certificate that can be read."), mark("Choose a file in the PEM format.")
    ),
    "team.other_version": Template(
        mark("The team library “{name}” runs Findling {version}, whose answers Findling {own} cannot read."),
        mark("Use the same version on both computers."),
    ),
    "team.no_library": Template(mark("What answers at {address} is no team library."), mark("Check the address.")),
    "team.refused": Template(mark("The team library “{name}” says: {sentence}")),
    "team.bad_address": Template(
        mark("“{address}” is not the address of a team library."),
        mark("Use an address such as https://files.example.org:8443."),
    ),
    "team.bad_token": Template(mark("This is no token."), mark("Copy it again, without spaces or line breaks.")),
    "team.not_saved": Template(mark("{path} cannot be changed."), mark("Check the permissions and the free space.")),
}
