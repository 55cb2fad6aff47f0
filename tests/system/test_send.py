# SPDX-License-Identifier: ISC
#
# test_send.py - the program `send` against real receivers on loopback: what it says became of the
# mail must be what became of it, whatever the relay does.

import email
import email.policy
import os
import select
import signal
import socket
import ssl
import subprocess
import threading
import time
import warnings
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

ROOT = Path(__file__).resolve().parents[2]
SEND = ROOT / os.environ.get("BUILD", "build") / "libexec" / "send"
RESULT_FD = 3
PASSWORD = "correct horse=battery"

MESSAGE = (
    "From: watchdogd <wd@example.org>\r\n"
    "To: <staff@example.org>\r\n"
    "Subject: flood\r\n"
    "Date: Wed, 03 Jun 2026 14:05:09 +0900\r\n"
    "Message-ID: <incident-1.opened@mx1>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "first=20\r\n"
    ".a line with a dot\r\n"
    ".\r\n"
    "..two\r\n"
    "=C3=BC last\r\n"
)


class Receiver:
    """Takes mail; replies as it was told to."""

    def __init__(self, rcpt="250 OK", data="250 queued as 42"):
        self.rcpt, self.data = rcpt, data
        self.mails, self.logins = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content,
                           session.ssl is not None))
        return self.data

    def authenticate(self, server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        self.logins.append((mechanism, data.login, data.password))
        good = data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def serve():
    running = []

    def start(receiver, **options):
        controller = Controller(receiver, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        running.append(controller)
        return controller.port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def script():
    """A server that runs script(connection) for each connection."""
    opened = []

    def start(play):
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)

        def loop():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                opened.append(connection)
                try:
                    play(connection)
                except OSError:
                    pass  # the client has gone, which is its right

        threading.Thread(target=loop, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    for s in opened:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        s.close()


def read_line(connection):
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise OSError("closed")
        line += byte
    return line


class Run:
    def __init__(self, status, result, seconds):
        self.status, self.result, self.seconds = status, result, seconds


def begin(port, message=MESSAGE, **head):
    head = {"relay": "127.0.0.1", "port": port, "tls": "none", "from": "wd@example.org",
            "to": "staff@example.org", "timeout": 10, **head}
    job = "".join(f"{key}={value}\n" for key, value in head.items()
                  if value is not None) + "\n" + message
    reader, writer = os.pipe()
    try:
        process = subprocess.Popen(
            [SEND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=[RESULT_FD], preexec_fn=lambda: os.dup2(writer, RESULT_FD))
    finally:
        os.close(writer)
    process.stdin.write(job.encode())
    process.stdin.close()
    process.stdin = None
    return process, reader


def finish(process, reader, started):
    output, errors = process.communicate(timeout=60)
    with os.fdopen(reader, "rb") as pipe:
        result = pipe.read().decode(errors="backslashreplace")
    seconds = time.monotonic() - started
    assert result == output.decode(errors="backslashreplace"), "both hear the same"
    assert result.count("\n") <= 1
    assert PASSWORD not in result and PASSWORD not in errors.decode(errors="backslashreplace")
    return Run(process.returncode, result, seconds)


def send(port, message=MESSAGE, **head):
    started = time.monotonic()
    process, reader = begin(port, message, **head)
    return finish(process, reader, started)


# ---- without TLS ----


def test_mail_arrives_as_it_was_written(serve):
    receiver = Receiver()
    run = send(serve(receiver))
    assert (run.status, run.result) == (0, "250 queued as 42\n")
    [(sender, recipients, content, encrypted)] = receiver.mails
    assert sender == "wd@example.org" and recipients == ["staff@example.org"]
    assert content == MESSAGE.encode()
    assert not encrypted
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail.get_content().splitlines()[-1] == "\u00fc last"


def test_mail_without_a_return_path_has_the_null_sender(serve):
    receiver = Receiver()
    assert send(serve(receiver), **{"from": None}).status == 0
    [(sender, recipients, content, _)] = receiver.mails
    assert sender == "<>" and recipients == ["staff@example.org"]
    assert content == MESSAGE.encode()


def test_large_mail_arrives_whole(serve):
    receiver = Receiver()
    message = MESSAGE + "".join(f"{i:06d} {'x' * 60}\r\n" for i in range(4000))
    assert send(serve(receiver), message).status == 0
    assert receiver.mails[0][2] == message.encode()


@pytest.mark.parametrize("replies, status, result", [
    ({"rcpt": "450 4.2.0 greylisted, come back"}, 75,
     "450 RCPT: 4.2.0 greylisted, come back\n"),
    ({"rcpt": "550 5.1.1 no such user"}, 65, "550 RCPT: 5.1.1 no such user\n"),
    ({"data": "451 4.3.0 disk full"}, 75, "451 DATA: 4.3.0 disk full\n"),
    ({"data": "554 5.7.1 looks like spam"}, 65, "554 DATA: 5.7.1 looks like spam\n"),
])
def test_replies_are_handed_on(serve, replies, status, result):
    run = send(serve(Receiver(**replies)))
    assert run.status == status
    code, _, words = run.result.partition(" ")
    wanted_code, _, wanted = result.partition(" ")
    assert code == wanted_code
    # the enhanced code may be split off the text by libesmtp
    assert words.split(": ")[0] == wanted.split(": ")[0]
    assert words.rstrip().endswith(wanted.rstrip().split(" ", 2)[2])


def test_nobody_listens():
    port = free_port()
    run = send(port)
    assert run.status == 75
    assert run.result == f"451 127.0.0.1:{port} after connecting: Connection refused\n"


def test_greeting_that_refuses(script):
    port = script(lambda c: (c.sendall(b"554 5.3.2 not you\r\n"), c.close()))
    run = send(port)
    assert run.status == 75 and run.result.startswith("451 ")
    assert "554 5.3.2 not you" in run.result


@pytest.mark.parametrize("words, status, result", [
    (b"", 75, "after connecting: no reply in time, or the connection was closed\n"),
    (b"220 half a line", -signal.SIGALRM, ""),  # libesmtp waits anew for each piece of a line
])
def test_relay_that_says_nothing(script, words, status, result):
    held = threading.Event()

    def play(connection):
        connection.sendall(words)
        held.wait(30)

    try:
        run = send(script(play), timeout=2)
    finally:
        held.set()
    assert run.status == status and run.result.endswith(result)
    assert run.result == "" or run.result.startswith("451 127.0.0.1:")
    assert 1.5 < run.seconds < 5


def test_relay_that_drops_our_packets():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = []
        try:
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
                fillers.append(filler)
            run = send(listener.getsockname()[1], timeout=2)
        finally:
            for filler in fillers:
                filler.close()
    # connect() has no other limit
    assert run.status == -signal.SIGALRM and run.result == ""
    assert 1.5 < run.seconds < 5


def converse(connection, until):
    """A polite relay up to the command `until`, which it leaves to the caller."""
    connection.sendall(b"220 relay\r\n")
    while True:
        line = read_line(connection)
        verb = line.split()[0].upper()
        if verb == until:
            return
        connection.sendall(b"354 go\r\n" if verb == b"DATA" else b"250 ok\r\n")
        if verb == b"DATA":
            while read_line(connection) != b".\r\n":
                pass
            if until == b".":
                return
            connection.sendall(b"250 mine now\r\n")


def test_relay_that_closes_in_data(script):
    def play(connection):
        converse(connection, b"DATA")
        connection.sendall(b"354 go\r\n")
        read_line(connection)
        connection.close()

    run = send(script(play))
    assert run.status == 75 and run.result.startswith("451 ")


def test_relay_that_closes_before_its_verdict(script):
    def play(connection):
        converse(connection, b".")
        connection.close()

    run = send(script(play))
    assert run.status == 75 and run.result.startswith("451 ")


def test_result_is_told_before_quit(script):
    held = threading.Event()

    def play(connection):
        converse(connection, b"QUIT")
        held.wait(30)

    started = time.monotonic()
    process, reader = begin(script(play), timeout=5)
    try:
        assert select.select([reader], [], [], 3)[0], "the result waits for QUIT"
        assert process.poll() is None
    finally:
        held.set()
    run = finish(process, reader, started)
    assert run.result == "250 mine now\n"


def test_reply_cannot_forge_a_second_line(script):
    def play(connection):
        converse(connection, b"RCPT")
        connection.sendall(b"550-no\x1b[31m\r\n550 250 sent\r\n")
        while read_line(connection):
            connection.sendall(b"250 ok\r\n")

    run = send(script(play))
    assert run.status == 65 and run.result.startswith("550 ")
    assert all(byte >= " " for byte in run.result.rstrip("\n"))


# ---- jobs ----


@pytest.mark.parametrize("head, words", [
    ({"relay": "[::1]"}, "IPv6 literals are not supported by libesmtp, use a name"),
    ({"to": "ok@x>\rRCPT TO:<evil@x"}, "control character"),
    ({"to": "ok@x> <evil@x"}, "to is no address that SMTP can carry"),
    ({"user": "wd", "password": PASSWORD}, "tls=required only"),
])
def test_jobs_that_are_refused(serve, head, words):
    receiver = Receiver()
    run = send(serve(receiver), **head)
    assert run.status == 75 and run.result.startswith("451 ") and words in run.result
    assert receiver.mails == []


# ---- TLS ----


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A CA and what it signed: a certificate for localhost and 127.0.0.1, one for another name."""
    directory = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test CA", "-days", "2")
    for name, names in {"good": "DNS:localhost,IP:127.0.0.1", "other": "DNS:other.example"}.items():
        (directory / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=relay")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "stranger.key", "-out", "stranger.pem", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2")
    return directory


def context(certificates, name, maximum=None):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    if maximum is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            ctx.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            ctx.maximum_version = maximum
        ctx.set_ciphers("ALL:@SECLEVEL=0")
    return ctx


@pytest.mark.parametrize("relay", ["localhost", "127.0.0.1"])
def test_tls_required(serve, certificates, relay):
    receiver, asked = Receiver(), []
    ctx = context(certificates, "good")
    ctx.sni_callback = lambda connection, name, c: asked.append(name)
    run = send(serve(receiver, tls_context=ctx), relay=relay, tls="required",
               ca=certificates / "ca.pem")
    assert (run.status, run.result) == (0, "250 queued as 42\n")
    assert receiver.mails[0][2:] == (MESSAGE.encode(), True)
    assert asked == (["localhost"] if relay == "localhost" else [None])


def test_session_tickets_do_not_stall(serve, certificates):
    # Without taking TLS 1.3 tickets in time, about one run in ten waits for its time-out.
    receiver = Receiver()
    port = serve(receiver, tls_context=context(certificates, "good"))
    for _ in range(30):
        run = send(port, tls="required", ca=certificates / "ca.pem", timeout=5)
        assert run.status == 0 and run.seconds < 3
    assert len(receiver.mails) == 30


@pytest.mark.parametrize("name, words", [
    ("stranger", "self-signed certificate"),
    ("other", "hostname mismatch"),
])
def test_certificates_that_are_refused(serve, certificates, name, words):
    receiver = Receiver()
    run = send(serve(receiver, tls_context=context(certificates, name)), relay="localhost",
               tls="required", ca=certificates / "ca.pem")
    assert run.status == 75 and run.result.startswith("451 ") and words in run.result
    assert receiver.mails == []


def test_old_tls_is_refused(serve, certificates):
    receiver = Receiver()
    ctx = context(certificates, "good", ssl.TLSVersion.TLSv1_1)
    run = send(serve(receiver, tls_context=ctx), relay="localhost", tls="required",
               ca=certificates / "ca.pem")
    assert run.status == 75 and "TLS" in run.result
    assert receiver.mails == []


def test_tls_required_and_not_offered(serve, certificates):
    receiver = Receiver()
    run = send(serve(receiver), tls="required", ca=certificates / "ca.pem")
    assert run.status == 75 and "offers no STARTTLS" in run.result
    assert receiver.mails == []


def test_ca_file_that_is_missing(serve, certificates):
    run = send(serve(Receiver()), tls="required", ca=certificates / "absent.pem")
    assert run.status == 75
    assert run.result.startswith(f"451 CA certificates {certificates}/absent.pem: ")


@pytest.mark.parametrize("name", ["good", "stranger", "other", None])
def test_tls_opportunistic(serve, certificates, name):
    receiver = Receiver()
    ctx = context(certificates, name) if name is not None else None
    run = send(serve(receiver, tls_context=ctx), tls="opportunistic")
    assert (run.status, run.result) == (0, "250 queued as 42\n")
    assert receiver.mails[0][3] == (name is not None)


# ---- AUTH ----


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_login(serve, certificates, mechanism):
    receiver = Receiver()
    port = serve(receiver, tls_context=context(certificates, "good"), auth_required=True,
                 authenticator=receiver.authenticate,
                 auth_exclude_mechanism=["LOGIN" if mechanism == "PLAIN" else "PLAIN"])
    run = send(port, tls="required", ca=certificates / "ca.pem", user="wd", password=PASSWORD)
    assert (run.status, run.result) == (0, "250 queued as 42\n")
    assert receiver.logins == [(mechanism, b"wd", PASSWORD.encode())]


def test_login_that_is_refused(serve, certificates):
    receiver = Receiver()
    port = serve(receiver, tls_context=context(certificates, "good"), auth_required=True,
                 authenticator=receiver.authenticate)
    run = send(port, tls="required", ca=certificates / "ca.pem", user="wd", password="wrong-word")
    assert run.status == 75 and run.result.startswith("451 ")
    assert "login refused: 535" in run.result and "wrong-word" not in run.result
    assert receiver.mails == []


def test_login_that_is_missing(serve, certificates):
    receiver = Receiver()
    port = serve(receiver, tls_context=context(certificates, "good"), auth_required=True,
                 authenticator=receiver.authenticate)
    run = send(port, tls="required", ca=certificates / "ca.pem")
    assert run.status == 75 and "the relay wants a login: 530" in run.result


# ---- as the service runs it ----


def test_result_pipe_without_reader(serve):
    # The engine was killed: the mail goes out, and alert still hears of it.
    receiver = Receiver()
    process, reader = begin(serve(receiver))
    os.close(reader)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, b"250 queued as 42\n")
    assert len(receiver.mails) == 1
