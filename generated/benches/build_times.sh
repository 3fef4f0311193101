#!/usr/bin/env bash
# Measures how long it takes to compile pm2-api and a program that uses all of it.
#
#     generated/benches/build_times.sh
#
# Prints the median time of three builds, the CPU time of that build, and the target: the time to stay below on two cores.
# All dependencies, including routegen-runtime, are compiled before the measurement. Builds are not incremental. Run the
# script on an idle machine. It takes a few minutes, most of them for the dependencies.
#
# Build artifacts are written to target/build-times/, the source of the program to a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-$PWD/target}/build-times
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0

# Prints one function per namespace that calls each of its operations. `argument` stands for any value.
call_functions() {
  find generated/src -name '*.rs' | LC_ALL=C sort | awk '
    {
      file = $0
      path = file
      sub(/^generated\/src\//, "", path)
      sub(/\.rs$/, "", path)
      name = path
      gsub("/", "_", name)
      gsub("/", "().", path)
      body = ""
      signature = ""
      while ((getline line < file) > 0) {
        if (line ~ /^    pub fn /) signature = " "
        if (signature == "") continue
        signature = signature line
        if (line !~ /\{$/) continue
        if (signature ~ /\(&self/ || signature ~ /\( *&self/) {
          if (signature ~ /-> *Call</) {
            operation = signature
            sub(/^ *pub fn /, "", operation)
            sub(/\(.*/, "", operation)
            parameters = signature
            sub(/\) *-> *Call<.*/, "", parameters)
            count = gsub(/[a-z0-9_]: /, "", parameters)
            arguments = ""
            for (i = 0; i < count; i++) arguments = arguments (i ? ", " : "") "argument()"
            body = body "    client." path "()." operation "(" arguments ").await?;\n"
          }
        }
        signature = ""
      }
      close(file)
      if (body != "") {
        print "async fn " name "(client: &Client) -> Result<(), Error> {\n" body "    Ok(())\n}\n"
        names = names "    " name "(client).await?;\n"
      }
    }
    END { print "async fn call_all(client: &Client) -> Result<(), Error> {\n" names "    Ok(())\n}" }'
}

# Writes a program that calls every operation. It is compiled and never run.
write_program() {
  mkdir "$work/src"
  cp Cargo.lock "$work/"
  cat > "$work/Cargo.toml" <<TOML
[package]
name = "all-calls"
version = "0.0.0"
edition = "2024"
[dependencies]
pm2-api = { path = "$PWD/generated" }
tokio = { version = "1", features = ["rt", "net", "time"] }
[workspace]
TOML
  {
    cat <<'RUST'
#![allow(deprecated)]
use pm2_api::{Client, Error};

fn argument<T>() -> T {
    std::hint::black_box(None).expect("the program is not run")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().access_token("token").build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(call_all(&client))?)
}

RUST
    call_functions
  } > "$work/src/main.rs"
  local calls operations
  calls=$(grep -c '^    client\.' "$work/src/main.rs")
  operations=$(grep -c '"operationId":' generated/openapi.json)
  if [ "$calls" != "$operations" ]; then
    echo "error: found $calls client methods for $operations operations" >&2
    exit 1
  fi
}

# Runs cargo and prints its wall-clock and CPU seconds. Fails if cargo does not compile the package.
timed_build() {
  local package=$1 status=0
  shift
  TIMEFORMAT='%R %U %S'
  { time cargo "$@" > "$work/log" 2>&1 || status=$?; } 2> "$work/seconds"
  if [ "$status" != 0 ] || ! grep -qE "(Compiling|Checking) $package " "$work/log"; then
    cat "$work/log" >&2
    echo "error: \`cargo $*\` did not compile $package" >&2
    exit 1
  fi
  awk '{ print $1, $2 + $3 }' "$work/seconds"
}

# measure TITLE TARGET PACKAGE FILE CARGO_ARGUMENTS...
measure() {
  local title=$1 bar=$2 package=$3 file=$4
  shift 4
  cargo "$@" --quiet
  for _ in 1 2 3; do
    touch "$file"
    timed_build "$package" "$@"
  done | sort -n | awk -v title="$title" -v bar="$bar" '
    { seconds[NR] = $1; cpu[NR] = $2 }
    END {
      if (NR != 3) exit 1
      verdict = seconds[2] <= bar ? "ok" : "too slow"
      printf "%-44s %8.2f %8.2f %8.2f   %6.2f to %6.2f   %s\n", title, seconds[2], cpu[2], bar, seconds[1], seconds[3], verdict
    }'
}

write_program
printf '%-44s %8s %8s %8s   %s\n' 'seconds, with all dependencies compiled' median CPU target range
library=(--locked --package pm2-api --lib --no-default-features --features)
source=generated/src/lib.rs
measure 'release build, client' 5 pm2-api $source build --release "${library[@]}" client
measure 'release build, client and server' 8 pm2-api $source build --release "${library[@]}" client,server
measure 'release build, program with all calls' 6 all-calls "$work/src/main.rs" \
  build --release --manifest-path "$work/Cargo.toml"
measure 'cargo check, client and server' 3.2 pm2-api $source check "${library[@]}" client,server
