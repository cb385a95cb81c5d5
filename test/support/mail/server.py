"""SMTP server for tests: server.py PORT MODE USER PASSWORD CERT KEY. Each mail taken is a JSON line on stdout.

MODE is starttls (required), tls (from the first byte on) or none. Control on stdin: `stall` takes mail and does not
answer any more, `refuse` answers 451, `take` is ordinary again.
"""
import asyncio
import json
import logging
import ssl
import sys
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, mode, user, password, cert, key = sys.argv[1:7]
behaviour = "take"
logging.getLogger("mail.log").setLevel(logging.ERROR)


class Taker:
    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=default)
        if behaviour == "refuse":
            return "451 try again later"
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "text": mail.get_body(("plain",)).get_content(),
        }), flush=True)
        if behaviour == "stall":
            await asyncio.sleep(3600)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == user.encode() and data.password == password.encode()
    return AuthResult(success=right, handled=False, auth_data=data)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
authentication = dict(authenticator=authenticate, auth_required=True) if user else {}
controller = Controller(
    Taker(), hostname="127.0.0.1", port=int(port),
    ssl_context=context if mode == "tls" else None,
    tls_context=context if mode == "starttls" else None,
    require_starttls=mode == "starttls",
    # The library does not count implicit TLS as TLS.
    auth_require_tls=mode == "starttls", **authentication,
)
controller.start()
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    behaviour = line.strip()
controller.stop(no_assert=True)
