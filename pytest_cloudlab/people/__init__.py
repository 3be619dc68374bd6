"""Who is in the class: a CSV, as an LMS exports it, into teams."""
