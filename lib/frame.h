/* SPDX-License-Identifier: ISC
 *
 * frame.h - one frame through a SEQPACKET socket: what channel.c's two sides, with a loop and
 * blocking, have in common. The peer is not trusted.
 */
#ifndef WATCHDOGD_LIB_FRAME_H
#define WATCHDOGD_LIB_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "lib/channel.h"
#include "lib/guard.h"

#define FRAME_HEADER_SIZE 12

/* Sends a frame with one system call. 0 or -errno; -EAGAIN: the socket takes no more now. */
int frame_send(int fd, uint16_t type, const void *payload, size_t length, int pass_fd) MUST_CHECK;

/* Receives a frame with one system call; the payload is put into buffer (CHANNEL_PAYLOAD_MAX
 * bytes), a descriptor that came along is the caller's. 0; -EAGAIN: nothing there; -EPIPE: the
 * peer has closed; -EBADMSG: no frame of ours; or -errno. */
int frame_receive(int fd, uint8_t *buffer, struct channel_frame *ret_frame) MUST_CHECK;

#endif
