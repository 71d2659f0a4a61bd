"""The project's settings. Each that differs from Scrapy's default says why."""

BOT_NAME = "huffarchive"
SPIDER_MODULES = ["huffarchive.spiders"]
NEWSPIDER_MODULE = "huffarchive.spiders"
COMMANDS_MODULE = "huffarchive.commands"  # default "": our commands beside Scrapy's
ADDONS = {"huffarchive.addon.HuffArchive": 100}  # default {}: wires handler, middleware, pipelines

# --- huffarchive's own; a misspelt one is an error

HUFFARCHIVE_OPERATOR = None
"""Who runs this crawl: an address or a URL for the User-Agent, so that the site can reach you."""
HUFFARCHIVE_WARC_DIR = "warc"
"""Folder of the WARC files, relative to the project."""
HUFFARCHIVE_OUTPUT_DIR = "output"
"""Folder of the JSONL files, the ledger and the reports, relative to the project."""
HUFFARCHIVE_WARC_SIZE = 1_000_000_000
"""Bytes of WARC after which the next pair of files is begun."""
HUFFARCHIVE_MIN_FREE = 1_000_000_000
"""Bytes that must stay free on the disks; the run ends with status 7 before."""
HUFFARCHIVE_WORKERS = 1
"""Processes that read pages; 0 reads in the crawling process itself."""
HUFFARCHIVE_READ_SECONDS = 10.0
"""Seconds that reading one page may take."""
HUFFARCHIVE_READ_MEMORY = 1_000_000_000
"""Bytes of memory that reading one page may take."""
HUFFARCHIVE_BACKOFF = 60.0
"""Seconds of the first pause after a 429, 428 or 503 without Retry-After; the next doubles."""
HUFFARCHIVE_CACHE_DIR = None
"""Folder for what all runs of a user share: the pace and the pauses of each host."""
HUFFARCHIVE_CA_FILE = None
"""Certificates (PEM) trusted beside the system's, for a mirror with its own authority."""
HUFFARCHIVE_WAYBACK_URL = "https://web.archive.org"
"""Base of the Wayback Machine, or of another archive with its CDX server and `id_` playback."""
HUFFARCHIVE_COMMONCRAWL_INDEX_URL = "https://index.commoncrawl.org"
"""Base of Common Crawl's index, or of a mirror of it."""
HUFFARCHIVE_COMMONCRAWL_DATA_URL = "https://data.commoncrawl.org"
"""Base of Common Crawl's files, or of a mirror of them."""
HUFFARCHIVE_ALLOWED_HOSTS: list[str] = []
"""host:port that may have a private address; set from -a site= and the sample."""
HUFFARCHIVE_COMMAND = None
"""The command of this run, for `scrapy status`; set by the command itself."""
HUFFARCHIVE_PING_URL = None
"""Who is told that a run began, goes on and how it ended, in the protocol of healthchecks.io: an
address of it or of another. This and the next two may be variables of the environment too.
The command that `status` shows leaves it out."""
HUFFARCHIVE_METRICS_FILE = None
"""File for Prometheus' textfile collector (its name ends in .prom), renewed every five seconds."""
HUFFARCHIVE_LOG_JSON = None
"""File for the log with one JSON object a line; - for standard error, in place of the text."""

# --- one request, one exchange, one outcome

REDIRECT_ENABLED = False  # default True: a redirect is a captured exchange with its own row
METAREFRESH_ENABLED = False  # default True: the same
RETRY_ENABLED = False  # default True: a retry is the same row at a later time
COOKIES_ENABLED = False  # default True: thousands of cookies make every later request fail
REFERER_ENABLED = False  # default True: the archive asks for pages, it does not surf
COMPRESSION_ENABLED = False  # default True: bodies are kept as they came, and unpacked in bounds
HTTPCACHE_ENABLED = False  # Scrapy's default, said aloud: the WARC is the record
HTTPERROR_ALLOW_ALL = True  # default False: every status has an outcome
HTTPPROXY_ENABLED = False  # default True: captures are taken from the server itself
OFFSITE_ENABLED = False  # default True: the edition's scope is the one gate
DEPTH_STATS_VERBOSE = False  # Scrapy's default
URLLENGTH_LIMIT = 2048  # default 2083: longer addresses name nothing here
ROBOTSTXT_OBEY = False  # Scrapy's middleware is replaced by a stricter one that nothing turns off

# --- bounds

DNSCACHE_ENABLED = False  # default True: it never expires, and a run lasts weeks
CONCURRENT_ITEMS = 1  # default 100: a page gives one item, and each costs a task
DOWNLOAD_TIMEOUT = 30  # default 180: the time of a whole download
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # default 1 GiB
DOWNLOAD_WARNSIZE = 0  # default 32 MiB: the bound is below it
CONCURRENT_REQUESTS = 0  # default 16: one paused host would hold up the others; see Frontier
CONCURRENT_REQUESTS_PER_DOMAIN = 8  # Scrapy's default; a host's Crawl-delay counts first
DOWNLOAD_DELAY = 0  # default of new projects 1: robots.txt names the delay, see politeness
DOWNLOAD_DELAY_JITTER = 0  # default 0.5: a delay is what was asked for
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 50_000_000  # default 5 MB: pages of 16 MB wait for their readers
MEMUSAGE_LIMIT_MB = 1024  # default 0: a run that grows without bound ends with status 5
REACTOR_THREADPOOL_MAXSIZE = 10  # Scrapy's default: name look-ups

# --- nothing else listens or is fetched

TELNETCONSOLE_ENABLED = False  # default True: nothing listens
REMOTE_CONTROL_ENABLED = False  # default True: an HTTP server that runs Python

# --- logs

LOG_LEVEL = "INFO"  # default DEBUG: one line a minute is enough for weeks
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"  # default names modules
LOGSTATS_INTERVAL = 0  # default 60: our own line says what is left
FEED_EXPORT_ENCODING = "utf-8"  # default None: ASCII with escapes
