# SPDX-License-Identifier: ISC
#
# sink.py - mail servers on loopback that take or refuse what they are sent, and remember it; and a
# sender that speaks SMTP in bulk.
#
#   sink.py PORT:REPLY...   runs such servers until it is ended, REPLY being what RCPT is answered

import asyncio
import email
import email.policy
import signal
import smtplib
import sys
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from postfix import free_port

ACCEPT = "250 2.0.0 taken"
REJECT = "550 5.7.1 message refused: it carries a virus"
DEFER = "450 4.2.0 come back later"


class QuietSMTP(SMTP):
    """A peer that hangs up, or is killed, is nothing to print."""

    def connection_lost(self, error):
        super().connection_lost(None)


class QuietController(Controller):
    def factory(self):
        return QuietSMTP(self.handler, enable_SMTPUTF8=True, ident="sink")


class Sink:
    """Answers each RCPT as told; remembers what it accepted, in order, with the time."""

    def __init__(self, reply=ACCEPT, delay_s=0.0, port=None):
        self.reply, self.delay_s = reply, delay_s
        self.port = port or free_port()
        self.mails, self.refused = [], 0
        self.hangs = False  # takes whole messages and does not answer
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        else:
            self.refused += 1
        return self.reply

    async def handle_DATA(self, server, session, envelope):
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        while self.hangs:
            await asyncio.sleep(0.05)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail.raw = envelope.original_content
        mail.envelope_sender, mail.received_s = envelope.mail_from, time.time()
        mail.envelope_recipients = list(envelope.rcpt_tos)
        self.mails.append(mail)
        return ACCEPT

    def texts(self):
        """What each mail says to who reads plain text."""
        return [mail.get_body(("plain",)).get_content() for mail in self.mails]

    def subjects(self):
        return [mail["Subject"] for mail in self.mails]

    def start(self):
        self.controller = QuietController(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


def make_mail(sender, recipient, subject, body=";)"):
    return (f"From: <{sender or 'MAILER-DAEMON'}>\r\nTo: <{recipient}>\r\n"
            f"Subject: {subject}\r\n\r\n{body}\r\n")


def send(port, mails, connections=4, pause_s=0.0, body=";)"):
    """Sends (sender, recipient, subject) over several connections at once. Each must be accepted."""
    errors, todo, lock = [], list(reversed(mails)), threading.Lock()

    def work():
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as session:
                while True:
                    with lock:
                        if not todo or errors:
                            return
                        sender, recipient, subject = todo.pop()
                    session.sendmail(sender, [recipient],
                                     make_mail(sender, recipient, subject, body))
                    time.sleep(pause_s)
        except Exception as error:  # told to the caller below
            errors.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class GoodMail(threading.Thread):
    """Sends good mail all the time until it is stopped, one every so often."""

    def __init__(self, port, recipient="anna@good.example", every_s=0.25):
        super().__init__(daemon=True)
        self.port, self.recipient, self.every_s = port, recipient, every_s
        self.sent, self.error = [], None
        self.stopping = threading.Event()

    def run(self):
        number = 0
        while not self.stopping.wait(self.every_s):
            number += 1
            subject = f"good {number}"
            try:
                send(self.port, [("ben@good.example", self.recipient, subject)], 1)
            except Exception as error:  # told to whoever stops us
                self.error = error
                return
            self.sent.append(subject)

    def stop(self):
        self.stopping.set()
        if self.is_alive():
            self.join()
        if self.error is not None:
            raise self.error


def main():
    for word in sys.argv[1:]:
        port, reply = word.split(":", 1)
        Sink(reply, port=int(port)).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
