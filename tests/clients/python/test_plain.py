"""python-socketio, used as anyone would who has never heard of us."""

import unittest

import socketio

import room

TRANSPORTS = (["websocket"], ["polling"], ["polling", "websocket"])
TEXTS = ["123", "null", "true", '{"a":1}', "  x", "first\nsecond", "👨‍👩‍👧", "a\u2028b",
         "汉字" * 666 + "汉!",
         # The longest there may be, which the library escapes to three times as many bytes.
         "é" * 2048, "😀" * 1024, '"' * 4096]


class PlainClient(room.Case):
    """The words after `test_` say what is promised."""

    def test_everyone_hears_every_other_and_nobody_hears_itself(self):
        for transports in TRANSPORTS:
            with self.subTest(transports=transports):
                self.open_room()
                libai, yao = self.person(transports), self.person(transports)

                libai.emit("talk", "from 李白")
                room.until("it is heard", lambda: yao.heard)
                yao.emit("talk", "from 瑶")
                room.until("it is heard", lambda: libai.heard)

                self.assertEqual((libai.heard, yao.heard), (["from 瑶"], ["from 李白"]))
                self.kill_room()

    def test_every_text_arrives_unchanged_and_in_order(self):
        for transports in TRANSPORTS:
            with self.subTest(transports=transports):
                self.open_room("--rate", "off")
                author, reader = self.person(transports), self.person(transports)

                for text in TEXTS:
                    author.emit("talk", text)

                room.until("all are heard", lambda: len(reader.heard) >= len(TEXTS))
                self.assertEqual(reader.heard, TEXTS)
                self.kill_room()

    def test_a_line_is_acknowledged_with_its_number_once_however_often_it_is_sent(self):
        self.open_room()
        author, reader = self.person(["websocket"]), self.person(["websocket"])

        first = author.call("talk", "one")
        second = author.call("talk", ("two", {"cid": "line-2"}))
        again = author.call("talk", ("two", {"cid": "line-2"}))
        third = author.call("talk", "three")

        self.assertEqual([ack["seq"] for ack in (first, second, again, third)], [1, 2, 2, 3])
        self.assertTrue(all(ack["ok"] for ack in (first, second, again, third)))
        self.assertIs(again["dup"], True)
        room.until("all are heard", lambda: len(reader.heard) >= 3)
        self.assertEqual(reader.heard, ["one", "two", "three"])

    def test_the_simple_client_of_the_readme_hears_what_others_say(self):
        client = socketio.SimpleClient()
        client.connect(self.open_room())
        self.addCleanup(client.disconnect)
        author = self.person(["websocket"], auth={"name": "李白"})

        client.emit("talk", "射手位留我")
        author.emit("talk", "马上到")
        event, text, line = client.receive(timeout=room.PATIENCE)

        self.assertEqual((event, text, line["from"]), ("talk", "马上到", "李白"))

    def test_who_speaks_too_fast_is_told_so(self):
        self.open_room("--rate", "2,1")
        author = self.person(["websocket"])

        for line in range(4):
            author.emit("talk", f"line {line}")

        room.until("it is told", lambda: len(author.refused) == 2)
        self.assertEqual({why["code"] for why in author.refused}, {"too_fast"})
        self.assertTrue(all(why["retry_ms"] > 0 for why in author.refused))

    def test_a_name_is_brought_in_the_handshake(self):
        self.open_room()
        reader = self.person(["websocket"])
        author = self.person(["websocket"], auth={"name": "貂蝉"})

        author.emit("talk", "今晚谁来？")

        room.until("it is heard", lambda: reader.about)
        about = reader.about[0]
        self.assertEqual((about["from"], about["seq"], about["room"]), ("貂蝉", 1, "KPL"))

    def test_clients_come_back_by_themselves_when_the_server_was_killed(self):
        url = self.open_room()
        author, reader = self.person(["websocket"]), self.person(["polling"])
        author.call("talk", "before")
        room.until("it is heard", lambda: reader.heard)

        self.kill_room()
        room.until("both have noticed", lambda: not (author.connected or reader.connected))
        self.open_room(port=url.rsplit(":", 1)[1])
        room.until("both are back", lambda: author.connected and reader.connected)
        ack = author.call("talk", "after")

        self.assertEqual(ack["seq"], 2)
        room.until("it is heard", lambda: "after" in reader.heard)
        self.assertEqual(reader.heard, ["before", "after"])


if __name__ == "__main__":
    unittest.main()
