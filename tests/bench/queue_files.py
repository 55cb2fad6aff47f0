# SPDX-License-Identifier: ISC
"""A deferred queue of any size: copies of files that a real Postfix made (tests/corpus/queue), under
names of their own, each with the defer log that showq(8) reads for it."""

import os
import pwd
import shutil

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus", "queue")
# In a flood most are bounces.
KINDS = ["bounce/undelivered", "bounce/undelivered", "normal/smtp", "bounce/delayed",
         "normal/through-filter"]
QUEUES = ["maildrop", "incoming", "active", "deferred", "hold", "corrupt", "defer", "bounce", "trace"]
DEFER_LOG = b"""<%(to)b>: later
recipient=%(to)b
offset=%(offset)d
dsn_orig_rcpt=rfc822;%(to)b
status=4.0.0
action=delayed
reason=later

"""


def read_corpus():
    """For each kind: whether it is a bounce, the queue file, its defer log."""
    kinds = []
    for kind in KINDS:
        with open(os.path.join(CORPUS, kind), "rb") as f:
            data = f.read()
        to = os.path.basename(kind).encode() + b"@slow.test"
        offset = data.index(b"R" + bytes([len(to)]) + to)
        kinds.append((kind.startswith("bounce/"), data, DEFER_LOG % {b"to": to, b"offset": offset}))
    return kinds


def write(path, data, owner, mode):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(fd, data)
        os.fchown(fd, owner, -1)
        os.fchmod(fd, mode)
        return os.fstat(fd).st_ino
    finally:
        os.close(fd)


def make_message(directory, number, data, log, owner):
    """As cleanup(8) names it: five digits of microseconds, then the inode; hashed by the first."""
    temporary = "%s/incoming/%d.1" % (directory, number)
    name = "%05X%X" % (number, write(temporary, data, owner, 0o700))
    for queue in ("deferred", "defer"):
        place = "%s/%s/%s" % (directory, queue, name[0])
        if not os.path.isdir(place):
            os.mkdir(place, 0o700)
            os.chown(place, owner, -1)
    os.rename(temporary, "%s/deferred/%s/%s" % (directory, name[0], name))
    write("%s/defer/%s/%s" % (directory, name[0], name), log, owner, 0o600)


def fill(directory, count):
    """Puts `count` messages into deferred. Returns how many of them are bounces."""
    owner = pwd.getpwnam("postfix").pw_uid
    kinds = read_corpus()
    bounces = 0
    for number in range(count):
        is_bounce, data, log = kinds[number % len(kinds)]
        # spread over the hash directories as microseconds do
        make_message(directory, number * 7919 % 1000000, data, log, owner)
        bounces += is_bounce
    return bounces


def make_files(directory):
    """One file of each kind."""
    os.mkdir(directory)
    for number, (_, data, _) in enumerate(read_corpus()):
        with open("%s/%d" % (directory, number), "wb") as f:
            f.write(data)


def make_queues(directory):
    owner = pwd.getpwnam("postfix").pw_uid
    for queue in QUEUES:
        os.makedirs(os.path.join(directory, queue), 0o700)
        shutil.chown(os.path.join(directory, queue), owner)
