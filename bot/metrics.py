"""Figures for /metrics; labels are our own fixed words, never anything of a person."""

from prometheus_client import Counter, Histogram

heard = Counter("homeward_heard_total", "Messages kept", ["channel", "kind"])
answered = Counter("homeward_answered_total", "Messages acted on", ["channel", "action"])
delivered = Counter("homeward_replies_total", "Replies by what became of them", ["channel", "outcome"])
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
delivery_seconds = Histogram("homeward_reply_seconds", "From a reply being decided to the messenger taking it", ["channel"], buckets=_BUCKETS)
answer_seconds = Histogram("homeward_answer_seconds", "From a message being kept to its reply being decided", ["channel"], buckets=_BUCKETS)
