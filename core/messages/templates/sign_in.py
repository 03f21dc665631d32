"""Messages of the sign-in to a library on another computer."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "sign_in.unreachable": Template(
        mark("The sign-in service {issuer} does not answer."), mark("Check the network and try again.")
    ),
    "sign_in.not_a_provider": Template(
        mark("{issuer} does not answer as a sign-in service does."),
        mark("Ask whoever runs the library to check its address."),
    ),
    "sign_in.no_provider": Template(
        mark("The server does not say where to sign in."), mark("Ask whoever runs the library for a token.")
    ),
    "sign_in.insecure": Template(
        mark("{address} is not an https address, so others could read the sign-in on the way."),
        mark("Ask whoever runs the library to check its address."),
    ),
    "sign_in.declined": Template(mark("You are not signed in: the sign-in at {issuer} was declined.")),
    "sign_in.refused": Template(
        mark("The sign-in service {issuer} refuses: {reason}"),
        mark("Ask whoever runs the library to check its settings."),
    ),
    "sign_in.no_codes": Template(mark("{issuer} does not sign in by a code."), mark("Sign in with the browser.")),
    "sign_in.no_token": Template(
        mark("The sign-in service {issuer} gives a token that cannot be used."),
        mark("Ask whoever runs the library to check its settings and the clock of this computer."),
    ),
    "sign_in.too_late": Template(mark("Nobody has signed in within the time limit."), mark("Try again.")),
    "sign_in.cancelled": Template(mark("The sign-in was cancelled.")),
    "bearer.missing": Template(mark("The token is missing or wrong.")),
    "bearer.invalid": Template(mark("The token is missing or wrong."), mark("Sign in again.")),
    "bearer.expired": Template(mark("Your sign-in has ended."), mark("Sign in again.")),
    "bearer.no_claim": Template(
        mark("The sign-in does not say which user of this computer you are: {claim} is missing or not confirmed."),
        mark("Ask whoever runs the library to check its settings."),
    ),
    "rights.system_account": Template(
        mark("The user {name} belongs to the system and cannot sign in."),
        mark("Ask whoever runs the library for a user of your own."),
    ),
    "sign_in.again": Template(mark("Your sign-in at {issuer} has ended."), mark("Sign in again.")),
}
