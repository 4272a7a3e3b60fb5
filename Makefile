# make site   builds the verified site into site/
# make book   does so, too, with the handbook as EPUB, PDF and cheat sheet in site/book/
# make test   runs every test
# They install what is missing first, where they may. Labs need root, or a Docker Engine that this user may use.
# VENV, PYTHON, JOBS (tests at once) and SNIPPETLAB_MODE can be set.

SHELL := /bin/bash
VENV ?= .venv
PYTHON ?= python3
JOBS ?= 3
BIN := $(VENV)/bin
# A Ctrl-C waits until the program listens (where `env` is GNU's): in its own start, Python tells a traceback.
RUN := $(shell env --block-signal=INT true 2>/dev/null && echo env --block-signal=INT) $(BIN)/python -m
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --editable
# The theme's advertisement of its successor, forty lines in each log.
export NO_MKDOCS_2_WARNING := 1
LAB_PACKAGES := bubblewrap mmdebstrap slirp4netns iproute2 util-linux
# The site needs no browser; the book and the tests do.
PACKAGES := $(LAB_PACKAGES) graphviz python3-venv

.PHONY: site book test setup ready serve check update lint clean

# The scenarios are verified before the site generator starts; it takes the kept results and only renders.
# FRESH=1 runs every scenario anew; without it, results stand for a week where nothing has changed,
# and so does the site.
site book: ready
	BOOK=$(if $(filter book,$@),1) $(RUN) handbook site $(if $(filter-out 0,$(FRESH)),--fresh)

# The notes are Chinese: without a font that has their characters, the printed book shows boxes.
book test: PACKAGES += chromium fonts-droid-fallback
test: PACKAGES += epubcheck poppler-utils
test: setup lint
	$(BIN)/pytest tests -n $(JOBS)

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

serve: ready
	$(BIN)/mkdocs serve

check: ready
	$(RUN) snippetlab check

update: ready
	$(RUN) snippetlab update

# All that tests, lint and types need, too: no site needs it, and it takes as long as the rest.
setup: ready $(VENV)/.developer

ready: $(VENV)/.installed
	@hooks/setup-system.sh $(PACKAGES)

# Debian's packages and Python's come side by side: either is mostly waited for.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11 and run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || hooks/setup-system.sh $(PACKAGES)
	@hooks/setup-system.sh $(PACKAGES) & \
	  set -x; $(PYTHON) -m venv $(VENV) && $(INSTALL) '.[book]'; { made=$$?; set +x; } 2>/dev/null; wait; exit $$made
	@touch $@

$(VENV)/.developer: pyproject.toml $(VENV)/.installed
	$(INSTALL) '.[book,dev]'
	@touch $@

clean:
	rm -rf $(VENV) site
