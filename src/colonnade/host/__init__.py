"""The process that owns sandboxes: starts, confines, limits, watches and ends them.

It outlives restarts of the control plane, which speaks to it through `runtimes.local`; when it dies
its sandboxes die, and the next host sweeps what was left. From the outside in:

- `server` puts the `supervisor` on a unix socket; `ground` finds out what the machine can enforce;
- `building` makes what a runtime stands in (`disks`, `environment`, `stage`, `limits`);
- `bubblewrap` and `seccomp` say how it is confined; `launch` is the last step before;
- `inside/` is what runs in the sandbox, without Colonnade.

To bound something by other means, add a `limits.Limiter`; to probe something more, a line in
`ground`. Nothing here trusts what comes out of a runtime.
"""
