"""Other archives stood up on loopback: pywb and nginx serve captures of the sample site.

pywb is the Wayback Machine (its CDX server and its `id_` playback) and Common Crawl's index, nginx
gives ranges of Common Crawl's WARC files, and a thin proxy of ours in front of both adds what they
lack of the real services' manners: their limits, their formats, their refusals.
"""
