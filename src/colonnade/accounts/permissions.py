"""What a person may do: one list, resource then verb, and which role holds what.

To add a permission: name it here with its meaning, give it to a role in `OF_ROLE`, and ask for it
in a route with `accounts.http.require`. Whose thing it is (only one's own notebooks) is for the
services to check: a permission says that a kind of act is open to a role at all.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is on this platform."""

    MEMBER = "member"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Permission(StrEnum):
    """A kind of act, as 'resource:verb'."""

    NOTEBOOKS_READ = "notebooks:read"
    NOTEBOOKS_WRITE = "notebooks:write"
    RUNTIMES_READ = "runtimes:read"
    RUNTIMES_USE = "runtimes:use"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    POLICY_READ = "policy:read"
    NOTICES_READ = "notices:read"
    NOTICES_ANSWER = "notices:answer"
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    TOKENS_WRITE = "tokens:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    METRICS_READ = "metrics:read"

    @property
    def meaning(self) -> str:
        """What it allows, in words for people."""
        return _MEANINGS[self]


_MEANINGS = {
    Permission.NOTEBOOKS_READ: "See one's own notebooks and files",
    Permission.NOTEBOOKS_WRITE: "Save, rename, move and delete one's own notebooks and files",
    Permission.RUNTIMES_READ: "See one's own runtimes, kernels, sessions and terminals",
    Permission.RUNTIMES_USE: "Start and stop runtimes, and run code in them",
    Permission.SETTINGS_READ: "See one's own JupyterLab settings and workspaces",
    Permission.SETTINGS_WRITE: "Change one's own JupyterLab settings and workspaces",
    Permission.POLICY_READ: "Read the rules and their history",
    Permission.NOTICES_READ: "See what was refused to oneself, and why",
    Permission.NOTICES_ANSWER: "Contest such a notice, or declare a purpose for what is held",
    Permission.ACCOUNT_READ: "See one's own account, sessions and tokens",
    Permission.ACCOUNT_WRITE: "Change one's own password, sessions and display name",
    Permission.TOKENS_WRITE: "Make and revoke one's own API tokens",
    Permission.PEOPLE_READ: "See who has an account",
    Permission.PEOPLE_WRITE: "Add people, change their role, suspend them, give sign-in links",
    Permission.METRICS_READ: "Read the platform's numbers",
}

_MEMBER = frozenset(
    {
        Permission.NOTEBOOKS_READ,
        Permission.NOTEBOOKS_WRITE,
        Permission.RUNTIMES_READ,
        Permission.RUNTIMES_USE,
        Permission.SETTINGS_READ,
        Permission.SETTINGS_WRITE,
        Permission.POLICY_READ,
        Permission.NOTICES_READ,
        Permission.NOTICES_ANSWER,
        Permission.ACCOUNT_READ,
        Permission.ACCOUNT_WRITE,
        Permission.TOKENS_WRITE,
    }
)

OF_ROLE: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: _MEMBER,
    Role.REVIEWER: _MEMBER,
    Role.ADMIN: _MEMBER
    | {Permission.PEOPLE_READ, Permission.PEOPLE_WRITE, Permission.METRICS_READ},
}

DELICATE = frozenset({Permission.ACCOUNT_WRITE, Permission.TOKENS_WRITE, Permission.PEOPLE_WRITE})
"""What could turn a leaked token into a whole account: a token holds these only when they are named
among its scopes."""
