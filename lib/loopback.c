/* SPDX-License-Identifier: ISC
 *
 * loopback.c - what is bound to such an address cannot be reached from outside.
 */
#include "lib/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LOOPBACK_NET 127 /* 127.0.0.0/8 */

/* Decimal, without a sign or a leading zero. */
static int
parse_port(const char *text, in_port_t *ret_port)
{
	size_t length = strspn(text, "0123456789");
	if (length == 0 || length > 5 || text[length] != '\0' || text[0] == '0')
		return -EINVAL;
	long port = strtol(text, NULL, 10);
	if (port > UINT16_MAX)
		return -EINVAL;
	*ret_port = htons((uint16_t)port);
	return 0;
}

int
loopback_parse(const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_length)
{
	char host[INET6_ADDRSTRLEN];
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	in_port_t port;
	const char *colon = strrchr(text, ':');
	size_t length = colon != NULL ? (size_t)(colon - text) : sizeof(host);
	if (length >= sizeof(host) || parse_port(colon + 1, &port) < 0)
		return -EINVAL;
	memcpy(host, text, length);
	host[length] = '\0';
	v4.sin_port = v6.sin6_port = port;
	bool is_v6 = strcmp(host, "[::1]") == 0;
	if (!is_v6 &&
	    (inet_pton(AF_INET, host, &v4.sin_addr) != 1 ||
		ntohl(v4.sin_addr.s_addr) >> 24 != LOOPBACK_NET))
		return -EINVAL;
	memset(ret_address, 0, sizeof(*ret_address));
	*ret_length = is_v6 ? sizeof(v6) : sizeof(v4);
	memcpy(ret_address, is_v6 ? (const void *)&v6 : &v4, *ret_length);
	return 0;
}
