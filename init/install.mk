# install.mk - make install, uninstall, installdirs. Everything but the two programs carries the
# name $(PACKAGE): Debian has other packages whose programs are called watchdogd.
#
# The files of init/, the manual pages and the sample are written with the default paths and name;
# $(INSTALL_TEXT) puts in those that were chosen. The user is made by whoever runs on the machine
# itself (systemd-sysusers, or a package's script), never by `make install`.

INSTALL ?= install
INSTALL_PROGRAM ?= $(INSTALL) -m 755
INSTALL_DATA ?= $(INSTALL) -m 644

sampledir = $(docdir)/examples

# shell : where it looks for the completion of watchdogctl
COMPLETIONS = \
	bash:$(datarootdir)/bash-completion/completions/watchdogctl \
	zsh:$(datarootdir)/zsh/site-functions/_watchdogctl \
	fish:$(datarootdir)/fish/vendor_completions.d/watchdogctl.fish

INSTALLED_ROLES = $(filter-out watchdogd watchdogctl,$(PROGRAMS))
MANUALS = watchdogd/parent/watchdogd.8 config/watchdogd.yaml.5 watchdogctl/watchdogctl.8
DOCUMENTS = README.md NEWS COPYING $(wildcard doc/decisions/*.md)
CONFIG_INSTALLED = $(pkgsysconfdir)/watchdogd.yaml

# from in the source : where $(DESTDIR) gets it : mode
INIT_FILES = \
	init/watchdogd.service:$(unitdir)/$(PACKAGE).service:644 \
	init/sysusers.conf:$(sysusersdir)/$(PACKAGE).conf:644 \
	init/tmpfiles.conf:$(tmpfilesdir)/$(PACKAGE).conf:644 \
	doc/monitoring/alerts.yaml:$(sampledir)/prometheus-alerts.yaml:644 \
	doc/monitoring/grafana.json:$(sampledir)/grafana-dashboard.json:644 \
	init/openrc:$(sampledir)/openrc:644 \
	init/sysv:$(sampledir)/sysv:644

# installs $(1) as $(2) with mode $(3) and the chosen paths in it
define INSTALL_TEXT
	sed -e 's|/usr/local/libexec/postfix-watchdog|$(pkglibexecdir)|g' \
		-e 's|/usr/local/sbin|$(sbindir)|g' \
		-e 's|/etc/postfix-watchdog|$(pkgsysconfdir)|g' \
		-e 's|/var/lib/postfix-watchdog|$(pkgstatedir)|g' \
		-e 's|/run/postfix-watchdog|$(pkgrundir)|g' \
		-e 's|Directory=postfix-watchdog$$|Directory=$(PACKAGE)|' \
		$(1) >$(BUILD)/installed.text
	$(INSTALL) -m $(3) $(BUILD)/installed.text $(DESTDIR)$(2)

endef

# installs the script of the shell $(1) as $(2)
define INSTALL_COMPLETION
	$(BUILD)/watchdogctl completion $(1) >$(BUILD)/installed.completion
	$(INSTALL_DATA) $(BUILD)/installed.completion $(DESTDIR)$(2)

endef

DIRECTORIES = $(sort $(sbindir) $(pkglibexecdir) $(pkgsysconfdir) $(docdir)/decisions $(sampledir) \
	$(foreach m,$(MANUALS),$(mandir)/man$(patsubst .%,%,$(suffix $(m)))) \
	$(foreach f,$(INIT_FILES) $(COMPLETIONS),$(dir $(word 2,$(subst :, ,$(f))))))

.PHONY: installdirs
installdirs:
	$(INSTALL) -d $(addprefix $(DESTDIR),$(DIRECTORIES))

.PHONY: install
install: all installdirs
	$(INSTALL_PROGRAM) $(BUILD)/watchdogd $(BUILD)/watchdogctl $(DESTDIR)$(sbindir)
	$(INSTALL_PROGRAM) $(addprefix $(BUILD)/libexec/,$(INSTALLED_ROLES)) $(DESTDIR)$(pkglibexecdir)
	$(foreach m,$(MANUALS),$(call \
		INSTALL_TEXT,$(m),$(mandir)/man$(patsubst .%,%,$(suffix $(m)))/$(notdir $(m)),644))
	$(foreach f,$(INIT_FILES),$(call INSTALL_TEXT,$(word 1,$(subst :, ,$(f))),$(word \
		2,$(subst :, ,$(f))),$(word 3,$(subst :, ,$(f)))))
	$(foreach c,$(COMPLETIONS),$(call INSTALL_COMPLETION,$(firstword $(subst :, ,$(c))),$(lastword \
		$(subst :, ,$(c)))))
	$(INSTALL_DATA) $(filter-out doc/%,$(DOCUMENTS)) $(DESTDIR)$(docdir)
	$(INSTALL_DATA) $(filter doc/decisions/%,$(DOCUMENTS)) $(DESTDIR)$(docdir)/decisions
	$(call INSTALL_TEXT,config/watchdogd.yaml,$(sampledir)/watchdogd.yaml,644)
	@if test -e $(DESTDIR)$(CONFIG_INSTALLED); then \
		echo "$(CONFIG_INSTALLED) is there and stays; the sample is $(sampledir)/watchdogd.yaml"; \
	else \
		set -x; $(INSTALL) -m 644 $(DESTDIR)$(sampledir)/watchdogd.yaml $(DESTDIR)$(CONFIG_INSTALLED); \
	fi

# Leaves the settings and the history, which are the operator's.
.PHONY: uninstall
uninstall:
	rm -f $(addprefix $(DESTDIR)$(sbindir)/,watchdogd watchdogctl)
	rm -f $(addprefix $(DESTDIR)$(pkglibexecdir)/,$(INSTALLED_ROLES))
	rm -f $(foreach m,$(MANUALS),$(DESTDIR)$(mandir)/man$(patsubst .%,%,$(suffix $(m)))/$(notdir $(m)))
	rm -f $(foreach f,$(INIT_FILES),$(DESTDIR)$(word 2,$(subst :, ,$(f))))
	rm -f $(foreach c,$(COMPLETIONS),$(DESTDIR)$(lastword $(subst :, ,$(c))))
	rm -rf $(DESTDIR)$(docdir)
	-rmdir $(DESTDIR)$(pkglibexecdir)
	@echo "kept: $(CONFIG_INSTALLED) and $(pkgstatedir)"
