"""Runs a command on a terminal, types when it says so, or gives the terminal another size, and prints what it wrote and how it ended."""
import fcntl, json, os, pty, select, struct, sys, termios, time

LIMIT = 120
steps = json.loads(sys.argv[1])
pid, descriptor = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])


def resize(rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


resize(33, 101)
output = b''
end = time.monotonic() + LIMIT
while time.monotonic() < end:
    if not select.select([descriptor], [], [], 1)[0]:
        continue
    try:
        data = os.read(descriptor, 4096)
    except OSError:
        break
    if not data:
        break
    output += data
    while steps and steps[0][0].encode() in output:
        what = steps.pop(0)[1]
        if isinstance(what, str):
            os.write(descriptor, what.encode())
        else:
            resize(*what)
status = os.waitpid(pid, 0)[1]
print(json.dumps([output.decode('latin1'), status]))
