"""What lies in a runtime's folders, as the host sees it: how much of which form, and how it grows.

The way through: `roots` reaches a runtime's folders, `walk` goes through one in slices, `tally` and
`memory` say what changed since the last time, `magic` what form a file is of by its first bytes,
`pace` when to look again, `queue` which files are worth an examination, `programs` which folders
look like a program, `bundle` packs one, and `sensor` joins them. What a file *is* says an
`examining.Examiner`, a process that can be killed, which the host supplies.

Nothing here trusts a name, follows a link or waits for a pipe, and everything has a bound. To have
another form known, add it to `magic.FORMS`.
"""
