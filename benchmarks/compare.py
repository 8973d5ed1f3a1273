#!/usr/bin/env python3
"""Times selfieseg beside other engines, and whole frames beside OpenCV; writes the tables of docs/benchmarks.md.

Interleaved: in every round every engine has its turn, in a new order, with a burst of inferences; so
whatever else the machine does, it does to all. Afterwards the masks are compared with those of the
backend 'reference'. Run by compare.sh, which makes the Python environment with the packages.
"""

import argparse
import contextlib
import ctypes
import gc
import importlib
import importlib.metadata
import importlib.util
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image

import frames
from engines import PUBLISHED, Engine, Network, Selfieseg, engines, load_selfieseg

ROOT = Path(__file__).resolve().parent.parent
PAGE, PORTRAIT = ROOT / "docs/benchmarks.md", ROOT / "docs/astronaut.jpg"
BEGIN, END = "<!-- {}: from here on written by ./dev compare -->", "<!-- to here -->"
PARTS = "engines", "frames"
NETWORKS = {"general": ("selfie_segmentation.tflite", 256, 256),
            "landscape": ("selfie_segmentation_landscape.tflite", 256, 144)}
TOLERANCE = 1e-3  # of a mask's values
WARM_UP = 5  # inferences before each burst


class Case:
    """An engine on a network: how long it took, or why it cannot."""

    def __init__(self, engine: Engine, network: Network):
        self.engine, self.network = engine, network
        self.milliseconds, self.cpu_seconds, self.difference, self.problem = [], 0.0, None, ""
        try:
            if engine.package:
                importlib.metadata.version(engine.package)
            self.opened = engine.open(network, engine.form)
        except importlib.metadata.PackageNotFoundError:
            self.problem = "is not installed"
        except ModuleNotFoundError as error:
            self.problem = f"needs {error.name}, which is not installed"
        except Exception as error:  # whatever a peer raises is its row, and the others go on
            self.problem = (str(error).strip() or repr(error)).splitlines()[-1]

    def burst(self, inferences: int):
        run = self.opened.run
        for _ in range(WARM_UP):
            run()
        cpu_before = time.process_time()
        for _ in range(inferences):
            before = time.perf_counter()
            run()
            self.milliseconds.append((time.perf_counter() - before) * 1e3)
        self.cpu_seconds += time.process_time() - cpu_before

    def check(self, truth: np.ndarray):
        self.difference = float(np.abs(self.opened.mask().ravel() - truth.ravel()).max())
        if not self.difference <= TOLERANCE:
            self.problem = f"gives another mask: differs by {self.difference:.2g}"

    def figures(self) -> dict:
        names = {"network": self.network.name, "engine": self.engine.name, "form": self.engine.form}
        if self.problem:
            return names | {"problem": self.problem}
        return names | {
            "best_ms": min(self.milliseconds), "median_ms": statistics.median(self.milliseconds),
            "cores": self.cpu_seconds * 1e3 / sum(self.milliseconds), "max_difference": self.difference}


def networks(build: Path) -> list[Network]:
    """Both networks, with the astronaut of our README to look at."""
    given = re.search(r"^SELFIESEG_MODEL_DIR:PATH=(.+)$", (build / "CMakeCache.txt").read_text(), re.M)
    folder = Path(given[1]) if given else build / "networks"
    portrait = Image.open(PORTRAIT).convert("RGB").crop((0, 0, 300, 300))
    return [Network(name, (folder / file).read_bytes(), np.array(portrait.resize((width, height))))
            for name, (file, width, height) in NETWORKS.items()]


def measure(library: ctypes.CDLL, network: Network, rounds: int, burst: int) -> list[dict]:
    """The figures of every engine, in the order of the table."""
    cases = [Case(engine, network) for engine in engines(library)]
    able = [case for case in cases if not case.problem]
    gc.disable()
    for _ in range(rounds):
        random.shuffle(able)
        for case in able:
            case.burst(burst)
    gc.enable()
    truth = Selfieseg(network, PUBLISHED, library, backend=b"reference").mask()
    for case in able:
        case.check(truth)
    figures = [case.figures() for case in cases]
    ours = {}  # the first row that starts from a tensor, and the first that starts from a picture
    for case, row in zip(cases, figures):
        first = ours.setdefault(case.engine.whole_picture, row)
        for which in ("best", "median") if "problem" not in row else ():
            row[f"{which}_ratio"] = row[f"{which}_ms"] / first[f"{which}_ms"]
    return figures


def say(*command) -> str:
    """What a program prints; nothing if it is not here."""
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.strip()
    except FileNotFoundError:
        return ""


