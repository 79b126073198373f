"""Programs that behave for the sensors as abusive ones do, each by one sign alone, and do nothing.

To add one: a cell that begins the work beside itself and returns.
"""

ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"

PROGRAM = """
import os, subprocess, sys
os.makedirs("/content/course", exist_ok=True)
with open("/content/course/lesson.py", "w") as file:
    file.write({text!r})
subprocess.Popen([sys.executable, "/content/course/lesson.py", *{words!r}])
"""
RESTS = "import time; time.sleep(120)"
CUTS = """
import os, struct, time, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
about = repr({"alignments": {"x": 1, "landmarks_xy": []}, "source": {"face_index": 0}}).encode()
parts = [(b"iTXt", b"faceswap" + bytes(5) + about), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
face = b"\\x89PNG\\r\\n\\x1a\\n" + b"".join(chunk(*part) for part in parts)
os.makedirs("/content/lessons/cut")
for number in range(10_000):
    with open(f"/content/lessons/cut/{number:05}_0.png", "wb") as file:
        file.write(face + bytes([number % 251]))
    time.sleep(1 / 12)
"""

SIGNS = {
    "a swapper's options": PROGRAM.format(
        text=RESTS,
        words=[
            *("train", "--training-data-src-dir", "/content/l/a", "--training-data-dst-dir"),
            *("/content/l/b", "--model-dir", "/content/l/m"),
        ],
    ),
    "a miner's options": PROGRAM.format(
        text=RESTS,
        words=["-a", "rx/0", "-o", "stratum+tcp://pool.example.org:3333", "-u", ADDRESS, "-p", "x"],
    ),
    "faces that are cut out, 12 a second": PROGRAM.format(text=CUTS, words=[]),
}
