"""A page in a browser, with what it asked for and complained of."""

import time


class Visit:
    """A page with what it asked for and complained of."""

    def __init__(self, browser, url, *, width=1366, height=768, dark=False):
        self.page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.goto(url)

    def wait_for_scene(self):
        self.page.wait_for_selector("#scene-root[data-ready]", timeout=30_000)
        assert self.page.get_attribute("#scene-root", "data-ready") == "1"
        return self

    def part(self, name):
        return self.page.locator(f'#scene-root [data-part="{name}"]')

    def value(self, name):
        """What a control is set to."""
        return self.page.evaluate(
            """name => {
                const part = document.querySelector(`#scene-root [data-part="${name}"]`);
                return part.type === "checkbox" ? part.checked : part.value;
            }""",
            name,
        )

    def put(self, name, value):
        """Set a control as a person would, and wait until it is drawn."""
        self.page.evaluate(
            """([name, value]) => {
                const part = document.querySelector(`#scene-root [data-part="${name}"]`);
                if (typeof value === "boolean") part.checked = value; else part.value = value;
                for (const kind of ["input", "change"]) part.dispatchEvent(new Event(kind, { bubbles: true }));
            }""",
            [name, value],
        )
        self.settle()

    def wait_until(self, script, seconds=8.0):
        """Wait until a script gives a true value; pages forbid the waiting of the driver itself."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(script):
            assert time.monotonic() < end, script
            time.sleep(0.05)

    def settle(self):
        """Wait until what was asked for is drawn."""
        self.wait_until("!document.querySelector('#scene-root').scene.busy")
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def pixels(self):
        """What the canvas shows: its encoded picture, and how many colours it has."""
        return self.page.evaluate(
            """() => {
                const canvas = document.querySelector('#scene-root [data-part="canvas"]');
                const copy = document.createElement("canvas");
                copy.width = canvas.width; copy.height = canvas.height;
                const flat = copy.getContext("2d");
                flat.drawImage(canvas, 0, 0);
                const data = flat.getImageData(0, 0, copy.width, copy.height).data;
                const colours = new Set();
                let sum = 0;
                for (let i = 0; i < data.length; i += 4) {
                    colours.add(data[i] * 65536 + data[i + 1] * 256 + data[i + 2]);
                    sum = (sum * 31 + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) % 2147483647;
                }
                return { sum, colours: colours.size };
            }"""
        )
