/* SPDX-License-Identifier: ISC
 *
 * klms_rule.c - libxml2 reads the text byte by byte, so that the end of an element is known to be
 * where the parser stands; its value is what stands before its end tag.
 */
#include "remedies/klms_rule.h"

#include <errno.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/mem.h"

#define DEPTH_MAX 32
#define PATH_SIZE 512
#define VALUE_SIZE 64

enum element {
	ELEMENT_ACTIVE,
	ELEMENT_RULE_ACTION,
	ELEMENT_FIRST,
	ELEMENT_SECOND,
	ELEMENT_COUNT
};

/* The names recur in other sections: only the whole path says which is meant. */
static const char *const paths[ELEMENT_COUNT] = {
    [ELEMENT_ACTIVE] = "/root/scanSettings/active",
    [ELEMENT_RULE_ACTION] = "/root/scanSettings/ruleAction",
    [ELEMENT_FIRST] = "/root/scanSettings/avScanSettings/infectedFirstAction",
    [ELEMENT_SECOND] = "/root/scanSettings/avScanSettings/infectedSecondAction",
};

static const char *const actions_known[] = {
    "Skip", "Cure", KLMS_DELETE, "DeleteAttachment", "Reject"};

struct reading {
	const char *text;
	size_t at; /* bytes that the parser has */
	char path[PATH_SIZE];
	size_t lengths[DEPTH_MAX]; /* of the path at each depth */
	int depth;
	char value[VALUE_SIZE]; /* of the innermost element, so far */
	size_t value_length;
	bool has_children;
	struct {
		char value[VALUE_SIZE];
		size_t at;
		int count;
	} found[ELEMENT_COUNT];
	const char *bad; /* what cannot be */
};

/* ---- events of the parser ---- */

static void
on_start(void *context, const xmlChar *name, const xmlChar **attributes UNUSED)
{
	struct reading *reading = context;
	size_t length = strlen(reading->path);
	if (reading->depth == DEPTH_MAX || length + strlen((const char *)name) + 2 > PATH_SIZE) {
		reading->bad = "elements too deep";
		return;
	}
	reading->lengths[reading->depth++] = length;
	snprintf(reading->path + length, PATH_SIZE - length, "/%s", (const char *)name);
	reading->value_length = 0;
	reading->has_children = false;
}

static void
on_text(void *context, const xmlChar *bytes, int length)
{
	struct reading *reading = context;
	for (int i = 0; i < length && reading->value_length < VALUE_SIZE - 1; i++)
		reading->value[reading->value_length++] = (char)bytes[i];
}

/* The value is right before the end tag, with nothing that had to be decoded. */
static void
note_element(struct reading *reading, enum element element, const char *name)
{
	AUTO_FREE char *end = mem_format("%s</%s>", reading->value, name);
	size_t length = strlen(end);
	if (reading->has_children || reading->at < length ||
	    memcmp(reading->text + reading->at - length, end, length) != 0) {
		reading->bad = paths[element];
		return;
	}
	memcpy(reading->found[element].value, reading->value, VALUE_SIZE);
	reading->found[element].at = reading->at - length;
	reading->found[element].count++;
}

static void
on_end(void *context, const xmlChar *name)
{
	struct reading *reading = context;
	if (reading->bad != NULL || reading->depth == 0)
		return;
	reading->value[reading->value_length] = '\0';
	for (int i = 0; i < ELEMENT_COUNT; i++)
		if (strcmp(reading->path, paths[i]) == 0)
			note_element(reading, (enum element)i, (const char *)name);
	reading->path[reading->lengths[--reading->depth]] = '\0';
	reading->has_children = true;
	reading->value_length = 0;
}

/* Entities and what else a document type brings: no export has one. */
static void
on_document_type(void *context, const xmlChar *name UNUSED, const xmlChar *external UNUSED,
    const xmlChar *system UNUSED)
{
	struct reading *reading = context;
	reading->bad = "a document type";
}

static void
on_error(void *context UNUSED, const char *format UNUSED, ...)
{
}

/* ---- the whole ---- */

