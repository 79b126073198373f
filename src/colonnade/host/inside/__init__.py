"""Files that run inside a sandbox, under the environment's Python and without Colonnade installed.

The folder is mounted read-only at /opt/colonnade and put on the path of the server and the kernels.
Nothing here may import `colonnade`, and nothing here is trusted by the host: code in a runtime can
change every byte of its own processes.
"""
