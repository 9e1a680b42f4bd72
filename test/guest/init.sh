#!/bin/sh
# The first process of the guest: sets up the machine, then runs what the host asks for on the virtio port.
#
# The host sends lines `run ID SCRIPT`, the script with octal escapes for all that is not plain; each runs in a shell of its own, and its end is told as
# `done ID STATUS OUTPUT-SIZE ERRORS-SIZE` followed by the output and the errors. `ready RELEASE` comes first of all.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root HOST=10.0.2.2
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp

for module in /modules/*; do insmod "$module" || echo "init: $module cannot be loaded"; done

# Waits for what a driver makes.
await() { tries=0; until "$@" || [ $tries -ge 200 ]; do tries=$((tries + 1)); usleep 50000; done; }
port() { name=$(grep -l '^compatfs$' /sys/class/virtio-ports/*/name 2>/dev/null) && channel=/dev/$(basename "$(dirname "$name")") && [ -e "$channel" ]; }

ip link set lo up
await test -e /sys/class/net/eth0
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2

await port
exec 3<>"$channel"
mkdir /tmp/jobs
mkfifo /tmp/finished
exec 4<>/tmp/finished
cd /tmp
echo "ready $(uname -r)" >&3

# Sends what has finished, one after the other.
while read -r id status; do
  place=/tmp/jobs/$id
  echo "done $id $status" $(stat -c %s "$place.out" "$place.err")
  cat "$place.out" "$place.err"
  : >"$place.out" >"$place.err"
done <&4 >&3 &

while read -r word id script <&3; do
  [ "$word" = run ] || continue
  place=/tmp/jobs/$id
  printf %b "$script" >"$place.sh"
  {
    sh "$place.sh" </dev/null >"$place.out" 2>"$place.err" 3>&- 4>&-
    echo "$id $?" >&4
  } &
done
