"""What Jupyter clients expect of a server, for many people from one process.

Stock JupyterLab, `nbclient`, `jupyter_kernel_client` and VS Code talk to this room as if it were a
Jupyter server of their own. It keeps what belongs to the control plane (sessions, settings,
workspaces, contents) and asks a person's runtime for the rest; the gate relays the WebSockets.

- `lab/`: the JupyterLab page, its static files, settings, workspaces and translations.
- `server_routes`, `kernelspec_routes`, `kernel_routes`, `session_routes`, `terminal_routes`,
  `export_routes`: Jupyter's REST API, model for model.
- `contents*`, `content_origin`: documents and files, and the origin that untrusted content has.
- `output_frame`: the page there in which outputs with scripts of their own are shown.
- `labextension/`: our two small JupyterLab extensions, plain JavaScript without a build.

To answer another of Jupyter's requests: write a module with `build_router()`, demand a permission
in every route, and include it in `router.build_router`.
"""
