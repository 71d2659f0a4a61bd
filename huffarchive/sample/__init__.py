"""The sample site: a believable HuffPost Québec of ours on loopback.

All names, facts and words in it are invented; the ids, slugs and days of 78 articles are those of
real pages. Importing this package loads nothing: `huffarchive.sample.site.site()` makes the site,
`huffarchive.sample.server.Server` serves it.
"""
