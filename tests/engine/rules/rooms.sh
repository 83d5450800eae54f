#!/bin/bash
# The rules of who may know what, asked of the sources. Run from the project's root; prints each breach and exits 1.
set -u
breaches=0

# forbid WHY PATTERN FILES…: no line of these files matches.
forbid() {
  local why=$1 pattern=$2 found
  shift 2
  found=$(grep -nEi -- "$pattern" "$@" /dev/null)
  [ -z "$found" ] && return
  printf '%s\n%s\n' "$why:" "$found"
  breaches=1
}
# sources FOLDER…: all C and C++ files below.
sources() { find "$@" \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.c' \) 2>/dev/null; }
# but EXCEPTION…: leaves these paths out of the list on standard input.
but() { grep -v "$@"; }

mapfile -t engine < <(sources engine)
mapfile -t stages < <(sources stages)
mapfile -t not_loader < <(sources engine | but -e '^engine/loader/library.cpp$')
mapfile -t not_pipeline < <(sources engine | but -e '^engine/pipeline/')
mapfile -t not_web < <(sources engine | but -e '^engine/web/')
mapfile -t no_threads < <(sources engine | but -e '^engine/runtime/' -e '^engine/web/')
mapfile -t not_scheduler < <(sources engine/runtime | but -e '^engine/runtime/system_scheduler.cpp$')
mapfile -t kit < <(sources plugins/include)

[ "${#engine[@]}" -gt 20 ] && [ "${#stages[@]}" -gt 5 ] || { echo "run it from the project's root: no sources found"; exit 1; }

forbid 'the engine names an application, a broker or a database' '\b(kafka|rdkafka|postgres|postgresql|pqxx|order_uid)' "${engine[@]}"
forbid 'the engine includes the C++ SDK' 'weir/(stage|testing)' "${engine[@]}"
forbid 'a stage includes the engine' '#include *["<]engine/' "${stages[@]}"
forbid 'the kit includes the engine or a library' '#include *["<](engine/|boost|Poco|yaml|pqxx|librdkafka|gtest)' "${kit[@]}"
forbid 'dlfcn.h outside of engine/loader/library.cpp' '#include *<dlfcn.h>' "${not_loader[@]}"
forbid 'yaml-cpp outside of engine/pipeline' '#include *<yaml-cpp' "${not_pipeline[@]}"
forbid 'Poco/Net outside of engine/web' '#include *[<"]Poco/Net' "${not_web[@]}"
forbid 'a thread outside of engine/runtime and engine/web' 'std::j?thread\b' "${no_threads[@]}"
forbid 'a layer includes one above it' '#include "engine/(runtime|web|cli)/' $(sources engine/observe engine/pipeline engine/loader engine/books)
forbid 'time, waiting, chance or a thread beside engine/runtime/system_scheduler.cpp' 'std::j?thread\b|_clock::now|condition_variable|semaphore|sleep_(for|until)|random_device' "${not_scheduler[@]}"
forbid 'a layer includes one above it' '#include "engine/(web|cli)/' $(sources engine/runtime)
forbid 'a layer includes one above it' '#include "engine/cli/' $(sources engine/web)
forbid 'a name without a meaning' '^(.*/)?(utils?|helpers?|common|misc|manager|base|impl)[./]' <(git ls-files 2>/dev/null | grep -v '^htdocs/vendor/')
forbid 'a positional argument whose name CLI11 2.3 and newer refuse' 'add_option\("[^-"][^"]* ' "${engine[@]}"

exit "$breaches"
