"""Times commands in turn, round by round, so that whatever else the machine does meets all of them alike; prints ratios.

Usage: times.py ROUNDS NAME=COMMAND...   (the first command is the one that the others are compared with)
"""

import os
import shlex
import statistics
import sys
import time

WARM_UP = 10


def once(command, actions):
    """Wall-clock and processor milliseconds of one run, output thrown away."""
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):  # 1: squawk has findings
        sys.exit(f"{shlex.join(command)} ended with {code}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def main():
    rounds = int(sys.argv[1])
    commands = [argument.split("=", 1) for argument in sys.argv[2:]]
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)]
    times = {name: [] for name, _ in commands}
    for round_number in range(WARM_UP + rounds):
        for name, command in commands:
            taken = once(shlex.split(command), actions)
            if round_number >= WARM_UP:
                times[name].append(taken)
    first = commands[0][0]

    def figures(name):
        walls = [wall for wall, _ in times[name]]
        processor = [processor for _, processor in times[name]]
        return statistics.median(walls), min(walls), statistics.median(processor)

    own = figures(first)
    print(f"{'':10}{'median ms':>10}{'least ms':>10}{'CPU ms':>9}   {first} takes, by median, least and CPU")
    for name, _ in commands:
        peer = figures(name)
        ratios = "" if name == first else "  ".join(f"{a / b:.2f}" for a, b in zip(own, peer)) + "  times as long"
        print(f"{name:10}{peer[0]:10.2f}{peer[1]:10.2f}{peer[2]:9.2f}   {ratios}")


main()
