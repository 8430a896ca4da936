"""Says what time it is to whoever asks. Needs `pip install "python-socketio[client]"`."""

import datetime
import os

import socketio

client = socketio.Client()


@client.on("talk")
def heard(text, line):
    if text == "!time":
        now = datetime.datetime.now().strftime("%H:%M")
        client.emit("talk", f"@{line['from']} {now}")


client.connect(
    os.environ.get("KPL_URL", "http://127.0.0.1:3000"),
    auth={"name": os.environ.get("KPL_NAME", "报时"), "key": os.environ.get("KPL_KEY")},
)
print("ready", flush=True)
client.wait()
