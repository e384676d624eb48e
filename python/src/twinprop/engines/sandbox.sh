#!/bin/sh
# Run somebody's program behind a wall and within limits. Python and R start it by this one file:
#   sh sandbox.sh run WALL FOLDER BESIDE PARENT TENTHS MEMORY_MB FILE_MB DISK_MB PROCESSES
#     PRINTED RESULT COMMAND...
# WALL is bwrap, unshare or none. FOLDER is private and empty but for `given`, files that the program
# may read; BESIDE is the program's own folder, or empty; PARENT is the process that asks; TENTHS of
# a second are its time; PRINTED and RESULT are bytes. It leaves in FOLDER:
#   printed   what the program printed, to somewhat more than its limit
#   result    what it wrote to descriptor 3, a pipe, likewise, after a first line from here
#   status    as a shell gives it, and the word for why it was ended
# The stages follow each other: run (outside, watches), build (becomes the wall), mounts (for unshare,
# inside, process 1), inner (inside, becomes the program).
stage=$1
shift
wall=$1 folder=$2 beside=$3 parent=$4 tenths=$5 memory=$6 file=$7 disk=$8 processes=$9
printed=${10} result=${11}
tasks=$((processes * 4)) # threads count as tasks
files=65536 # in memory, of the program

. "${0%.sh}_cgroups.sh"

has() { command -v "$1" >/dev/null 2>&1; }

# --- outside: watching ---

