"""The program on a screen of its own (Xvfb), driven with xdotool."""
import json, os, shutil, sqlite3, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Where the sample's picture is in a window of 1280x800: left, top and scale.
LEFT, TOP, SCALE = 0.0, 72.94, 971 / 640


def need(*tools):
    missing = [t for t in tools if not shutil.which(t)]
    if missing:
        text = "not installed: " + ", ".join(missing)
        if os.environ.get("CI"):
            fail(text)
        print("window skipped:", text)
        sys.exit(0)


def fail(text):
    raise SystemExit("window FAILED: " + text)


class Screen:
    """A virtual screen with the program on it."""

    def __init__(self, work):
        self.work, self.shots = work, work / "shots"
        self.shots.mkdir()
        self.xvfb, self.number = self.start()
        home = work / "home"
        for d in ("cache", "config", "data", "run"):
            (home / d).mkdir(parents=True)
        self.env = dict(os.environ, DISPLAY=f":{self.number}", LIBGL_ALWAYS_SOFTWARE="1", FYNE_SCALE="1", LANG="C.UTF-8",
                        HOME=str(home), XDG_CACHE_HOME=str(home / "cache"), XDG_CONFIG_HOME=str(home / "config"),
                        XDG_DATA_HOME=str(home / "data"), XDG_RUNTIME_DIR=str(home / "run"))
        self.env.pop("WAYLAND_DISPLAY", None)
        self.project = home / "cache/masklet/sample/sample.mp4.masklet"
        self.video = home / "cache/masklet/sample/sample.mp4"
        self.app = None
        self.masklet = ROOT / "masklet"

    def start(self):
        for n in range(90, 120):
            if Path(f"/tmp/.X{n}-lock").exists():
                continue
            p = subprocess.Popen(["Xvfb", f":{n}", "-screen", "0", "1280x800x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(100):
                up = subprocess.run(["xdotool", "getdisplaygeometry"], env=dict(os.environ, DISPLAY=f":{n}"), capture_output=True)
                if up.returncode == 0 and p.poll() is None:
                    return p, n
                if p.poll() is not None:
                    break
                time.sleep(0.2)
        fail("no display number is free for Xvfb")

    def run(self, *args):
        self.log = open(self.work / "masklet.log", "ab")
        self.app = subprocess.Popen([self.masklet, *args], env=self.env, stdout=self.log, stderr=self.log)
        self.until("the window shows", lambda: self.title() != "")

    def title(self):
        r = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Masklet", "getwindowname"], env=self.env, capture_output=True, text=True)
        return r.stdout.strip()

    def x(self, *args):
        subprocess.run(["xdotool", *map(str, args)], env=self.env, check=True, stdout=subprocess.DEVNULL)
        time.sleep(0.15)

    def key(self, *keys):
        for k in keys:
            self.x("key", k)

    def move(self, p):
        self.x("mousemove", *p)

    def click(self, p, button=1):
        self.move(p)
        self.x("click", button)

    def pixel(self, x, y):
        """The screen position of a video position."""
        return round(LEFT + x * SCALE), round(TOP + y * SCALE)

    def type(self, text):
        self.x("type", "--delay", "15", text)

    def pixels(self, area="1280x800+0+0"):
        return subprocess.run(["import", "-window", "root", "-crop", area, "rgb:-"], env=self.env, check=True, capture_output=True).stdout

    def shot(self, name, still=True):
        """Takes a picture, of a still screen once it stays the same for a second."""
        time.sleep(0.6)
        last, same, end = None, 0, time.time() + 20
        while still and same < 3 and time.time() < end:
            now = self.pixels()
            same, last = (same + 1 if now == last else 0), now
            time.sleep(0.35)
        subprocess.run(["import", "-window", "root", str(self.shots / (name + ".png"))], env=self.env, check=True)

    def toolbar(self):
        """The pixels of the tool bar, which every dialog dims."""
        return self.pixels("900x36+0+28")

    def info(self):
        r = subprocess.run([ROOT / "masklet", "info", "-project", self.project, "-json"], env=self.env, capture_output=True, text=True)
        return json.loads(r.stdout) if r.returncode == 0 else {}

    def sql(self, query):
        db = sqlite3.connect(f"file:{self.project}?mode=ro", uri=True, timeout=5)
        try:
            return db.execute(query).fetchall()
        except sqlite3.Error:
            return []
        finally:
            db.close()

    def runs_done(self):
        return len(self.sql("SELECT 1 FROM runs WHERE state = 'done'"))

    def until(self, what, done, seconds=240):
        end = time.time() + seconds
        while time.time() < end:
            if self.app.poll() is not None:
                fail(f"the program ended before {what} (exit code {self.app.returncode})")
            if done():
                return
            time.sleep(0.25)
        self.shot("failed")
        fail(f"timed out before {what}")

    def close(self):
        for p in (self.app, self.xvfb):
            if p and p.poll() is None:
                p.terminate()
                try:
                    p.wait(20)
                except subprocess.TimeoutExpired:
                    p.kill()


def command(s, *args):
    r = subprocess.run([ROOT / "masklet", *map(str, args)], env=s.env, capture_output=True, text=True)
    if r.returncode != 0:
        fail(f"masklet {args[0]}: {r.stderr.strip()}")
    return r.stdout
