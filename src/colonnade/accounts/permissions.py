"""What a person may do: one list, resource then verb, and which role holds what.

To add a permission: name it here, give it to a role in `OF_ROLE`, and ask for it in a route with
`accounts.http.require`. Whose thing it is (only one's own notebooks) is for the services to check:
a permission says that a kind of act is open to a role at all.
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
    """See one's own notebooks and files."""
    NOTEBOOKS_WRITE = "notebooks:write"
    """Save, rename, move and delete one's own notebooks and files."""
    RUNTIMES_READ = "runtimes:read"
    """See one's own runtimes, kernels, sessions and terminals."""
    RUNTIMES_USE = "runtimes:use"
    """Start and stop them, and run code in them."""
    SETTINGS_READ = "settings:read"
    """See one's own JupyterLab settings and workspaces."""
    SETTINGS_WRITE = "settings:write"
    """Change them."""
    POLICY_READ = "policy:read"
    """Read the rules and their history."""
    NOTICES_READ = "notices:read"
    """See what was refused to oneself, and why."""
    NOTICES_ANSWER = "notices:answer"
    """Contest such a notice, or declare a purpose for what is held."""
    ACCOUNT_READ = "account:read"
    """See one's own account, sessions and tokens."""
    ACCOUNT_WRITE = "account:write"
    """Change one's own password, sessions and display name."""
    TOKENS_WRITE = "tokens:write"
    """Make and revoke one's own API tokens."""
    PEOPLE_READ = "people:read"
    """See who has an account."""
    PEOPLE_WRITE = "people:write"
    """Add people, change their role, suspend them, give them a sign-in link."""
    METRICS_READ = "metrics:read"
    """Read the platform's numbers."""


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
