# What ./demur and ./build share: finding a JDK 25, and a lock around Maven. POSIX sh; sourced, with $root set.

# The real path of a script that may have been called through symbolic links.
real_path() {
  path=$1
  while [ -L "$path" ]; do
    target=$(readlink "$path")
    case $target in
      /*) path=$target ;;
      *) path=$(dirname "$path")/$target ;;
    esac
  done
  printf '%s/%s\n' "$(cd -P "$(dirname "$path")" && pwd)" "$(basename "$path")"
}

is_jdk25() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r entry; do
    case $entry in
      'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'* | 'JAVA_VERSION="25-'* | 'JAVA_VERSION="25+'*) return 0 ;;
    esac
  done <"$1/release"
  return 1
}

# Sets JAVA_HOME to a JDK 25, or says in one sentence that there is none and returns 4.
# DEMUR_JDKS names one folder that holds JDKs; it is then searched instead of the usual places.
find_jdk25() {
  if is_jdk25 "${JAVA_HOME:-}"; then
    export JAVA_HOME
    return 0
  fi
  on_path=$(command -v java || true)
  if [ -n "$on_path" ]; then
    on_path=$(dirname "$(dirname "$(real_path "$on_path")")")
    if is_jdk25 "$on_path"; then
      export JAVA_HOME="$on_path"
      return 0
    fi
  fi
  if [ -n "${DEMUR_JDKS:-}" ]; then
    set -- "$DEMUR_JDKS"/*
  else
    set -- /usr/lib/jvm/*25* /opt/*25* "${HOME:-}"/.sdkman/candidates/java/25* "${HOME:-}"/.jdks/*25* \
      /Library/Java/JavaVirtualMachines/*25*/Contents/Home
    if [ -x /usr/libexec/java_home ]; then
      set -- "$(/usr/libexec/java_home -v 25 2>/dev/null)" "$@"
    fi
  fi
  for candidate in "$@"; do
    if is_jdk25 "$candidate"; then
      export JAVA_HOME="$candidate"
      return 0
    fi
  done
  echo "error: Demur needs a JDK 25, and there is none in JAVA_HOME (${JAVA_HOME:-not set}), on PATH or in ${DEMUR_JDKS:-the usual folders}; install one and set JAVA_HOME to its folder" >&2
  return 4
}

# Says in one sentence that Maven is missing and returns 4.
need_maven() {
  if ! command -v mvn >/dev/null 2>&1; then
    echo "error: Demur is built with Apache Maven, and there is no mvn on PATH; install Maven 3.8 or newer" >&2
    return 4
  fi
  # Both flags exist from JDK 24 on; they silence warnings about Maven's own libraries.
  MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  export MAVEN_OPTS
}

# Takes the lock around Maven's output folders; waits while another live process has it.
take_build_lock() {
  mkdir -p "$root/target"
  lock=$root/target/build.lock
  told=
  while ! (set -C && echo $$ >"$lock") 2>/dev/null; do
    owner=$(cat "$lock" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      # Its owner is gone. Only one waiter may clear it away, so it is moved to a name of our own first.
      mv "$lock" "$lock.$$" 2>/dev/null && rm -f "$lock.$$"
      continue
    fi
    if [ -z "$told" ]; then
      echo "Waiting for another build of Demur (process ${owner:-unknown}) ..." >&2
      told=yes
    fi
    sleep 1
  done
  trap 'rm -f "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

release_build_lock() {
  rm -f "$lock"
  trap - EXIT INT TERM HUP
}

# True when nothing is built, or a source is newer than the last build.
# Folders are compared too, so that a deleted file counts.
is_stale() {
  stamp=$root/target/demur.stamp
  [ -e "$stamp" ] && [ -r "$root/target/demur.classpath" ] || return 0
  newer=$(find "$root/pom.xml" "$root"/demur-*/pom.xml "$root"/demur-*/src/main -newer "$stamp" 2>/dev/null | head -n 1)
  [ -n "$newer" ]
}

# Remembers when a build began; what is edited while it runs makes the next run stale.
begin_build() {
  mkdir -p "$root/target"
  rm -f "$root/target/demur.stamp"
  : >"$root/target/demur.begun"
}

# Flags of every run. Messages of the JVM itself must not reach standard output, which may hold a JSON document.
java_flags="-Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

# For commands that run a model for a while: the JDK's vector instructions, an incubating module. The JVM announces it in
# one line and starts a second and a half later, because its start-up record cannot hold linked classes then.
# While many methods wait for the second compiler, the JVM compiles others without counting what classes they meet. A kernel that is
# compiled from such counts calls vector operations instead of using instructions, and stays so: 8 of 19 processes decoded eight
# rows with 31 instead of 75 tok/s. So counting never ends.
kernel_flags="--add-modules jdk.incubator.vector -XX:Tier3DelayOn=100000"

# Whether a command runs a model.
runs_model() {
  case ${1:-} in
    '' | help | -h | --help | -V | --version | inspect | tokens | template | model | compare | judge) return 1 ;;
    *) return 0 ;;
  esac
}

