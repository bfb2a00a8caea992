# What the users of load-test.yml do. With REQUEST_LOG, every request is written to that file.
import os

from locust import FastHttpUser, between, events, task
from locust.contrib.csv_request_logger import CsvRequestLogger


@events.init.add_listener
def log_requests(environment, **_):
    if os.environ.get("REQUEST_LOG"):
        CsvRequestLogger(os.environ["REQUEST_LOG"]).register(environment)


class Visitor(FastHttpUser):
    wait_time = between(0.01, 0.03)

    @task(3)
    def home(self):
        self.client.get("/")

    @task(1)
    def health(self):
        self.client.get("/health")
