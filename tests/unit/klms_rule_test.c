/* SPDX-License-Identifier: ISC
 *
 * klms_rule_test.c - the settings of a rule of KLMS: found by path, changed in place, refused when they
 * are not as they should be. The text is condensed from what the vendor has published.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "remedies/klms_rule.h"

#define HEAD                                                                                \
	"<root>\n  <belongingCriteria><sender><item><type>EMailMask</type><value>*</value>" \
	"</item></sender></belongingCriteria>\n  <scanSettings>\n    <ruleDescription>"     \
	"a &amp; b \xc3\xa4</ruleDescription><active>1</active><ruleAction>Scan</ruleAction>\n"
#define ACTIONS                                                                           \
	"    <avScanSettings><engineSettings><enableScan>1</enableScan><excludedNames />" \
	"</engineSettings>\n      <infectedFirstAction>Cure</infectedFirstAction>\n"      \
	"      <infectedSecondAction>DeleteAttachment</infectedSecondAction>\n"           \
	"      <corruptedAction>Skip</corruptedAction><encryptedMark></encryptedMark>\n"  \
	"    </avScanSettings>\n"
#define TAIL                                                                                  \
	"    <asScanSettings><infectedFirstAction>x</infectedFirstAction></asScanSettings>\n" \
	"    <!-- infectedFirstAction -->\n  </scanSettings>\n</root>\n"
#define RULE HEAD ACTIONS TAIL

/* The rule with one text in place of another; free() it. */
static char *
with(const char *old, const char *new)
{
	const char *at = strstr(RULE, old);
	assert_non_null(at);
	return mem_format("%.*s%s%s", (int)(at - RULE), RULE, new, at + strlen(old));
}

static int
parse(const char *text, struct klms_rule *ret_rule, char problem[256])
{
	return klms_rule_parse(text, strlen(text), ret_rule, problem, 256);
}

static void
a_rule_is_read(void **state UNUSED)
{
	char problem[256] = "";
	struct klms_rule rule;
	assert_int_equal(parse(RULE, &rule, problem), 0);
	assert_true(rule.scans);
	assert_string_equal(rule.actions.first, "Cure");
	assert_string_equal(rule.actions.second, "DeleteAttachment");
	assert_memory_equal(RULE + rule.first_at, "Cure<", 5);
	assert_memory_equal(RULE + rule.second_at, "DeleteAttachment<", 17);
	AUTO_FREE char *inactive = with("<active>1", "<active>0");
	assert_int_equal(parse(inactive, &rule, problem), 0);
	assert_false(rule.scans);
	AUTO_FREE char *skips = with("<ruleAction>Scan", "<ruleAction>Skip");
	assert_int_equal(parse(skips, &rule, problem), 0);
	assert_false(rule.scans);
}

static void
it_is_changed_in_place(void **state UNUSED)
{
	static const struct klms_actions deleting = {KLMS_DELETE, KLMS_DELETE};
	char problem[256];
	size_t length;
	struct klms_rule rule;
	assert_int_equal(parse(RULE, &rule, problem), 0);
	const struct klms_actions old = rule.actions;
	AUTO_FREE char *changed = klms_rule_change(RULE, strlen(RULE), &rule, &deleting, &length);
	assert_int_equal(length, strlen(changed));
	assert_int_equal(parse(changed, &rule, problem), 0);
	assert_true(klms_actions_equal(&rule.actions, &deleting));
	AUTO_FREE char *back = klms_rule_change(changed, length, &rule, &old, &length);
	assert_string_equal(back, RULE);
}

/* The second action may come first. */
static void
the_order_does_not_matter(void **state UNUSED)
{
	static const char turned[] =
	    "<root><scanSettings><avScanSettings><infectedSecondAction>Reject"
	    "</infectedSecondAction><infectedFirstAction>Skip</infectedFirstAction>"
	    "</avScanSettings><active>1</active><ruleAction>Scan</ruleAction></scanSettings></"
	    "root>";
	static const struct klms_actions wanted = {"DeleteAttachment", "DeleteMessage"};
	char problem[256];
	size_t length;
	struct klms_rule rule;
	assert_int_equal(parse(turned, &rule, problem), 0);
	AUTO_FREE char *changed = klms_rule_change(turned, strlen(turned), &rule, &wanted, &length);
	assert_int_equal(parse(changed, &rule, problem), 0);
	assert_true(klms_actions_equal(&rule.actions, &wanted));
}

static void
what_is_not_understood_is_refused(void **state UNUSED)
{
	static const struct {
		const char *old, *new, *problem;
	} rows[] = {
	    {">Cure<", ">Disinfect<", "an action that is not known"},
	    {">Cure<", "><", "an action that is not known"},
	    {">Cure<", "> Cure<", "an action that is not known"},
	    {">DeleteAttachment<", ">Cure<", "an action that is not known"},
	    {">Cure<", ">C&#117;re<",
		"found /root/scanSettings/avScanSettings/infectedFirstAction"},
	    {">Cure<", "><![CDATA[Cure]]><",
		"found /root/scanSettings/avScanSettings/infectedFirst"},
	    {">Cure<", "><b>Cure</b><", "found /root/scanSettings/avScanSettings/infectedFirst"},
	    {">Cure</infectedFirstAction>", ">Cure</infectedFirstAction >",
		"found /root/scanSettings/avScanSettings/infectedFirst"},
	    {"<active>1</active>", "", "there is no /root/scanSettings/active"},
	    {"<active>1</active>", "<active>1</active><active>1</active>",
		"more than one /root/scanSettings/active"},
	    {"<active>1<", "<active>2<", "active is 2"},
	    {"<root>", "<Root>", "no XML"},
	    {"</scanSettings>\n", "", "no XML"},
	    {"<root>", "<!DOCTYPE root [<!ENTITY a 'b'>]><root>", "a document type"},
	    {"</root>\n", "</root>\n<root/>", "no XML"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char problem[256] = "";
		struct klms_rule rule;
		AUTO_FREE char *text = with(rows[i].old, rows[i].new);
		if (parse(text, &rule, problem) != -EPERM ||
		    strstr(problem, rows[i].problem) == NULL)
			fail_msg("row %zu: %s", i, problem);
	}
}

/* Cut anywhere, it is refused or means the same. */
static void
cut_anywhere(void **state UNUSED)
{
	for (size_t length = 0; length < strlen(RULE) - 1; length++) {
		char problem[256];
		struct klms_rule rule;
		assert_int_equal(
		    klms_rule_parse(RULE, length, &rule, problem, sizeof(problem)), -EPERM);
	}
}

static void
deep_is_refused(void **state UNUSED)
{
	char text[4096] = "", problem[256];
	struct klms_rule rule;
	for (int i = 0; i < 200; i++)
		strcat(text, "<a>");
	assert_int_equal(parse(text, &rule, problem), -EPERM);
	assert_non_null(strstr(problem, "too deep"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_rule_is_read),
	    cmocka_unit_test(it_is_changed_in_place),
	    cmocka_unit_test(the_order_does_not_matter),
	    cmocka_unit_test(what_is_not_understood_is_refused),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(deep_is_refused),
	};
	return cmocka_run_group_tests_name("klms_rule", tests, NULL, NULL);
}