# Whether it runs one long enough for the vector instructions. DEMUR_KERNELS=on or off decides for it.
needs_kernels() {
  case ${DEMUR_KERNELS:-} in
    on) return 0 ;;
    off) return 1 ;;
  esac
  runs_model "$@" && { [ "$1" != generate ] || ! answers_shortly "$@"; }
}

# Whether one prompt is answered with at most 32 tokens.
answers_shortly() {
  short=1
  before=
  for argument in "$@"; do
    limit=
    case $argument in
      --batch | --batch=* | q8 | --dtype=q8) return 1 ;;
      --max-new-tokens=*) limit=${argument#*=} ;;
    esac
    [ "$before" = --max-new-tokens ] && limit=$argument
    case $limit in
      [1-9] | [12][0-9] | 3[0-2]) short=0 ;;
    esac
    before=$argument
  done
  return "$short"
}

# Writes the class path in a fixed order (a start-up cache is valid for one order only) and the stamp.
finish_build() {
  cli=$root/demur-cli/target
  classpath=
  for jar in "$cli"/demur-cli-*.jar "$cli"/lib/*.jar; do
    case $jar in
      *-tests.jar | *-sources.jar | *-javadoc.jar) continue ;;
    esac
    classpath=${classpath:+$classpath:}$jar
  done
  printf '%s\n' "$classpath" >"$root/target/demur.classpath"
  train_startup "$classpath"
  mv "$root/target/demur.begun" "$root/target/demur.stamp"
}

# Runs the tiny models of the golden set to record which classes a start and a forward pass need; later starts read them
# ready-made (3.5 s instead of 4.2 s to the first token of SmolLM2). One record for each set of modules. Certificates
# go to a folder that is thrown away. Without the records everything works, only slower, so a failure here is none.
train_startup() {
  record "$1" "$root/target/demur.aot" ""
  record "$1" "$root/target/demur-kernels.aot" "$kernel_flags"
}

record() {
  rm -f "$2"
  cache=${DEMUR_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/demur}
  scratch=$(mktemp -d) || return 0
  # shellcheck disable=SC2086 # the variables hold several flags
  echo '{"case": "extract", "batch": 1, "tokens": 16}' | \
    DEMUR_CACHE=$scratch DJL_CACHE_DIR="${DJL_CACHE_DIR:-$cache/djl}" OMP_WAIT_POLICY=PASSIVE \
    "$JAVA_HOME/bin/java" $java_flags $3 "-XX:AOTCacheOutput=$2" \
    "-Dorg.bytedeco.javacpp.cachedir=$cache/javacpp" -cp "$1" org.demur.cli.StartupRecording \
    "$root/golden/models" >/dev/null 2>&1 || rm -f "$2"
  rm -rf "$scratch"
}
