"""A person who is told what to say: `person.py URL TRANSPORT`.

Each line of standard input is a JSON string to say; each line of standard output is one that was
heard, as `{"seq": NUMBER, "heard": TEXT}`, or `{"said": ACK}` once the server has answered. The
library hands each line to a thread of its own: the number says which came first, and one thread at
a time writes.
"""

import json
import sys
import threading

import socketio


def main():
    url, transport = sys.argv[1:]
    client = socketio.Client()

    writing = threading.Lock()

    def tell(value):
        with writing:
            print(json.dumps(value), flush=True)

    client.on("talk", lambda text, about: tell({"seq": about["seq"], "heard": text}))
    client.connect(url, transports=[transport])
    tell({"said": None})
    for line in sys.stdin:
        tell({"said": client.call("talk", json.loads(line))})
    client.disconnect()


if __name__ == "__main__":
    main()
