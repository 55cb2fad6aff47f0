# bench.mk - make bench: ratios against a baseline of the same run, as root. Loopback only, in a
# temporary directory that is removed.

WATCH_BENCHES = $(BUILD)/inotify_bench $(BUILD)/scan_bench
$(WATCH_BENCHES): $(BUILD)/%: $(BUILD)/tests/bench/%.o $(BUILD)/watch.a $(BUILD)/config.a \
		$(BUILD)/proto.a $(BUILD)/lib.a
	$(CC) $(LDFLAGS) $(HARDENING_LD) -Wl,--as-needed -o $@ $^ \
		$(LIBS_watch) $(LIBS_config) $(LIBS_proto) $(LIBS_lib)

.PHONY: bench
bench: deps
	@$(MAKE) --no-print-directory all $(WATCH_BENCHES)
	@$(PYTHON) tests/bench/bench.py $(BUILD)
