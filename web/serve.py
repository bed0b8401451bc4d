#!/usr/bin/env python3
"""Serves a folder of static files, as any web server would serve the page.

Used by ./play and by the browser tests. It listens on this machine alone unless told otherwise,
gives WebAssembly its proper type, lists no folders, and with --prefix serves below a sub-path.
"""

import argparse
import errno
import functools
import http.server
import os
import sys
import urllib.parse

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".webmanifest": "application/manifest+json",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Static files only: no listings, no caching surprises while developing."""

    protocol_version = "HTTP/1.1"
    extensions_map = {"": "application/octet-stream", **TYPES}

    def __init__(self, *args, prefix="/", quiet=False, **kwargs):
        self.prefix = prefix
        self.quiet = quiet
        super().__init__(*args, **kwargs)

    def translate_path(self, path):
        path = urllib.parse.urlsplit(path).path
        if not path.startswith(self.prefix):
            return os.path.join(self.directory, ".outside-of-the-prefix")
        return super().translate_path("/" + path[len(self.prefix):])

    def list_directory(self, path):
        self.send_error(404, "No such page")
        return None

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format, *args):
        if not self.quiet:
            super().log_message(format, *args)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


class Server6(Server):
    import socket
    address_family = socket.AF_INET6


def listen(bind, port, handler):
    """Opens the port asked for, or without one the first free of ten from 8000 on."""
    kind = Server6 if ":" in bind else Server
    for candidate in [port] if port is not None else range(8000, 8010):
        try:
            return kind((bind, candidate), handler)
        except OSError as failure:
            if port is not None or failure.errno != errno.EADDRINUSE:
                sys.exit(f"Cannot serve on {bind} port {candidate}: {failure.strerror}.")
    sys.exit("Ports 8000 to 8009 are all in use; choose one with --port.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="0 takes any free port")
    parser.add_argument("--prefix", default="/", help="serve below this path, e.g. /course/")
    parser.add_argument("--quiet", action="store_true", help="no line for each request")
    arguments = parser.parse_args()
    if not os.path.isfile(os.path.join(arguments.folder, "index.html")):
        sys.exit(f"There is no page in {arguments.folder}; ./play builds it.")
    prefix = "/" + arguments.prefix.strip("/")
    prefix = prefix if prefix == "/" else prefix + "/"
    handler = functools.partial(Handler, directory=arguments.folder, prefix=prefix,
                                quiet=arguments.quiet)
    server = listen(arguments.bind, arguments.port, handler)
    host = f"[{arguments.bind}]" if ":" in arguments.bind else arguments.bind
    print(f"Runqueue is at http://{host}:{server.server_address[1]}{prefix}  (Ctrl-C ends it)",
          flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
