# SPDX-License-Identifier: ISC
"""Queues of any size: copies of files that a real Postfix made (tests/corpus/queue), under names of
their own; those in deferred with the defer log that showq(8) reads for it."""

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


def make_message(directory, number, data, owner):
    """Takes one in as cleanup(8) does: a temporary name, five digits of microseconds and the inode in
    incoming, contents, and the mode that says it is whole. Returns its queue id."""
    temporary = "%s/incoming/%d.1" % (directory, number)
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchown(fd, owner, -1)
        name = "%05X%X" % (number, os.fstat(fd).st_ino)
        os.rename(temporary, "%s/incoming/%s" % (directory, name))
        os.write(fd, data)
        os.fchmod(fd, 0o700)
        return name
    finally:
        os.close(fd)


def make_log(path, log, owner):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(fd, log)
        os.fchown(fd, owner, -1)
    finally:
        os.close(fd)


def make_hash_directory(directory, queue, name, depth, owner):
    """queue/A/B of a name that begins with AB."""
    place = "%s/%s" % (directory, queue)
    for character in name[:depth]:
        place += "/" + character
        if not os.path.isdir(place):
            os.mkdir(place, 0o700)
            os.chown(place, owner, -1)
    return place


def defer(directory, name, log, owner, depth=1):
    """From incoming to deferred, with the defer log."""
    os.rename("%s/incoming/%s" % (directory, name),
              "%s/%s" % (make_hash_directory(directory, "deferred", name, depth, owner), name))
    make_log("%s/%s" % (make_hash_directory(directory, "defer", name, depth, owner), name), log, owner)


def fill(directory, count, depth=1):
    """Puts `count` messages into deferred. Returns how many of them are bounces."""
    owner = pwd.getpwnam("postfix").pw_uid
    kinds = read_corpus()
    bounces = 0
    for number in range(count):
        is_bounce, data, log = kinds[number % len(kinds)]
        # spread over the hash directories as microseconds do
        defer(directory, make_message(directory, number * 7919 % 1000000, data, owner), log, owner,
              depth)
        bounces += is_bounce
    return bounces


def fill_active(directory, count):
    """Puts `count` messages into active. Returns their queue ids."""
    owner = pwd.getpwnam("postfix").pw_uid
    kinds = read_corpus()
    names = [make_message(directory, number * 7919 % 1000000, kinds[number % len(kinds)][1], owner)
             for number in range(count)]
    for name in names:
        os.rename("%s/incoming/%s" % (directory, name), "%s/active/%s" % (directory, name))
    return names


def count_files(directory):
    """{queue: files there now}, by reading the directories."""
    return {queue: sum(len(files) for _, _, files in os.walk(os.path.join(directory, queue)))
            for queue in QUEUES[:6]}


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
