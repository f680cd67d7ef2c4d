#!/usr/bin/env bash
# Times the search for undeclared copies beside rg, on a repository of 50,000 files and 1 GB that it makes itself, and prints the ratio and
# the memory that each needed. Both read everything from memory that the system has: it is read once before.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${LANESET_BENCH_RUNS:-5}
repository=$PWD/ci/bench/work/search
cargo build --release --locked --quiet
laneset=$PWD/target/release/laneset
if [ ! -f "$repository/laneset.toml" ]; then
  rm -rf "$repository"
  python3 ci/bench/repository.py "$repository" 50000 1000000000
fi
cd "$repository"
find . -type f -print0 | xargs -0 cat >/dev/null
python3 ../../times.py "$rounds" "laneset=$laneset check" "rg=rg -n kind ."
for command in "$laneset check" "rg -n kind ."; do
  python3 - $command <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
print(f"{sys.argv[1].rsplit('/', 1)[-1]}: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MiB at most")
PYTHON
done
