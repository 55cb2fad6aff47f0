/* SPDX-License-Identifier: ISC
 *
 * table_alert.c - the rows of whom alerts are sent to, and through what.
 */
#include "config/table.h"

static const char *const tls_names[] = {"none", "opportunistic", "required"};
static const char *const tls_texts[] = {"plain text", "STARTTLS when offered, not checked",
    "STARTTLS with a valid certificate, or no mail"};
static const struct names names_tls = {tls_names, tls_texts, ARRAY_LENGTH(tls_names)};

static const struct table_row relay_rows[] = {
    {
	.name = "host",
	.type = VALUE_HOST,
	TABLE_AT(struct settings_relay, host),
	.required = true,
	.doc = "The server's name, or its address.",
    },
    {
	.name = "port",
	.type = VALUE_COUNT,
	TABLE_AT(struct settings_relay, port),
	.low = 1,
	.high = 65535,
	.fallback = "25",
	.doc = "Its TCP port.",
    },
    {
	.name = "tls",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_relay, tls),
	.words = &names_tls,
	.left_out = "required with a user, else opportunistic",
	.doc = "How the connection to it is protected.",
    },
    {
	.name = "ca_file",
	.type = VALUE_PATH,
	TABLE_AT(struct settings_relay, ca_file),
	.optional = true,
	.fallback = "",
	.doc = "Certificates that vouch for it, as PEM; with none, those of the system.",
    },
    {
	.name = "user",
	.type = VALUE_TEXT,
	TABLE_AT(struct settings_relay, user),
	.optional = true,
	.fallback = "",
	.doc = "The user name for a login at it; with none, no login.",
    },
    {
	.name = "password_file",
	.type = VALUE_PATH,
	TABLE_AT(struct settings_relay, password_file),
	.optional = true,
	.fallback = "",
	.doc = "The file whose one line is the password; mode 0600, owned by root.",
    },
};

const struct table table_relay = {
    .rows = relay_rows,
    .row_count = ARRAY_LENGTH(relay_rows),
    .plain = true,
    .noun = "relay",
};

static const struct table_row recipient_rows[] = {
    {
	.name = "address",
	.type = VALUE_ADDRESS,
	TABLE_AT(struct settings_recipient, address),
	.required = true,
	.doc = "Where the mail goes.",
    },
    {
	.name = "language",
	.type = VALUE_WORD,
	TABLE_AT(struct settings_recipient, language),
	.words = &names_language,
	.fallback = "en",
	.doc = "What the mail is written in.",
    },
};

const struct table table_recipient = {
    .rows = recipient_rows,
    .row_count = ARRAY_LENGTH(recipient_rows),
    .plain = true,
    .noun = "recipient",
};
