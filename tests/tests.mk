# tests.mk - every kind of test. Each suite ends with a line "N passed, N failed"; `make check` runs
# them all and ends with their sum.
#
#   make check           everything, as root (installs what it needs first)
#   make deps            the Debian packages for building and the demo; make check-deps: for all tests
#   make unit            unit and replay tests       make check-sanitize  the same with ASan and UBSan
#   make system          on a private Postfix, as root
#   make fuzz-smoke      each fuzzer for a moment    make fuzz FUZZ_SECONDS=600
#   make layers format-check man-lint words docs-check

PYTHON = /usr/bin/python3 -B
CLANG ?= clang-19
CLANG_FORMAT ?= clang-format-19

# ---- unit and replay tests: each _test.c is a program ----

TEST_SOURCES = $(sort $(wildcard tests/unit/*_test.c tests/replay/*_test.c))
TEST_PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(TEST_SOURCES))
# What else lies in these folders is shared by the tests there.
SHARED_OF = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_test.c,$(wildcard $(1)/*.c)))
TEST_ARCHIVES = $(foreach a,$(PROGRAMS) $(ARCHIVES),$(BUILD)/$(a).a)
TEST_LIBS = $(sort $(foreach a,$(PROGRAMS) $(ARCHIVES),$(LIBS_$(a)))) -lcmocka

$(BUILD)/role.a: $(OBJECTS)/watchdogd/role.o

$(TEST_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(call SHARED_OF,tests/unit) \
		$(call SHARED_OF,tests/replay) $(BUILD)/role.a $(TEST_ARCHIVES)
	$(CC) $(LDFLAGS) $(HARDENING_LD) -Wl,--as-needed -o $@ $< \
		$(call SHARED_OF,$(dir $*)) -Wl,--start-group $(BUILD)/role.a $(TEST_ARCHIVES) \
		-Wl,--end-group $(TEST_LIBS)

# Some tests start the programs themselves.
.PHONY: unit check-sanitize
unit: all $(TEST_PROGRAMS)
	@BUILD=$(BUILD) $(PYTHON) tests/run_units.py $(TEST_PROGRAMS)
check-sanitize:
	@$(MAKE) --no-print-directory SANITIZE=1 unit

# ---- fuzzers ----

FUZZ_SECONDS ?= 10
FUZZ_BUILD = build-fuzz
FUZZ_PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))

$(FUZZ_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/role.a $(TEST_ARCHIVES)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -Wl,--as-needed -o $@ $< -Wl,--start-group \
		$(BUILD)/role.a $(TEST_ARCHIVES) -Wl,--end-group $(TEST_LIBS)

.PHONY: fuzz fuzz-smoke fuzz-programs
fuzz-programs: $(FUZZ_PROGRAMS)
fuzz fuzz-smoke:
	@$(MAKE) --no-print-directory BUILD=$(FUZZ_BUILD) CC=$(CLANG) HARDENING= HARDENING_LD= \
		CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=all' \
		LDFLAGS=-fsanitize=address,undefined fuzz-programs
	@$(PYTHON) tests/run_fuzzers.py $(FUZZ_BUILD) $(FUZZ_SECONDS)

# ---- on a private Postfix, as root ----

SYSTEM_TESTS ?= tests/system
HISTORY_WRITER = $(BUILD)/tests/system/history_writer
$(HISTORY_WRITER): $(HISTORY_WRITER).o $(BUILD)/tests/replay/history.o \
		$(BUILD)/tests/replay/random.o $(BUILD)/schema.a $(BUILD)/proto.a $(BUILD)/lib.a
	$(CC) $(LDFLAGS) $(HARDENING_LD) -Wl,--as-needed -o $@ $^ \
		$(LIBS_schema) $(LIBS_proto) $(LIBS_lib) -lm

.PHONY: system demo
system: all $(HISTORY_WRITER)
	@BUILD=$(BUILD) $(PYTHON) tests/run_system.py $(SYSTEM_TESTS)
demo: deps
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) $(PYTHON) -u tests/system/demo.py

# ---- checkers ----

.PHONY: layers format-check man-lint words docs-check
layers: all
	@$(PYTHON) tests/layers.py doc/layers $(BUILD)
format-check man-lint words:
	@CLANG_FORMAT=$(CLANG_FORMAT) $(PYTHON) tests/checkers.py $@
docs-check: all
	@BUILD=$(BUILD) $(PYTHON) tests/checkers.py $@

# ---- all of it ----

SUITES = unit check-sanitize fuzz-smoke layers format-check man-lint words docs-check system
.PHONY: deps check-deps check
deps:
	@tests/deps.sh
check-deps:
	@tests/deps.sh check
check: check-deps
	@MAKE='$(MAKE)' $(PYTHON) -u tests/check.py $(SUITES)
