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
# The theme's advertisement of its successor, forty lines in each log.
export NO_MKDOCS_2_WARNING := 1
LAB_PACKAGES := bubblewrap mmdebstrap slirp4netns iproute2 util-linux
# The site needs no browser; the book and the tests do.
PACKAGES := $(LAB_PACKAGES) graphviz python3-venv

.PHONY: site book test setup serve check update lint clean

# The scenarios are verified before the site generator starts; it takes the kept results and only renders.
# FRESH=1 runs every scenario anew; without it, results stand for a week where nothing has changed,
# and so does the site.
site book: setup
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

serve: setup
	$(BIN)/mkdocs serve

check: setup
	$(RUN) snippetlab check

update: setup
	$(RUN) snippetlab update

setup: $(VENV)/.installed
	@hooks/setup-system.sh $(PACKAGES)

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11 and run make again." >&2; exit 1; }
	@hooks/setup-system.sh $(PACKAGES)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[book,dev]'
	@touch $@

clean:
	rm -rf $(VENV) site
