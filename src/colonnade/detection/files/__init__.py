"""What files are by their bytes: models, aligned faces and what training leaves behind.

`examine.examine_file` (a path), `examine_descriptor` (an open file) and `examine_bytes` give the
features of one file, for rules of scope `file`: `match.match_group(rules, Scope.FILE, features)`.
Nothing is executed, unpickled, inflated without bound or rendered, and a name decides nothing.

- `source`: bounded reading at offsets, and safe opening.
- `pickles`: the text in a pickle, by walking its opcodes.
- `images`: what face swappers write into the JPEG and PNG files of aligned faces.
- `training`: saved models, packed sets of faces, alignments.
- `protobuf`, `graphs`, `tasks`: the inputs and outputs of ONNX models, and what they are for.
- `signatures`: yara-x over the rules in `signatures/*.yar`.

To see a new format, write a generator from a `Source` to features that raises `NotThisKind`, and
list it in `examine.READERS` with the bytes that such files begin with.
"""
