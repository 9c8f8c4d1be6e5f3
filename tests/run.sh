#!/bin/sh
# Every check of the project: format, lints, tests. Installs a software Vulkan driver and a session bus
# where it may, so that the GPU's code and the desktop's dialogs are tested too; without them those
# tests say that they were skipped.
set -eu
cd "$(dirname "$0")/.."

has_vulkan() {
    ls /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json >/dev/null 2>&1
}
missing=
has_vulkan || missing="mesa-vulkan-drivers libvulkan1"
command -v dbus-daemon >/dev/null || missing="$missing dbus"
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 # these are several names
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing ||
        echo "could not install $missing: tests that need it will be skipped"
fi

cargo fmt --all --check
cargo clippy --workspace --all-targets --release --quiet -- -D warnings

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
{ cargo test --workspace --release --no-fail-fast -- --nocapture 2>&1 || echo "cargo test failed"; } | tee "$log"
grep -q '^cargo test failed$' "$log" && status=1

# The counts of all test binaries, and the goldens' totals, once more at the end.
grep -E '^goldens .* total: ' "$log" || true
awk '/^test result: / { passed += $4; failed += $6 } END { printf "%d passed, %d failed\n", passed, failed }' "$log"
exit $status
