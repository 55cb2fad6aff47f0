/* SPDX-License-Identifier: ISC
 *
 * loopback.h - an address of this machine alone, as text: "127.0.0.1:9109", "[::1]:9109".
 */
#ifndef WATCHDOGD_LIB_LOOPBACK_H
#define WATCHDOGD_LIB_LOOPBACK_H

#include <sys/socket.h>

#include "lib/guard.h"

/* 0; -EINVAL: no address and port, a port that is not 1 to 65535, or no loopback address. */
int loopback_parse(
    const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_length) MUST_CHECK;

#endif
