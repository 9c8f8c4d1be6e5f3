#!/bin/sh
# Every check of the project: format, lints, tests. Installs a software Vulkan driver where it may,
# so that the GPU's code is tested too; without one those tests say that they were skipped.
set -eu
cd "$(dirname "$0")/.."

has_vulkan() {
    ls /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json >/dev/null 2>&1
}
if ! has_vulkan && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends mesa-vulkan-drivers libvulkan1 ||
        echo "no Vulkan driver could be installed: the GPU's tests will be skipped"
fi

cargo fmt --all --check
cargo clippy --workspace --all-targets --release --quiet -- -D warnings

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
{ cargo test --workspace --release -- --nocapture 2>&1 || echo "cargo test failed"; } | tee "$log"
grep -q '^cargo test failed$' "$log" && status=1

# The counts of all test binaries, and the goldens' totals, once more at the end.
grep -E '^goldens .* total: ' "$log" || true
awk '/^test result: / { passed += $4; failed += $6 } END { printf "%d passed, %d failed\n", passed, failed }' "$log"
exit $status
