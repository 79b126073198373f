"""What is in a cell, as small typed values with the lines where they stand.

What all extractors share:

- `feature`: the type, its kinds, and the collector that caps them.
- `reader`: what extractors ask of `extract`, which reads code that they find within code.
- `walk`: the nodes that matter, in one walk; `arguments`: what arguments say by their names.

Python:

- `python`: imports, calls, names, strings, in the order in which the source would run.
- `calls`: what a call says by its name and by what it is given.
- `effects`: what a call runs, executes and clones, and code within strings; `started`: by path and
  words; `ways`: by which names; `fetching`: what it fetches or installs.
- `written`: files that it writes, to be run later; `callbacks`: functions that it hands on.

Commands:

- `command`: programs, verbs, options; `targets`: what is cloned, fetched and installed;
  `containers`: by images; `listed`: the same where a file lists it; `revision`: which state of a
  repository, under which name.
- `kept`: files that commands write, and files of the notebook's own that commands run.

What it amounts to:

- `literal`: addresses, weight files, folders, pools and magnets in any text.
- `roles`: which inputs play which part (a still and a driver, a source and a target).
- `voices`: which of them came ready-made with a program.
- `media`: what is done to pictures, video and sound; `pasting`, `blending`: how a piece of one
  picture gets into another; `training`: two decoders over one encoder, by the `networks` that are
  built and what they are `applied` to.
- `loops`: what differs from round to round, by `chance` or in turn; `rounds`: what is done in each;
  `mapped`: the same for a function that is mapped; `handed`: what a function does with what a
  loop hands to it; `own_places`: servers of one's own, which one may try as one likes.
- `repeated`: what is done again and again, by kinds: `messages`, `unasked`, `browsing`, `traffic`;
  `shell_loops`: by a shell; `waiting`: for hours; `codes`: by several services for one telephone.
- `pressed`: what is given by pressing something in a page: a like, a follow, a vote; `invented`:
  people who are made up and entered somewhere; `identities`: in whose name something is sent.
- `floods`: what a command is told that only floods are.
- `guessing`: one candidate after another, and `candidates`: where they come from; `locks`: against
  what a password opens; `logins`: against a log-in; `keys`: of other people's wallets.
- `tunnels`: which port of the runtime is opened to the outside; `mining`: pools and wallets;
  `programs`: what programs of one's own in other languages do.
- `forms`: what a person is asked for; `safety`: checks that are taken away.
- `comments`: what comments and text between the cells speak of; `pages`: what a page of one's own
  says that it does; both weak.
"""
