"""The mail catcher, over a real SMTP conversation."""

import json
import smtplib
import sys
import time
from datetime import datetime

import pytest

from handrail.stack import processes
from handrail.stack.mail import LARGEST

MESSAGE = b"Subject: Upload fails\r\n\r\n.a line that begins with a dot\r\n\xc3\xa9\r\n"


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.faults = folder.parent / "faults.json"
        self.log = folder.parent / "mail.log"
        self.start()

    def start(self):
        self.port = processes.free_port()
        module = [sys.executable, "-m", "handrail.stack.mail"]
        places = ["--dir", str(self.folder), "--faults", str(self.faults)]
        command = [*module, "--port", str(self.port), *places]
        self.process = processes.spawn(command, log=self.log)
        processes.wait_until(
            lambda: processes.is_listening(self.port),
            what="mail",
            process=self.process,
            log=self.log,
        )

    def send(self, *recipients, message=MESSAGE, **options):
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            return client.sendmail("from@acme.test", recipients, message, **options)

    def kept(self):
        return sorted(p.name for p in self.folder.iterdir())


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "mail")
    yield server
    processes.stop(server.process)


def test_a_message_is_kept_byte_for_byte_with_its_envelope(server):
    server.send("team@acme.test", "ana@acme.test")

    facts = json.loads((server.folder / "000001.json").read_text())
    assert (server.folder / "000001.eml").read_bytes() == MESSAGE
    assert facts["mail_from"] == "from@acme.test"
    assert facts["rcpt_to"] == ["team@acme.test", "ana@acme.test"]
    assert datetime.fromisoformat(facts["accepted_at"]).utcoffset().seconds == 0


def test_numbers_go_on_after_a_crash(server):
    server.send("team@acme.test")
    server.process.kill()
    server.process.wait()
    server.start()
    server.send("team@acme.test")

    assert server.kept() == ["000001.eml", "000001.json", "000002.eml", "000002.json"]


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        pytest.param("tempfail-4xx@x.test", 451, id="temporary"),
        pytest.param("tempfail-421@x.test", 421, id="temporary-chosen"),
        pytest.param("refuse-5xx@x.test", 550, id="permanent"),
        pytest.param("refuse-553+tag@x.test", 553, id="tagged"),
    ],
)
def test_a_recipient_can_ask_to_be_refused(server, recipient, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.send(recipient)

    assert refused.value.recipients[recipient][0] == code
    assert server.kept() == []


def test_a_message_can_be_refused_after_its_data(server):
    with pytest.raises(smtplib.SMTPDataError) as refused:
        server.send("baddata-554@x.test")

    assert refused.value.smtp_code == 554
    assert server.kept() == []


def test_greylisting_ends(server):
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.send("greylist-2@x.test")
    server.send("greylist-2@x.test")

    assert server.kept() == ["000001.eml", "000001.json"]


def test_a_slow_recipient_is_slow(server):
    begun = time.monotonic()
    server.send("slow-1s@x.test")

    assert time.monotonic() - begun >= 1


def test_a_connection_can_vanish_after_the_message_was_kept(server):
    with pytest.raises(smtplib.SMTPServerDisconnected):
        server.send("vanish@x.test")

    assert server.kept() == ["000001.eml", "000001.json"]


def test_the_faults_file_refuses_everybody_while_it_exists(server):
    server.faults.write_text('{"reply": "451 4.3.2 try later"}')
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        server.send("team@acme.test")
    server.faults.unlink()
    server.send("team@acme.test")

    assert server.kept() == ["000001.eml", "000001.json"]


def test_addresses_may_be_in_any_alphabet(server):
    server.send("équipe@acme.test", mail_options=["SMTPUTF8"])

    facts = json.loads((server.folder / "000001.json").read_text())
    assert facts["rcpt_to"] == ["équipe@acme.test"]


def test_a_message_over_the_announced_size_is_refused(server):
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        client.ehlo()
        announced = int(client.esmtp_features["size"])
        code, _ = client.mail("a@x.test", [f"size={LARGEST + 1}"])

    assert announced == LARGEST
    assert code == 552
