// A read-only server of named files on loopback, with the ranges that ReplayWeb.page asks for.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";

const types = { html: "text/html; charset=utf-8", js: "text/javascript", wacz: "application/zip" };

export function serve(files) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    const found = files[path];
    if (found === undefined) return response.writeHead(404).end();
    const type = types[found.text ? "html" : found.file.split(".").pop()] ?? "application/octet-stream";
    const head = { "Content-Type": type, "Accept-Ranges": "bytes" };
    if (found.text) return response.writeHead(200, head).end(found.text);
    const size = statSync(found.file).size;
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const start = range ? Number(range[1]) : 0;
    const end = range && range[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
    head["Content-Length"] = end - start + 1;
    if (range) head["Content-Range"] = `bytes ${start}-${end}/${size}`;
    response.writeHead(range ? 206 : 200, head);
    if (request.method === "HEAD") return response.end();
    createReadStream(found.file, { start, end }).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ server, base: `http://127.0.0.1:${server.address().port}` }));
  });
}
