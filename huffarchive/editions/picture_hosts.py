"""Where the editions' pictures come from, as their pages name them."""

from huffarchive.editions.edition import Host

PICTURE_HOSTS = (
    # [E] in pages of sister editions: 2015 on, 2011 to 2013. No page of Québec has shown its own.
    Host("img.huffingtonpost.com", "/asset/"),
    Host("i.huffpost.com", "/gen/"),
    Host("i0.huffpost.com", "/gen/"),
    Host("i1.huffpost.com", "/gen/"),
    # [G] the same files under names that are likely.
    Host("i2.huffpost.com", "/gen/"),
    Host("i3.huffpost.com", "/gen/"),
    Host("s-i.huffpost.com", "/gen/"),
    Host("i.huffpost.ca", "/gen/"),
)
