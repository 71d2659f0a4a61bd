"""The crawl: a spider over one base, what it asks for, and what each answer means."""
