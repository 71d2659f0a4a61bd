"""A hostile web: what servers, pages and answers can do, and what each may cost."""
