# In the place of axllent/mailpit: the mail catcher of `make run`. Mails are files.
FROM handrail-verify/python
RUN python -m venv /opt/venv && \
    /opt/venv/bin/pip install -q --no-cache-dir 'aiosmtpd>=1.4.6,<2'
COPY handrail/ /app/handrail/
WORKDIR /app
ENTRYPOINT ["/opt/venv/bin/python", "-m", "handrail.stack.mail"]
CMD ["--host", "0.0.0.0", "--port", "1025", "--dir", "/mail"]
