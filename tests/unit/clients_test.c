/* SPDX-License-Identifier: ISC
 *
 * clients_test.c - the clients of the messages that were read last are known, those of long ago
 * make room, and an id that is used again means the new message.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "watchdogd/watch/clients.h"

static void
assert_client(const struct clients *clients, unsigned instance, const char *id, const char *address)
{
	char found[INET6_ADDRSTRLEN] = "?";
	assert_int_equal(clients_find(clients, instance, id, found), address != NULL);
	assert_string_equal(found, address != NULL ? address : "?");
}

static void
test_notes(void **state)
{
	struct clients *clients = clients_new();
	(void)state;
	assert_client(clients, 0, "4ABC", NULL);
	clients_note(clients, 0, "4ABC", "203.0.113.5");
	clients_note(clients, 1, "4ABC", "2001:db8:0:0::1");
	clients_note(clients, 0, "4ABD", "unknown");
	assert_client(clients, 0, "4ABC", "203.0.113.5");
	assert_client(clients, 1, "4ABC", "2001:db8::1"); /* of another instance */
	assert_client(clients, 2, "4ABC", NULL);
	assert_client(clients, 0, "4ABD", "");
	clients_note(clients, 0, "4ABC", "");
	assert_client(clients, 0, "4ABC", "");
	clients_free(clients);
}

static void
test_the_last_are_known(void **state)
{
	struct clients *clients = clients_new();
	char id[32], found[INET6_ADDRSTRLEN];
	unsigned known = 0;
	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(id, sizeof(id), "4%X", i);
		clients_note(clients, 0, id, "203.0.113.5");
		assert_client(clients, 0, id, "203.0.113.5");
	}
	for (unsigned i = 92000; i < 100000; i++) {
		snprintf(id, sizeof(id), "4%X", i);
		known += clients_find(clients, 0, id, found);
	}
	assert_true(known > 7500);
	assert_client(clients, 0, "40", NULL);
	clients_free(clients);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_notes),
	    cmocka_unit_test(test_the_last_are_known),
	};
	return cmocka_run_group_tests_name("clients", tests, NULL, NULL);
}
