"""The verb: one record of a conversation in, one decision out.

`following` what happens, `opening`, `telling` the user, `answering` by people.
"""
