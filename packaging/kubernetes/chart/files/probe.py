"""Asks `findling serve` over TLS without a token: that it refuses is an answer."""

import http.client
import ssl
import sys

SECONDS = 8.0


def main(port: str) -> int:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is this pod, whatever its name
    connection = http.client.HTTPSConnection("127.0.0.1", int(port), timeout=SECONDS, context=context)
    try:
        connection.request("GET", "/v1/ping")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(error)
        return 1
    finally:
        connection.close()
    return 0 if status == 401 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
