/* SPDX-License-Identifier: ISC
 *
 * watched.c - the relay's addresses against those of this machine where Postfix listens.
 */
#include "watchdogctl/watched.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/spawn.h"

#define LIMIT_MS 10000
#define OUTPUT_MAX (256u * 1024)

/* What postconf prints; NULL: nothing. free() it. */
static char *
ask_postconf(const struct watched_instance *instance, const char *option, const char *name)
{
	AUTO_FREE char *path = mem_format("%s/postconf", instance->command_directory);
	const char *const argv[] = {path, "-c", instance->config_directory, option, name, NULL};
	const struct spawn spawn = {.path = path, .argv = argv};
	struct spawn_result result;
	if (spawn_run(&spawn, NULL, 0, OUTPUT_MAX, LIMIT_MS, &result) < 0)
		return NULL;
	if (result.status == 0)
		return result.output;
	free(result.output);
	return NULL;
}

/* ---- addresses ---- */

/* An IPv6 socket that is not for IPv6 alone takes IPv4 as well; addresses are compared as they are. */
static bool
is_same_address(const struct sockaddr *one, const struct sockaddr *other)
{
	if (one->sa_family != other->sa_family)
		return false;
	if (one->sa_family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)(const void *)one)->sin_addr,
			   &((const struct sockaddr_in *)(const void *)other)->sin_addr,
			   sizeof(struct in_addr)) == 0;
	return one->sa_family == AF_INET6 &&
	    memcmp(&((const struct sockaddr_in6 *)(const void *)one)->sin6_addr,
		&((const struct sockaddr_in6 *)(const void *)other)->sin6_addr,
		sizeof(struct in6_addr)) == 0;
}

static in_port_t
port_of(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6
	    ? ((const struct sockaddr_in6 *)(const void *)address)->sin6_port
	    : ((const struct sockaddr_in *)(const void *)address)->sin_port;
}

/* NULL where there is none; freeaddrinfo() it. */
static struct addrinfo *
look_up(const char *host, const char *port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	return getaddrinfo(host, port, &hints, &found) == 0 ? found : NULL;
}

static bool
is_named(const struct sockaddr *address, const char *host)
{
	struct addrinfo *found = look_up(host, NULL);
	bool is = false;
	for (const struct addrinfo *at = found; at != NULL && !is; at = at->ai_next)
		is = is_same_address(address, at->ai_addr);
	if (found != NULL)
		freeaddrinfo(found);
	return is;
}

/* Of any interface. The whole of 127.0.0.0/8 is here. */
static bool
is_ours(const struct sockaddr *address)
{
	struct ifaddrs *all = NULL;
	const struct sockaddr_in *v4 = (const void *)address;
	if (address->sa_family == AF_INET && ntohl(v4->sin_addr.s_addr) >> 24 == 127)
		return true;
	if (getifaddrs(&all) < 0)
		return false;
	bool is = false;
	for (const struct ifaddrs *at = all; at != NULL && !is; at = at->ifa_next)
		is = at->ifa_addr != NULL && is_same_address(address, at->ifa_addr);
	freeifaddrs(all);
	return is;
}

static bool
is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;
	return address->sa_family == AF_INET ? ntohl(v4->sin_addr.s_addr) >> 24 == 127
					     : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/* inet_interfaces: "all", "loopback-only", or a list of names and addresses. */
static bool
is_listened_on(const struct sockaddr *address, const char *interfaces)
{
	AUTO_FREE char *copy = mem_text(interfaces);
	char *rest = copy, *word;
	while ((word = strsep(&rest, ", \t\n")) != NULL) {
		if (word[0] == '\0')
			continue;
		if (strcmp(word, "all") == 0                 ? is_ours(address)
			: strcmp(word, "loopback-only") == 0 ? is_loopback(address)
							     : is_named(address, word))
			return true;
	}
	return false;
}

/* ---- services ---- */

/* "smtp", "10025", "127.0.0.1:10025" or "[::1]:smtp" of master.cf; changes the text. */
static bool
service_takes(char *service, const struct sockaddr *address, const char *interfaces)
{
	char *colon = strrchr(service, ':'), *host = service;
	const char *port = colon != NULL ? colon + 1 : service;
	if (colon != NULL)
		*colon = '\0';
	struct addrinfo *found = look_up(NULL, port);
	bool is_port = found != NULL && port_of(found->ai_addr) == port_of(address);
	if (found != NULL)
		freeaddrinfo(found);
	if (!is_port)
		return false;
	if (colon == NULL || host[0] == '\0')
		return is_listened_on(address, interfaces);
	if (host[0] == '[' && strchr(host, ']') != NULL) {
		host[strcspn(host, "]")] = '\0';
		host++;
	}
	return is_named(address, host);
}

/* "service inet ...", one a line; lines that begin with a space go on. */
static bool
services_take(const char *services, const struct sockaddr *address, const char *interfaces)
{
	AUTO_FREE char *copy = mem_text(services);
	char *rest = copy, *line;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char service[256], type[16];
		if (line[0] != ' ' && sscanf(line, "%255s %15s", service, type) == 2 &&
		    strcmp(type, "inet") == 0 && service_takes(service, address, interfaces))
			return true;
	}
	return false;
}

bool
watched_takes(const struct watched_instance *instance, const char *host, const char *port)
{
	AUTO_FREE char *interfaces = ask_postconf(instance, "-h", "inet_interfaces");
	AUTO_FREE char *services = ask_postconf(instance, "-M", NULL);
	struct addrinfo *found = look_up(host, port);
	bool takes = false;
	for (const struct addrinfo *at = found; at != NULL && !takes; at = at->ai_next)
		takes = interfaces != NULL && services != NULL &&
		    services_take(services, at->ai_addr, interfaces);
	if (found != NULL)
		freeaddrinfo(found);
	return takes;
}
