/* SPDX-License-Identifier: ISC
 *
 * shape_test.c - floods of several kinds collapse into one shape each, ordinary mail does not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/guard.h"
#include "watchdogd/watch/shape.h"

static void
test_addresses(void **state UNUSED)
{
	static const struct {
		const char *address, *shape;
	} rows[] = {
	    {"ava1204@8231.com", "{letters}{4 digits}@{4 digits}.com"},
	    {"Tom3391@0042.com", "{letters}{4 digits}@{4 digits}.com"},
	    {"alice@example.org", "alice@example.org"},
	    {"Alice.Smith@EXAMPLE.org", "Alice.Smith@example.org"},
	    {"info2@example.org", "info{1 digit}@example.org"},
	    {"s1234567@st.univ.test", "{letters}{7 digits}@st.univ.test"},
	    {"x@mail03.example.org", "x@mail{2 digits}.example.org"},
	    {"somebody@163.com", "somebody@163.com"},
	    {"qxzvwtk@example.org", "{letters}@example.org"},
	    {"schwarz@example.org", "schwarz@example.org"},
	    {"a@xk3d9q.test", "{letters}@{random}.test"}, /* nobody's name at a made-up site */
	    {"info@xk3d9q.test", "info@{random}.test"},
	    {"ava@mail.8231.com", "{letters}@mail.{4 digits}.com"},
	    {"bob@k8s.test", "bob@k8s.test"},
	    {"bob@xs4all.test", "bob@xs4all.test"},
	    {"bob@1und1.test", "bob@1und1.test"},
	    {"bob@o2.test", "bob@o2.test"},
	    {"bob@rechtsanwalt-schwarzschild.test", "bob@rechtsanwalt-schwarzschild.test"},
	    {"bob@szczecin.test", "bob@szczecin.test"},
	    {"6ba7b810-9dad-11d1-80b4-00c04fd430c8@x.test", "{uuid}@x.test"},
	    {"0102018f3c1d2e4b-6ba7b810-9dad-11d1-80b4-00c04fd430c8-000000@eu.cloud.test",
		"{hex}-{uuid}-{6 digits}@eu.cloud.test"},
	    {"3f9c02d17b@example.org", "{hex}@example.org"},
	    {"deadbeef@example.org", "deadbeef@example.org"},
	    {"bounces+10371-9ab2-bob=b.test@em.shop.test", "bounces+{verp}@em.shop.test"},
	    {"news-bounces+bob=b.test@lists.test", "news-bounces+{verp}@lists.test"},
	    {"bounce-77_html-bob=b.test@m.test", "bounce-{2 digits}_html-{verp}@m.test"},
	    {"SRS0=HH7x=QP=b.test=bob@fwd.test", "SRS0={verp}@fwd.test"},
	    {"prvs=12345abcd=bob@b.test", "prvs={verp}@b.test"},
	    {"bob+shop@b.test", "bob+shop@b.test"},
	    {"root", "root"},
	    {"", ""},
	    {"@", "@"},
	    {"\xe5\xb1\xb1\xe7\x94\xb0@\xe4\xbe\x8b.test",
		"\xe5\xb1\xb1\xe7\x94\xb0@\xe4\xbe\x8b.test"},
	    {"\"a b\"@c.test", "\"a b\"@c.test"},
	    {"one@two@c4.test", "one@two@c4.test"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char shape[SHAPE_SIZE];
		assert_string_equal(shape_address(rows[i].address, shape), rows[i].shape);
	}
}