static bool
read_text(struct reading *reading, size_t length)
{
	xmlSAXHandler handler = {
	    .startElement = on_start,
	    .endElement = on_end,
	    .characters = on_text,
	    .internalSubset = on_document_type,
	    .error = on_error,
	    .warning = on_error,
	};
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, reading, NULL, 0, NULL);
	if (parser == NULL)
		fatal("klms: no memory");
	xmlCtxtUseOptions(parser, XML_PARSE_NONET);
	int r = 0;
	while (r == 0 && reading->bad == NULL && reading->at < length) {
		reading->at++;
		r = xmlParseChunk(parser, reading->text + reading->at - 1, 1, 0);
	}
	if (r == 0 && reading->bad == NULL)
		r = xmlParseChunk(parser, NULL, 0, 1);
	xmlFreeParserCtxt(parser);
	return r == 0;
}

static bool
is_action(const char *value)
{
	for (size_t i = 0; i < ARRAY_LENGTH(actions_known); i++)
		if (strcmp(actions_known[i], value) == 0)
			return true;
	return false;
}

bool
klms_actions_are(const struct klms_actions *actions)
{
	return is_action(actions->first) && is_action(actions->second) &&
	    strcmp(actions->second, "Cure") != 0;
}

bool
klms_actions_equal(const struct klms_actions *a, const struct klms_actions *b)
{
	return strcmp(a->first, b->first) == 0 && strcmp(a->second, b->second) == 0;
}

static int
refuse(char *problem, size_t size, const char *what, const char *found)
{
	snprintf(problem, size, "not the layout that is known: %s%s", what, found);
	return -EPERM;
}

int
klms_rule_parse(
    const char *text, size_t length, struct klms_rule *ret_rule, char *problem, size_t size)
{
	AUTO_FREE struct reading *reading = mem_alloc(sizeof(*reading));
	struct klms_rule rule = {.scans = false};
	reading->text = text;
	bool well_formed = read_text(reading, length);
	if (reading->bad != NULL)
		return refuse(problem, size, "found ", reading->bad);
	if (!well_formed)
		return refuse(problem, size, "no XML", "");
	for (int i = 0; i < ELEMENT_COUNT; i++)
		if (reading->found[i].count != 1)
			return refuse(problem, size,
			    reading->found[i].count == 0 ? "there is no " : "more than one ",
			    paths[i]);
	const char *active = reading->found[ELEMENT_ACTIVE].value;
	if (strcmp(active, "0") != 0 && strcmp(active, "1") != 0)
		return refuse(problem, size, "active is ", active);
	snprintf(
	    rule.actions.first, KLMS_ACTION_SIZE, "%.19s", reading->found[ELEMENT_FIRST].value);
	snprintf(
	    rule.actions.second, KLMS_ACTION_SIZE, "%.19s", reading->found[ELEMENT_SECOND].value);
	if (!klms_actions_are(&rule.actions))
		return refuse(problem, size, "an action that is not known, of ",
		    reading->found[ELEMENT_FIRST].value);
	rule.scans =
	    active[0] == '1' && strcmp(reading->found[ELEMENT_RULE_ACTION].value, "Scan") == 0;
	rule.first_at = reading->found[ELEMENT_FIRST].at;
	rule.second_at = reading->found[ELEMENT_SECOND].at;
	*ret_rule = rule;
	return 0;
}

/* Replaces `length` bytes at `at` of a text of *total bytes; free() what is returned. */
static char *
replace(const char *text, size_t *total, size_t at, size_t length, const char *value)
{
	size_t added = strlen(value);
	char *changed = mem_alloc(*total - length + added + 1);
	memcpy(changed, text, at);
	memcpy(changed + at, value, added);
	memcpy(changed + at + added, text + at + length, *total - at - length);
	*total = *total - length + added;
	return changed;
}

char *
klms_rule_change(const char *text, size_t length, const struct klms_rule *rule,
    const struct klms_actions *actions, size_t *ret_length)
{
	const struct {
		size_t at;
		const char *old, *new;
	} values[] = {
	    {rule->first_at, rule->actions.first, actions->first},
	    {rule->second_at, rule->actions.second, actions->second},
	};
	/* the later one first: the place of the other stays */
	bool second_is_later = rule->second_at > rule->first_at;
	*ret_length = length;
	AUTO_FREE char *half = replace(text, ret_length, values[second_is_later].at,
	    strlen(values[second_is_later].old), values[second_is_later].new);
	return replace(half, ret_length, values[!second_is_later].at,
	    strlen(values[!second_is_later].old), values[!second_is_later].new);
}
