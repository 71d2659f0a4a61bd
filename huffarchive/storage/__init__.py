"""Files that stay whole: durable writes, replacing, and where an archive's files and products
are.
"""