alive() { # a process that has ended may still wait to be taken note of
  kill -0 "$1" 2>/dev/null || return 1
  [ -e "/proc/$1/stat" ] || return 0
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  case ${line##*)} in " Z"* | " X"*) return 1 ;; esac
}

tell_time() { # sets `now`, in tenths of a second
  if read -r up _ 2>/dev/null </proc/uptime; then
    now=${up%.*}${up#*.}
    now=${now%?}
  else
    now=$(date +%s)0
  fi
}

# Says what there is too much of: "printed", "result", "memory", "processes", "disk" or "files".
find_excess() {
  long=$(find "$folder/printed" "$folder/result" \( -name printed -size +"$printed"c -o \
    -name result -size +"$result"c \) 2>/dev/null)
  if [ -n "$long" ]; then
    echo "${long##*/}"
  elif [ "$wall" = none ] && [ "$(du -sm "$folder/space" | cut -f 1)" -gt "$disk" ]; then
    echo disk
  elif [ "$wall" = bwrap ] && has_too_many_files; then
    echo files
  elif ran_out_of_memory; then
    echo memory
  elif [ -d /proc/self ]; then
    read -r root <"$folder/process"
    awk -v root="$root" -v memory="$((memory * 1024))" -v processes="$processes" \
      -f "${0%.sh}_greedy.awk" /proc/[0-9]*
  fi 2>/dev/null
}

# Empty files take memory, too, and bubblewrap cannot bound their number as mounts does. They are
# counted through its process 1, if that has a file system of its own already.
has_too_many_files() {
  read -r root <"$folder/process"
  read -r first _ <"/proc/$root/task/$root/children"
  for place in "$folder/space" /dev/shm; do
    # shellcheck disable=SC2046 # six words: of each its number, files and those still free
    set -- $(stat -f -c '%i %c %d' "$place" "/proc/$first/root$place")
    case $5$6 in '' | *[!0-9]*) continue ;; esac
    [ "$1 $2 $3" = "$4 $5 $6" ] || [ $(($5 - $6)) -le "$files" ] || return 0
  done
  return 1
}

# In the background, until it has found a reason to end the program.
watch() {
  trap 'end_program unwatched' EXIT # such as where no process can be started any more
  tell_time
  end=$((now + tenths))
  while :; do
    sleep 0.2
    [ -s "$folder/process" ] || continue
    tell_time
    reason=
    if [ "$now" -ge "$end" ]; then
      reason="time"
    elif ! alive "$parent" || ! alive "$main" || [ -e "$folder/stop" ]; then
      reason="stopped"
    else
      reason=$(find_excess) || reason=$(find_excess) || reason="unwatched"
    fi
    [ -z "$reason" ] || break
  done
  trap - EXIT
  end_program "$reason"
}

end_program() {
  set_reason "$1"
  end_group
}

set_reason() { (set -C && echo "$1" >"$folder/reason") 2>/dev/null; } # the first one stays

end_group() {
  [ -s "$folder/process" ] && read -r root <"$folder/process" || return
  kill -s KILL -- "-$root" 2>/dev/null
  kill -s KILL "$root" 2>/dev/null
  :
}

# What left its group but still carries its mark; on Linux, where /proc shows it.
end_marked() {
  for _ in 1 2 3; do
    marked=$(grep -ls "TWINPROP_CHECK=$folder" /proc/[0-9]*/environ 2>/dev/null)
    [ -n "$marked" ] || return
    for name in $marked; do
      name=${name#/proc/}
      kill -s KILL "${name%/environ}" 2>/dev/null
    done
  done
}

# --- the stages ---

run() {
  main=$$
  name_cgroups
  mkfifo "$folder/printing" "$folder/resulting" && mkdir "$folder/space" || exit 125
  keep "$printed" <"$folder/printing" >"$folder/printed" &
  readers=$!
  keep "$result" <"$folder/resulting" >"$folder/result" &
  readers="$readers $!"
  exec 3>"$folder/resulting" 4>"$folder/printing"
  rm "$folder/printing" "$folder/resulting"
  watch 3>&- 4>&- >/dev/null 2>&1 &
  watcher=$!
  sh "$0" build "$@" </dev/null >&4 2>&1 4>&- # in the foreground: in the background SIGINT is ignored
  status=$?
  exec 3>&- 4>&-
  kill -s KILL "$watcher" 2>/dev/null
  if [ "$wall" = none ]; then end_group && end_marked; fi
  leave_cgroups
  finish_reading
  rm -f "$folder/status"
  echo "$status $(cat "$folder/reason" 2>/dev/null)" >"$folder/status"
  alive "$parent" || rm -rf "$folder"
}

# Becomes cat, which keeps what it has read when it is ended, as head does not; somewhat more than
# so many bytes end it.
keep() {
  ulimit -f "$(($1 / 512 + 1))"
  exec cat
}

# The pipes end with the program; where there is no wall something may have escaped that holds them.
finish_reading() {
  if [ "$wall" = none ]; then
    for reader in $readers; do
      for _ in 0 1 2 3 4 5 6 7 8 9; do
        kill -0 "$reader" || break
        sleep 0.1
      done
      kill "$reader"
    done 2>/dev/null
  fi
  for reader in $readers; do
    wait "$reader"
    # A signal for a file that grew too large, where our own limit could not be set.
    if [ $? = 153 ]; then set_reason small; fi
  done
  wait
}

build() {
  echo $$ >"$folder/process"
  enter_cgroups
  "build_$wall" "$@"
}

# The file system is read-only but for `space`, in memory and of bounded size, in which the program
# has its folders. /dev is a new one, whose /dev/shm is bounded too; a folder that was in the old one
# is put into the new one. Without rights, but with the number of root, one may still write to
# /proc/sys: bubblewrap alone leaves it open.
build_bwrap() {
  bytes=$((disk * 1048576))
  set -- --remount-ro /dev --remount-ro /proc --size "$bytes" --tmpfs "$folder/space" sh "$0" inner "$@"
  case $beside in /dev/*) set -- --ro-bind "$beside" "$beside" "$@" ;; esac
  case $folder in /dev/*) set -- --ro-bind "$folder" "$folder" "$@" ;; esac
  exec bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL \
    --ro-bind / / --proc /proc --dev /dev --size "$bytes" --tmpfs /dev/shm "$@"
}

build_unshare() {
  exec setpriv --pdeathsig KILL unshare --user --map-root-user --mount --pid --fork --kill-child \
    --net --ipc --uts --mount-proc sh "$0" mounts "$@"
}

build_none() {
  if has setsid; then exec setsid sh "$0" inner "$@"; fi
  exec sh "$0" inner "$@"
}

refuse() {
  echo "$*"
  exit 125
}

# As process 1 of its own, which no signal from inside reaches; it gives up its rights over mounts
# for the program, and stays to end with it.
mounts() {
  exec 5<"$folder" 6<"${beside:-/}"
  mount -n -t tmpfs -o mode=755,size=64k,nr_inodes=64 tmpfs "$folder/space" || exit 125
  for device in null zero full random urandom; do
    : >"$folder/space/$device" &&
      mount -n --bind "/dev/$device" "$folder/space/$device" || exit 125
  done
  ln -s /proc/self/fd "$folder/space/fd"
  for number in 0.stdin 1.stdout 2.stderr; do
    ln -s "/proc/self/fd/${number%.*}" "$folder/space/${number#*.}"
  done
  mkdir "$folder/space/shm"
  mount -n --move "$folder/space" /dev || exit 125
  mount -n -t tmpfs -o "mode=1777,size=${disk}m,nr_inodes=$files" tmpfs /dev/shm || exit 125
  case $folder in /dev/*) again "$folder" 5 ;; esac
  case $beside in /dev/*) again "$beside" 6 ;; esac
  mount -n -t tmpfs -o "mode=700,size=${disk}m,nr_inodes=$files" tmpfs "$folder/space" || exit 125
  make_read_only
  setpriv --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all \
    setsid sh "$0" inner "$@" 5<&- 6<&-
  exit $?
}

again() { # a folder that is open as a descriptor, in the new /dev; not canonical, that is hidden
  mkdir -p "$1" && mount -n -c --bind "/proc/self/fd/$2" "$1" || exit 125
}

# Every mount that can be reached, or the wall does not stand.
make_read_only() {
  while read -r number _ _ _ place options _; do
    case $place in *\\012*) refuse "cannot be made read-only: $place" ;; esac
    place=$(printf '%b' "$place")
    case $place in "$folder/space" | /dev/shm) continue ;; esac
    flags=
    for flag in nosuid nodev noexec noatime nodiratime relatime nosymfollow; do
      case ,$options, in *,$flag,*) flags=$flags,$flag ;; esac
    done
    case $flags in *atime*) ;; *) flags=$flags,strictatime ;; esac
    mount -n -o "remount,bind,ro$flags" "$place" 2>/dev/null ||
      is_covered "$number" "$place" || refuse "cannot be made read-only: $place"
  done </proc/self/mountinfo
}

# Whether a mount is out of reach: nothing is at its place, or another mount, which has its own line.
is_covered() {
  [ -e "$2" ] || return 0
  [ -d "$2" ] || [ -f "$2" ] || return 1
  while read -r key value; do
    if [ "$key" = mnt_id: ]; then [ "$value" != "$1" ] && return; fi
  done 9<"$2" <"/proc/$$/fdinfo/9"
  return 1
}

# Inside: a shell with limits that becomes the program. The first line of the result says that it
# came so far.
inner() {
  space=$folder/space
  mkdir "$space/work" "$space/home" "$space/tmp" || exit 125
  if [ -d "$folder/beside" ]; then cp -RP "$folder/beside/." "$space/work" || exit 125; fi
  cd "$space/work" || exit 125
  export HOME="$space/home" TMPDIR="$space/tmp" TWINPROP_CHECK="$folder"
  case $(uname -r) in
  [1-4].* | 5.[0-9].* | 5.1[0-3].*) ;; # where a user's other processes would count, too
  *) [ "$wall" = none ] || { ulimit -u "$tasks" || ulimit -p "$tasks"; } 2>/dev/null ;; # bash, dash
  esac
  { # what cannot be set is smaller already
    ulimit -c 0
    ulimit -t "$((tenths / 10 + 2))"
    ulimit -f "$((file * 2048))" # in units of 512 bytes
    ulimit -v "$((memory * 1024))"
  } 2>/dev/null
  echo inside >&3
  shift 11
  exec "$@"
}

"$stage" "$@"