def about(library: ctypes.CDLL) -> dict:
    """Where, when and what is measured."""
    cpu = say("lscpu")

    def fact(name):
        found = re.search(rf"^{name}: *(.*)$", cpu, re.M)
        return found[1] if found else "?"

    commit = say("git", "log", "-1", "--format=%h", "--", "src")
    versions = {"selfieseg": f"{library.selfieseg_version().decode()} (src/ as of {commit})",
                "Debian's XNNPACK": say("dpkg-query", "-W", "-f", "${Version}", "libxnnpack0")}
    for package in dict.fromkeys([*(engine.package for engine in engines(library)), frames.PACKAGE]):
        try:
            versions[package] = importlib.metadata.version(package)
        except (importlib.metadata.PackageNotFoundError, ValueError):
            continue
    return {"command": " ".join(["./dev compare", *sys.argv[1:]]), "date": str(date.today()),
            "processor": f"{fact('Model name')} (family {fact('CPU family')}, model {fact('Model')})",
            "vectors": re.findall(r"\b(?:avx|fma|asimd|sve)\w*", fact("Flags")),
            "selfieseg_uses": library.selfieseg_instruction_set().decode(),
            "load_before": os.getloadavg()[0], "versions": versions}


def facts_markdown(facts: dict) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return "\n".join([
        f"`{facts['command']}` on {facts['date']}, {facts['processor']}, load before {facts['load_before']:.1f}.",
        f"selfieseg chooses {facts['selfieseg_uses']}; the others choose for themselves from what the processor "
        f"offers: {' '.join(facts['vectors'])}.", f"Versions: {versions}.", ""])


def engines_markdown(figures: list[dict]) -> str:
    lines = []
    for name, (_, width, height) in NETWORKS.items():
        lines += [f"### {name}, {width}x{height}", "",
                  "| engine | network | best, ms | median, ms | best / ours | median / ours | cores | "
                  "mask differs by |",
                  "|---|---|--:|--:|--:|--:|--:|--:|"]
        for row in (row for row in figures if row["network"] == name):
            if "problem" in row:
                lines.append("| {engine} | {form} | {problem} | | | | | |".format(**row))
            else:
                lines.append("| {engine} | {form} | {best_ms:.2f} | {median_ms:.2f} | {best_ratio:.2f} | "
                             "{median_ratio:.2f} | {cores:.1f} | {max_difference:.0e} |".format(**row))
        lines.append("")
    return "\n".join(lines)


def frames_markdown(figures: list[dict], stages: list[dict]) -> str:
    return "\n".join([f"### Blur of a frame of {frames.ways.WIDTH}x{frames.ways.HEIGHT}, general network", "",
                      frames.markdown(figures), "", "### Stages of a frame, general network", "",
                      frames.stages_markdown(stages), ""])


def write(part: str, text: str):
    """Into the page, in the place of what was there."""
    before, begin, rest = PAGE.read_text().partition(BEGIN.format(part))
    PAGE.write_text(f"{before}{begin}\n\n{text}\n{END}{rest.partition(END)[2]}")
    print(text)


def main():
    parser = argparse.ArgumentParser(prog="./dev compare", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, help="leave the other part out, and as it is on the page")
    parser.add_argument("--rounds", type=int, default=30, help="turns of every engine and way (default: 30)")
    parser.add_argument("--burst", type=int, default=40, help="inferences in a turn (default: 40)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, and leave the page as it is")
    options = parser.parse_args()

    build = ROOT / "build-compare"
    try:
        library, found = load_selfieseg(build / "libselfieseg.so"), networks(build)
    except OSError as error:
        sys.exit(f"compare: {error}. It is made by: ./dev build compare")
    # What libraries print on standard error goes to a file; Python still speaks to the user.
    sys.stderr = os.fdopen(os.dup(2), "w")
    os.dup2(os.open(build / "compare.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)

    # First, as it keeps alive whatever is alive when it is imported, such as what must be closed before Python ends.
    with contextlib.suppress(ImportError):
        importlib.import_module("mediapipe")

    facts, figures, texts = about(library), {}, {}
    if options.only != "frames":
        rows = [row for network in found for row in measure(library, network, options.rounds, options.burst)]
        figures["figures"], texts["engines"] = rows, engines_markdown(rows)
    if options.only != "engines" and not importlib.util.find_spec("cv2"):
        print(f"compare: frames need {frames.PACKAGE}, which is not installed; they are skipped.", file=sys.stderr)
    elif options.only != "engines":
        rows = frames.measure(library, found[0], PORTRAIT, options.rounds)
        stages = frames.stages(build / "selfieseg")
        figures |= {"frames": rows, "stages": stages}
        texts["frames"] = frames_markdown(rows, stages)
    if options.json:
        print(json.dumps(facts | figures, indent=2))
        return
    for part, text in texts.items():
        write(part, f"{facts_markdown(facts)}\n{text}")


if __name__ == "__main__":
    main()
