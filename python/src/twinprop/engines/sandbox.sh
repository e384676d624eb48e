#!/bin/sh
# Run a command with limits, as far as this machine allows cut off from all else:
#   sh sandbox.sh WALL FOLDER MEMORY_KIB CPU_SECONDS FILE_KIB PROCESSES COMMAND...
# WALL is bwrap, unshare or none. FOLDER is where the command may write. Python and R start
# somebody's script by this one file, so both protect alike.
wall=$1 folder=$2 memory=$3 cpu=$4 file=$5 processes=$6
shift 6

limit() { # the letter for a number of processes differs: -u in bash, -p in dash
  { ulimit -u "$processes" || ulimit -p "$processes"; } 2>/dev/null
  ulimit -c 0
  ulimit -t "$cpu"
  ulimit -v "$memory"
  ulimit -f $((file * 2)) # in units of 512 bytes
}

case $wall in
bwrap)
  limit
  exec bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL \
    --ro-bind / / --dev /dev --proc /proc --bind "$folder" "$folder" --chdir "$folder/work" \
    "$@"
  ;;
unshare)
  # A first shell, inside, makes every mount but the folder read-only; then it gives up all rights
  # over mounts and becomes the command.
  exec unshare --user --map-root-user --mount --pid --fork --kill-child --net --ipc --mount-proc \
    sh "$0" inside "$folder" "$memory" "$cpu" "$file" "$processes" "$@"
  ;;
inside)
  mount --bind "$folder" "$folder" || exit 125
  mount -t tmpfs -o mode=755,size=64k tmpfs /mnt || exit 125
  for device in null zero full random urandom; do
    : >"/mnt/$device" && mount --bind "/dev/$device" "/mnt/$device" || exit 125
  done
  ln -s /proc/self/fd /mnt/fd
  mount --move /mnt /dev || exit 125
  while read -r _ _ _ _ place options _; do
    place=$(printf '%b' "$place")
    case $place in "$folder" | /dev/*) continue ;; esac
    flags=
    for flag in nosuid nodev noexec noatime nodiratime relatime; do
      case ,$options, in *,$flag,*) flags=$flags,$flag ;; esac
    done
    mount -o "remount,bind,ro$flags" "$place" 2>/dev/null
  done </proc/self/mountinfo
  if [ -w / ] || [ -w /tmp ]; then exit 125; fi
  cd "$folder/work" || exit 125
  limit
  exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
  ;;
none)
  cd "$folder/work" || exit 125
  limit
  exec "$@"
  ;;
esac
