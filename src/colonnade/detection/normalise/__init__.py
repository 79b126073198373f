"""Sees a cell as Jupyter would run it, before anyone asks what it means.

- `jupyter`: a cell into its Python and its shell parts; magics become the calls IPython makes.
- `lookalikes`: letters that look like others, and what is invisible or turns the reading around.
- `shell`: shell text into commands with words, wrappers (`sudo`, `nohup`, `bash -c`) taken off.
- `variables`: shell text with what its variables stand for put in; `wrappers`: programs that run
  another; `foreign`: what Perl, Ruby, Node, PHP and awk hand to a shell.
- `pipes`: what `echo`, `cat` and decoders print, where everything that goes in is known.
- `fold`: constant expressions into the value that they would have, within a budget.
- `urls`: addresses into one canonical spelling.

To undo another disguise, extend `fold` (Python), `pipes` or `shell.unwrap` (commands): what they
give is judged like what was written plainly. What stays opaque is reported as such by the
extractors.
"""
