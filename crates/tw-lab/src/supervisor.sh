# Runs one lab's server and outlives its parent just long enough to clean up.
# $1: private directory   $2: directory of the server's programs   the rest: server arguments
#
# Reads one verb a line from standard input and answers each with one line. The write end of that pipe is
# held by the parent alone, so when the parent dies, however it dies, `read` meets the end of the pipe:
# the server is ended and the directory removed.
dir=$1
bin=$2
shift 2
pid=
# A signal only interrupts `read`, which means: stop. A parent that is gone cannot hear answers.
trap : HUP INT TERM
trap '' PIPE
umask 077
ulimit -c 0
# No file over 2 GiB (1 KiB or 512-byte blocks, as the shell counts): the server's own never exceed 1 GiB.
ulimit -f 4194304

running() {
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null
}
# A signal sent before the server has its handlers is lost, so it is sent until the server is gone.
end() {
    tries=0
    while running; do
        if [ "$tries" -lt 200 ]; then kill "-$1" "$pid" 2>/dev/null; else kill -KILL "$pid" 2>/dev/null; fi
        sleep 0.03
        tries=$((tries + 1))
    done
    if [ -n "$pid" ]; then wait "$pid" 2>/dev/null; fi
    pid=
}

while IFS=' ' read -r verb path; do
    case $verb in
    init)
        "$bin/initdb" -D "$dir/data" -U "$path" -A trust -E UTF8 --locale=C --no-sync --wal-segsize=1 \
            </dev/null >>"$dir/log" 2>&1
        ;;
    copy) cp -a --reflink=auto "$path" "$dir/data" 2>/dev/null || { rm -rf "$dir/data" && cp -Rp "$path" "$dir/data"; } 2>>"$dir/log" ;;
    keep) cp -Rp "$dir/data" "$path" 2>>"$dir/log" ;;
    start)
        "$bin/postgres" -D "$dir/data" "$@" </dev/null >>"$dir/log" 2>&1 &
        pid=$!
        ;;
    stop) end INT ;;
    reap) end KILL ;;
    *) false ;;
    esac
    echo "$? $pid"
done
end QUIT
# The server's last children may still be writing: try until nothing is left.
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$dir" 2>/dev/null
    [ -e "$dir" ] || break
    sleep 0.1
done
