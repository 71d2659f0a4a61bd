"""On PYTHONPATH: breaks reading processes, and no others, in the way that SABOTAGE names."""

import os
import sys

_READ = ("huffarchive.workers.child", "huffarchive.extract.parallel")
if any(name in word for word in sys.orig_argv for name in _READ):
    match os.environ.get("SABOTAGE"):
        case "cannot import":
            sys.modules["huffarchive.reader"] = None  # type: ignore[assignment]
        case "lacks a package":
            sys.modules["lxml"] = None  # type: ignore[assignment]
        case "dies at once":
            os._exit(3)
        case "prints":
            from huffarchive import reader

            silent = reader.read_response

            def told(*page):
                print("a word of a library's", flush=True)
                os.write(1, b"a word of C\n")
                return silent(*page)

            reader.read_response = told
        case "answers rubbish":
            from huffarchive.workers import child

            child._bounded = lambda *_: b"\x92rubbish"
        case "answers for another page":
            from huffarchive.workers import child

            answer, last = child._bounded, []

            def mixed(*job):
                last.append(answer(*job))
                return last[-2:][0]

            child._bounded = mixed
        case "trafilatura takes nothing":
            import trafilatura

            trafilatura.bare_extraction = lambda *_, **__: None
        case "reads one page in all":
            from huffarchive import reader

            read, pages = reader.read_response, []

            def repeats(*page):
                pages.append(page)
                return read(*pages[0])

            reader.read_response = repeats
        case "goes wrong after the known pages":
            from huffarchive import reader

            honest, seen = reader.read_response, []

            def goes_wrong(*page):
                seen.append(page)
                return honest(*seen[-1 if len(seen) <= 10 else -2])

            reader.read_response = goes_wrong
        case "fails at all but the known":
            from huffarchive import reader

            true = reader.read_response

            def fails(url, *page):
                if "127.0.0.1" in url and "sitemap" not in url:
                    raise (KeyError, ValueError)[sum(url.encode()) % 2](url)
                return true(url, *page)

            reader.read_response = fails
