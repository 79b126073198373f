"""The frame in which an output with scripts of its own is shown: a page that holds nothing.

JupyterLab's page runs no script that an output brings (`lab/page`, 'content_security_policy'). Our
extension puts such an output into a frame of the content origin instead, and hands it over as a
message. The page below is the same for everybody, so it needs no link: it knows no cookie, no
person and no document. Its origin is opaque ('sandbox' without 'allow-same-origin'), so a script in
it reaches neither the application, nor storage, nor another output. Only the application may frame
it, and only the application's message is written into it. To change what outputs may load, change
`frame_policy`, and look at what it lets an output do to the person who looks at it.
"""

import json
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

PATH = "/content/output-frame"

_PAGE = Template("""<!doctype html>
<meta charset="utf-8">
<title>Output</title>
<script>
addEventListener('message', event => {
  if (event.origin !== $app || event.source !== parent || typeof event.data !== 'string') {
    return;
  }
  document.open();  // It also ends this listening: one output a frame.
  document.write(
    '<!doctype html><meta charset="utf-8"><style>body { margin: 0; }</style>' + event.data
  );
  document.close();
  const tell = () => parent.postMessage(
    { colonnadeHeight: Math.ceil(document.documentElement.getBoundingClientRect().height) }, $app
  );
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
});
</script>
""")


def frame_policy(app_origin: str) -> str:
    """What an output may do in its frame: run, alone, and load libraries, tiles and pictures.

    Maps and plots fetch these from public servers. Those learn the address of who looks, as they do
    from a picture in a Markdown cell.
    """
    loaded = "data: blob: https:"
    return (
        "sandbox allow-scripts allow-forms; default-src 'none'; "
        f"script-src 'unsafe-inline' 'unsafe-eval' {loaded}; style-src 'unsafe-inline' {loaded}; "
        f"img-src {loaded}; media-src {loaded}; font-src {loaded}; connect-src {loaded}; "
        "worker-src blob:; frame-src https:; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {app_origin}"
    )


def frame_route(app_origin: str) -> Route:
    """The route of the content application that answers with the page."""
    # The origin stands in a script: as JSON, and with no way out of the element.
    page = _PAGE.substitute(app=json.dumps(app_origin).replace("<", "\\u003c"))

    async def serve(request: Request) -> Response:
        return HTMLResponse(
            page,
            headers={
                "Content-Security-Policy": frame_policy(app_origin),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "cross-origin",
                "Cache-Control": "public, max-age=3600",
            },
        )

    return Route(PATH, serve, methods=["GET"])
