"""TFRecord files as TensorFlow writes them, byte by byte."""

import struct

from nikti.core.crc32c import masked


def varint(value):
    """Seven bits a byte, the lowest first."""
    made = b""
    while value > 127:
        made, value = made + bytes([value & 127 | 128]), value >> 7
    return made + bytes([value])


def message(number, content):
    """A field of bytes."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def entry(name, content):
    """An entry of a map."""
    return message(1, message(1, name.encode()) + message(2, content))


def whole_numbers(values, packed=True):
    """A feature of whole numbers."""
    if packed:
        return message(3, message(1, b"".join(map(varint, values))))
    return message(3, b"".join(varint(1 << 3) + varint(value) for value in values))


def numbers(values, packed=True):
    """A feature of float32."""
    if packed:
        return message(2, message(1, struct.pack(f"<{len(values)}f", *values)))
    return message(2, b"".join(varint(1 << 3 | 5) + struct.pack("<f", value) for value in values))


def letters(values):
    """A feature of bytes."""
    return message(1, b"".join(message(1, value) for value in values))


def example(features):
    """{name: feature} -> an Example."""
    return message(1, b"".join(entry(name, one) for name, one in features.items()))


def sequence(features, lists):
    """({name: feature}, {name: features}) -> a SequenceExample."""
    made = b"".join(entry(name, b"".join(message(1, one) for one in some)) for name, some in lists.items())
    return example(features) + message(2, made)


def save(path, records):
    """A file of these records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for record in records:
            head = struct.pack("<Q", len(record))
            file.write(head + struct.pack("<I", masked(head)) + record + struct.pack("<I", masked(record)))
    return path
