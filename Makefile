# Two commands matter: `make run` and `make test`. HOST, PORT, DATABASE_URL, SULAM_VAR and SULAM_DEMO_PASSWORD are
# read from the environment (see .env.example); PYTHON chooses the interpreter.
PY := .venv/bin/python

.PHONY: help run test test-next fuzz bench lint format lock clean

help: ## Tampilkan daftar perintah ini
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F '|' '{ printf "  %-16s %s\n", $$1, $$2 }'

run: .venv/.runtime ## Siapkan data lalu jalankan Sulam (alamat lain: PORT=8001 make run)
	@$(PY) manage.py serve --prepare

test: .venv/.dev ## Jalankan semua pemeriksaan: gaya, setelan produksi, uji di SQLite dan PostgreSQL, uji peramban
	@sh .ci/test.sh

test-next: ## Jalankan uji pada Python dan Django terbaru yang ditemukan (di luar CI)
	@sh .ci/test-next.sh

fuzz: .venv/.dev ## Unggah berkas rusak acak: FUZZ_FILES (2000) buah, paling lama FUZZ_SECONDS (300)
	@sh .ci/fuzz.sh

bench: .venv/.dev ## Ukur meja impor terhadap pustaka aslinya (setengah jam), tulis tabel di benchmarks/README.md
	@$(PY) benchmarks/import.py --write

lint: .venv/.dev ## Periksa gaya kode
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: .venv/.dev ## Rapikan gaya kode
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: ## Tulis ulang berkas kunci (*.lock) dari requirements*.txt
	@sh .ci/lock.sh

clean: ## Hapus lingkungan Python dan berkas sementara; data di var/ tidak disentuh
	rm -rf .venv .venv-next .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

# Gone, or pointing to a Python that an upgrade removed: the empty recipe makes the environment be built again.
$(PY): ;

.venv/.runtime: $(PY) requirements-build.lock requirements.lock
	@sh .ci/venv.sh .venv requirements.lock
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@sh .ci/install.sh .venv requirements-dev.lock
	@touch $@
