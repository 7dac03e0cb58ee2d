"""What relays of today say, word for word or nearly, and what we make of it."""

import pytest

from services.notifier.domain.outcomes import Deferred, Reason, Refused
from services.notifier.domain.smtp_replies import Stage, classify_smtp

MAIL, RCPT, DATA, CONNECT = Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CONNECT
LATER = [
    # Quotas and rates, whatever their code.
    (550, "5.4.5 Daily user sending limit exceeded.", DATA, Reason.THROTTLED),
    (550, "5.4.5 Daily SMTP relay limit exceeded for user.", RCPT, Reason.THROTTLED),
    (554, "5.7.1 rate limited", RCPT, Reason.THROTTLED),
    (554, "5.7.1 Rate limit exceeded, try again later", DATA, Reason.THROTTLED),
    (550, "5.7.1 Email quota exceeded.", DATA, Reason.THROTTLED),
    (550, ("5.2.1 The user you are trying to contact is receiving mail at a rate that\n"
     "5.2.1 prevents additional messages from being delivered."), RCPT, Reason.THROTTLED),
    (550, ("5.7.1 [192.0.2.1] Our system has detected an unusual rate of\n5.7.1 "
     "unsolicited mail originating from your IP address."), DATA, Reason.THROTTLED),
    (550, "5.7.28 Mail flood of similar messages", DATA, Reason.THROTTLED),
    (450, "4.2.1 The user you are trying to contact is receiving mail too quickly.",
     RCPT, Reason.THROTTLED),
    (454, "4.7.0 Too many login attempts, please try again later.", CONNECT,
     Reason.THROTTLED),
    (454, "Throttling failure: Maximum sending rate exceeded.", DATA, Reason.THROTTLED),
    (454, "Throttling failure: Daily message quota exceeded.", DATA, Reason.THROTTLED),
    (451, "Authentication failed: Maximum credits exceeded", DATA, Reason.THROTTLED),
    (452, "Too many recipients received this hour", RCPT, Reason.THROTTLED),
    (432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", DATA,
     Reason.THROTTLED),
    (554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", DATA,
     Reason.THROTTLED),
    (550, "5.1.90 Your message can't be sent because you've reached your daily limit",
     DATA, Reason.THROTTLED),
    (550, "5.7.705 Access denied, tenant has exceeded threshold", DATA, Reason.THROTTLED),
    (550, "5.7.232 Your message can't be sent: your trial tenant is over its limit",
     RCPT, Reason.THROTTLED),
    (554, "5.5.0 Too many messages from your host, slow down", MAIL, Reason.THROTTLED),
    (554, "5.7.1 Too many connections from your host", CONNECT, Reason.THROTTLED),
    (550, "Message limit reached for this account per hour", DATA, Reason.THROTTLED),
    # Mailboxes that are full.
    (554, "5.2.2 mailbox full", DATA, Reason.MAILBOX_FULL),
    (552, "5.2.2 The email account that you tried to reach is over quota.", RCPT,
     Reason.MAILBOX_FULL),
    (550, "5.7.1 Mailbox is full / Blocks limit exceeded", RCPT, Reason.MAILBOX_FULL),
    (552, "Requested mail action aborted: exceeded storage allocation", DATA,
     Reason.MAILBOX_FULL),
    (550, "Mailbox quota exceeded", RCPT, Reason.MAILBOX_FULL),
    (452, "4.2.2 The recipient's inbox is out of storage space.", RCPT,
     Reason.MAILBOX_FULL),
    (550, "Quota exceeded", RCPT, Reason.MAILBOX_FULL),
    # Greylisting, and servers in trouble.
    (450, "4.2.0 <team@acme.test>: Recipient address rejected: Greylisted", RCPT,
     Reason.TEMPORARY_FAILURE),
    (451, "4.7.1 Greylisting in action, please come back later", RCPT,
     Reason.TEMPORARY_FAILURE),
    (550, "5.7.1 Greylisted, please try again later", RCPT, Reason.TEMPORARY_FAILURE),
    (450, "4.1.1 <team@acme.test>: unverified address", RCPT, Reason.TEMPORARY_FAILURE),
    (450, "4.1.8 Sender address rejected: Domain not found", RCPT,
     Reason.TEMPORARY_FAILURE),
    (452, "4.3.1 Insufficient system storage", MAIL, Reason.TEMPORARY_FAILURE),
    (452, "Insufficient system storage", MAIL, Reason.TEMPORARY_FAILURE),
    (550, "5.3.1 Mail system full", DATA, Reason.TEMPORARY_FAILURE),
    (554, "5.3.2 System not accepting network messages", RCPT, Reason.TEMPORARY_FAILURE),
    (451, "4.7.500 Server busy. Please try again later from [192.0.2.1].", RCPT,
     Reason.TEMPORARY_FAILURE),
    (554, "4.4.2 Connection timed out", DATA, Reason.TEMPORARY_FAILURE),
    (550, "5.4.2 Bad connection", DATA, Reason.TEMPORARY_FAILURE),
    # Settings of ours.
    (530, "5.7.0 Must issue a STARTTLS command first", MAIL, Reason.TLS_FAILED),
    (538, "5.7.11 Encryption required for requested authentication mechanism", CONNECT,
     Reason.TLS_FAILED),
    (454, "4.7.0 TLS not available due to local problem", CONNECT, Reason.TLS_FAILED),
    (550, "5.7.10 Encryption needed", MAIL, Reason.TLS_FAILED),
    (535, "5.7.8 Username and Password not accepted.", CONNECT,
     Reason.AUTHENTICATION_FAILED),
    (535, "5.7.3 Authentication unsuccessful", CONNECT, Reason.AUTHENTICATION_FAILED),
    (534, "5.7.9 Application-specific password required.", CONNECT,
     Reason.AUTHENTICATION_FAILED),
    (454, "4.7.0 Temporary authentication failure", CONNECT,
     Reason.AUTHENTICATION_FAILED),
    (530, "5.7.57 Client not authenticated to send mail.", MAIL,
     Reason.AUTHENTICATION_FAILED),
    (550, "5.7.1 Authentication required", RCPT, Reason.AUTHENTICATION_FAILED),
    (550, "Unauthenticated senders not allowed", DATA, Reason.AUTHENTICATION_FAILED),
    (554, "5.7.1 Service unavailable; Client host blocked", CONNECT,
     Reason.CONNECT_REFUSED),
]  # fmt: skip
NEVER = [
    # About content, not size.
    (552, ("5.7.0 This message was blocked because its content presents a potential\n"
     "5.7.0 security issue."), DATA, Reason.CONTENT_REFUSED),
    (552, "5.7.0 Our system detected an illegal attachment on your message.", DATA,
     Reason.CONTENT_REFUSED),
    (552, "5.6.0 Message content rejected", DATA, Reason.CONTENT_REFUSED),
    (552, "Virus found in message", DATA, Reason.CONTENT_REFUSED),
    (554, "5.7.1 Spam message rejected", DATA, Reason.CONTENT_REFUSED),
    (550, "5.7.1 Our system has detected that this message is likely unsolicited mail.",
     DATA, Reason.CONTENT_REFUSED),
    (554, "5.7.9 Message not accepted for policy reasons.", DATA, Reason.CONTENT_REFUSED),
    # About size.
    (552, "5.3.4 Message size exceeds fixed limit", MAIL, Reason.TOO_LARGE),
    (552, "5.2.3 Your message exceeded Google's message size limits.", DATA,
     Reason.TOO_LARGE),
    (552, "Error: message size exceeds fixed maximum message size", MAIL,
     Reason.TOO_LARGE),
    (552, "Error: Too much mail data", DATA, Reason.TOO_LARGE),
    (552, "Message is too long", DATA, Reason.TOO_LARGE),
    (554, "5.7.1 message size limit exceeded", DATA, Reason.TOO_LARGE),
    (523, "5.3.4 the message is too big for the recipient", RCPT, Reason.TOO_LARGE),
    # Recipients.
    (550, ("5.1.1 <bob@dailymail.test>: Recipient address rejected: User unknown in "
     "virtual mailbox table"), RCPT, Reason.RECIPIENT_REFUSED),
    (550, "5.1.1 The email account that you tried to reach does not exist.", RCPT,
     Reason.RECIPIENT_REFUSED),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", DATA,
     Reason.RECIPIENT_REFUSED),
    (550, "5.4.1 Recipient address rejected: Access denied.", RCPT,
     Reason.RECIPIENT_REFUSED),
    (550, "5.2.1 The email account that you tried to reach is inactive.", RCPT,
     Reason.RECIPIENT_REFUSED),
    (550, "#5.1.0 Address rejected.", RCPT, Reason.RECIPIENT_REFUSED),
    (550, "No such user here", DATA, Reason.RECIPIENT_REFUSED),
    (550, "relay not permitted", RCPT, Reason.RECIPIENT_REFUSED),
    (554, "5.4.4 Host or domain name not found", RCPT, Reason.RECIPIENT_REFUSED),
    (550, "delivery to ratelimit.quota.test over 5.4.5.6 denied", RCPT,
     Reason.RECIPIENT_REFUSED),
    # Senders.
    (550, "5.7.26 This mail has been blocked because the sender is unauthenticated.",
     DATA, Reason.SENDER_REFUSED),
    (554, ("Message rejected: Email address is not verified. The following identities "
     "failed the check in region EU-WEST-1: a@acme.test"), DATA, Reason.SENDER_REFUSED),
    (550, "The from address does not match a verified Sender Identity.", DATA,
     Reason.SENDER_REFUSED),
    (553, "5.7.1 <a@acme.test>: Sender address rejected: not owned by user u", RCPT,
     Reason.SENDER_REFUSED),
    (554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiException", DATA,
     Reason.SENDER_REFUSED),
    (554, ("5.7.1 Service unavailable; Client host [192.0.2.1] blocked using "
     "zen.spamhaus.test"), RCPT, Reason.SENDER_REFUSED),
    (550, "5.1.8 Access denied, bad outbound sender", RCPT, Reason.SENDER_REFUSED),
    (550, "5.6.7 Address needs SMTPUTF8", RCPT, Reason.SMTPUTF8_UNSUPPORTED),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "stage", "reason"), LATER)
def test_what_a_later_try_can_mend_is_tried_again(
    code: int, text: str, stage: Stage, reason: Reason
) -> None:
    outcome = classify_smtp(code, text, stage=stage)

    assert isinstance(outcome, Deferred)
    assert outcome.reason == reason


@pytest.mark.parametrize(("code", "text", "stage", "reason"), NEVER)
def test_what_no_later_try_can_mend_is_refused_with_its_own_reason(
    code: int, text: str, stage: Stage, reason: Reason
) -> None:
    outcome = classify_smtp(code, text, stage=stage)

    assert isinstance(outcome, Refused)
    assert outcome.reason == reason


@pytest.mark.parametrize("code", range(400, 500))
@pytest.mark.parametrize("text", ["", "5.1.1 no such user", "spam", "message too big"])
def test_no_temporary_code_is_ever_final(code: int, text: str) -> None:
    for stage in Stage:
        assert isinstance(classify_smtp(code, text, stage=stage), Deferred)