static void
test_subjects(void **state UNUSED)
{
	static const struct {
		const char *subject, *shape;
	} rows[] = {
	    {"Invoice 20711 for 3f9c02d1", "Invoice {digits} for {hex}"},
	    {"Re: [lists] meeting on 2026-11-24",
		"Re: [lists] meeting on {digits}-{digits}-{digits}"},
	    {"  your   order\t#99 ", "your order #{digits}"},
	    {"for bob@b.test: hello", "for {address} hello"},
	    {"photo ;)", "photo ;)"},
	    {"v2 of q3 report", "v{digits} of q{digits} report"},
	    {"2nd try", "{digits}nd try"},
	    {"xkqzvtrw news", "{letters} news"},
	    {"code A7B9Q2", "code {random}"},
	    {"@ home @", "@ home @"},
	    {"", "(empty)"},
	    {" \t ", "(empty)"},
	    {"\xe4\xbc\x9a\xe8\xad\xb0 12", "\xe4\xbc\x9a\xe8\xad\xb0 {digits}"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char shape[SHAPE_SIZE];
		assert_string_equal(shape_subject(rows[i].subject, shape), rows[i].shape);
	}
}

static void
test_reasons(void **state UNUSED)
{
	static const struct {
		const char *reason, *shape;
	} rows[] = {
	    {"450 4.2.0 <u@v.test>: try in 299 s", "450 4.2.0 {address}: try in {digits} s"},
	    {"host mx.v.test[192.0.2.1] said: 421 4.7.0 Too many (in reply to MAIL FROM command)",
		"host {host} said: 421 4.7.0 Too many (in reply to MAIL FROM command)"},
	    {"connect to dead.test[2001:db8::1]:25: Connection timed out",
		"connect to {host}: Connection timed out"},
	    {"Host or domain name not found. Name service error for name=x.test type=MX: retry",
		"Host or domain name not found. Name service error for {host} type=MX: retry"},
	    {"550 5.7.1 Blocked, see https://bl.test/q?ip=192.0.2.1 (id 3f9c02d1)",
		"550 5.7.1 Blocked, see {url} (id {hex})"},
	    {"452 4.3.1 out of space, 4521 blocks", "452 4.3.1 out of space, {digits} blocks"},
	    {"[192.0.2.1] said no.", "{host} said no."},
	    {"later", "later"},
	    {"...", "..."},
	    {"<>", "<>"},
	    {"", "(none)"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char shape[SHAPE_SIZE];
		assert_string_equal(shape_reason(rows[i].reason, shape), rows[i].shape);
	}
}

static void
test_bounds(void **state UNUSED)
{
	char text[5000], shape[SHAPE_SIZE];
	for (int c = 1; c < 256; c++) {
		memset(text, c, sizeof(text));
		for (size_t length = 0; length < sizeof(text); length = length * 2 + 1) {
			text[length] = '\0';
			assert_true(strlen(shape_address(text, shape)) < SHAPE_SIZE);
			assert_true(strlen(shape_subject(text, shape)) < SHAPE_SIZE);
			assert_true(strlen(shape_reason(text, shape)) < SHAPE_SIZE);
			text[length] = (char)c;
		}
	}
	memset(text, 'a', sizeof(text));
	text[300] = '\0';
	shape_address(text, shape);
	assert_string_equal(shape + strlen(shape) - 3, "...");
}

/* Mail of people and machines as a university sees it in an hour. */
static void
test_ordinary_mail_stays_apart(void **state UNUSED)
{
	static const char *const names[] = {"tanaka", "suzuki", "k.sato", "yamada-h", "john.smith",
	    "maria", "li.wei", "o.brien", "kowalczyk", "mueller", "noreply", "info", "newsletter",
	    "support", "j.doe", "secretary", "kikaku", "jimu", "kyomu", "library"};
	static const char *const domains[] = {"univ.test", "med.univ.test", "gmail.test",
	    "city.test", "example.org", "journal.test", "publisher.example", "ministry.test",
	    "shop.test", "conference.test"};
	char seen[ARRAY_LENGTH(names) * ARRAY_LENGTH(domains)][SHAPE_SIZE];
	size_t count = 0;
	for (size_t n = 0; n < ARRAY_LENGTH(names); n++)
		for (size_t d = 0; d < ARRAY_LENGTH(domains); d++) {
			char address[128];
			snprintf(address, sizeof(address), "%s@%s", names[n], domains[d]);
			shape_address(address, seen[count]);
			for (size_t i = 0; i < count; i++)
				assert_string_not_equal(seen[i], seen[count]);
			count++;
		}
	assert_int_equal(count, 200);
}

/* Each row is one flood: all of its senders have the shape of the first. */
static void
test_floods_collapse(void **state UNUSED)
{
	static const char *const floods[][4] = {
	    {"ava1204@8231.com", "oliver0001@9999.com", "mia7777@1000.com", "zoe0420@0000.com"},
	    {"kxqzrtvb@pills.test", "wqrtplkj@pills.test", "bcdfghjk@pills.test",
		"zzxxccvv@pills.test"},
	    {"a81b2c3d4e@x.test", "0f1e2d3c4b@x.test", "99aa88bb77@x.test", "1234abcd56@x.test"},
	    {"bounce+a=b.test@m.test", "bounce+c.d=e.test@m.test", "bounce+zz=yy.test@m.test",
		"bounce+1=2.test@m.test"},
	};
	for (size_t f = 0; f < ARRAY_LENGTH(floods); f++)
		for (size_t i = 1; i < ARRAY_LENGTH(floods[f]); i++) {
			char first[SHAPE_SIZE], other[SHAPE_SIZE];
			assert_string_equal(
			    shape_address(floods[f][i], other), shape_address(floods[f][0], first));
		}
}

/* Letters from a chance that is the same at each run. */
static void
draw(char *text, const char *from, unsigned length)
{
	static uint64_t seed = 88172645463325252u;
	for (unsigned i = 0; i < length; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		text[i] = from[(seed >> 11) % strlen(from)];
	}
	text[length] = '\0';
}

static void
fill(char *address, const char *pattern, const char *name, const char *first, const char *second)
{
	address[0] = '\0';
	for (; *pattern != '\0'; pattern++) {
		char itself[2] = {*pattern, '\0'};
		strcat(address,
		    *pattern == 'N'       ? name
			: *pattern == '1' ? first
			: *pattern == '2' ? second
					  : itself);
	}
}

/* Each kind of flood, 500 of it: so many at least, in percent, have the shape by which it is known. */
static void
test_floods_have_a_name(void **state UNUSED)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz", digits[] = "0123456789",
			  hex[] = "0123456789abcdef",
			  all[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char *const names[] = {"ava", "ben", "cleo", "dora", "emil"};
	static const struct {
		const char *pattern; /* N: a name; 1, 2: words that are drawn */
		const char *first, *second;
		unsigned first_length, second_length, percent;
		const char *shape;
	} kinds[] = {
	    {"N1@2.com", digits, digits, 4, 4, 100, "{letters}{4 digits}@{4 digits}.com"},
	    {"1@2.com", letters, letters, 12, 12, 60, "{letters}@{letters}.com"},
	    {"N@2.com", all, letters, 1, 12, 60, "{letters}@{letters}.com"},
	    {"1@2.net", all, hex, 12, 16, 90, "{random}@{hex}.net"},
	    {"N-1@2.info", digits, all, 2, 14, 90, "{letters}-{2 digits}@{random}.info"},
	};
	for (size_t k = 0; k < ARRAY_LENGTH(kinds); k++) {
		unsigned found = 0;
		for (unsigned n = 0; n < 500; n++) {
			char address[128], shape[SHAPE_SIZE], first[32], second[32];
			draw(first, kinds[k].first, kinds[k].first_length);
			draw(second, kinds[k].second, kinds[k].second_length);
			fill(address, kinds[k].pattern, names[n % ARRAY_LENGTH(names)], first,
			    second);
			found += strcmp(shape_address(address, shape), kinds[k].shape) == 0;
		}
		if (found < kinds[k].percent * 5)
			fail_msg("%s: %u of 500", kinds[k].shape, found);
	}
}

/* The sites of a country's towns keep their names. */
static void
test_names_of_sites_stay(void **state UNUSED)
{
	static const char *const first[] = {"uni", "stadt", "sparkasse", "klinik", "verlag", "bau",
	    "rechtsanwalt", "rechtschutz", "auto", "hotel", "software", "druck", "garten", "sport"};
	static const char *const second[] = {"berlin", "konstanz", "tuebingen", "zwickau", "wien",
	    "basel", "praha", "wroclaw", "szczecin", "ljubljana", "rijeka", "york", "lyon", "kyoto",
	    "fukushima", "hokkaido", "chiyoda", "nijmegen", "reykjavik", "bydgoszcz"};
	for (size_t i = 0; i < ARRAY_LENGTH(first); i++)
		for (size_t k = 0; k < ARRAY_LENGTH(second); k++) {
			char address[128], shape[SHAPE_SIZE];
			snprintf(address, sizeof(address), "bob@%s%s%s.example", first[i],
			    k % 2 == 0 ? "-" : "", second[k]);
			assert_string_equal(shape_address(address, shape), address);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_subjects),
	    cmocka_unit_test(test_reasons),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_ordinary_mail_stays_apart),
	    cmocka_unit_test(test_floods_collapse),
	    cmocka_unit_test(test_floods_have_a_name),
	    cmocka_unit_test(test_names_of_sites_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
