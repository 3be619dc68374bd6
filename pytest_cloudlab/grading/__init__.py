"""One member judged: what may be asked, what an answer means, and the pytest session that asks."""
