"""Whole frames: the background of a 1920x1080 NV12 frame is blurred in place, by selfieseg and by the ways of ways.py.

Interleaved like the engines: in every round each contestant has its turn, in a new order. The results
are compared with that of the usual way, far from the person, and with the frame itself, inside the
person. Run by compare.py.
"""

import ctypes
import functools
import gc
import json
import random
import statistics
import subprocess
import time
from pathlib import Path
from typing import Callable

import numpy as np
from PIL import Image

import ways
from engines import PUBLISHED, LiteRtInterpreter, MediaPipe, Network, Selfieseg, SelfiesegFrames

PACKAGE = "opencv-contrib-python"  # of PyPI; MediaPipe needs it anyway
FRAMES, SLOW_MS = 5, 50  # in a turn; whoever is slower has one
LEAST_PSNR, MOST_CHANGE = 30, 2  # dB, far from the person; of 255, inside the person
STAGE_FRAMES = ("nv12", "1920x1080"), ("nv12", "1280x720"), ("rgba", "1920x1080")
STAGE_TURNS = 3
AROUND = "sample", "mask", "compose"  # the network


def draw_frame(portrait: Path) -> np.ndarray:
    """Head and shoulders of the astronaut of our README, with a camera's noise."""
    size = ways.WIDTH, ways.HEIGHT
    picture = Image.open(portrait).convert("RGB").resize(size, Image.BICUBIC, box=(0, 0, 300, 168.75))
    noise = np.random.default_rng(1).normal(0, 2, (ways.HEIGHT, ways.WIDTH, 3))
    return ways.nv12_of(np.clip(np.array(picture) + noise, 0, 255).astype(np.uint8))


class Contestant:
    """A way with a network: how long it took, or why it cannot."""

    def __init__(self, way: str, engine: str, original: np.ndarray, open_way: Callable[[np.ndarray], object]):
        self.way, self.engine, self.original, self.problem = way, engine, original, ""
        self.frame = original.copy()
        try:
            self.opened = open_way(self.frame)
            self.frames = FRAMES if self.run()[0] < SLOW_MS else 1
        except ModuleNotFoundError as error:
            self.problem = f"needs {error.name}, which is not installed"
        except Exception as error:  # whatever a peer raises is its row, and the others go on
            self.problem = (str(error).strip() or repr(error)).splitlines()[-1]
        self.whole, self.network, self.cpu_ms = [], [], 0.0

    def run(self) -> tuple[float, float]:
        """Milliseconds by the clock and of the processor. Before, the frame is written anew, as a camera does."""
        np.copyto(self.frame, self.original)
        cpu, before = time.process_time(), time.perf_counter()
        self.opened.run()
        return (time.perf_counter() - before) * 1e3, (time.process_time() - cpu) * 1e3

    def turn(self):
        self.run()
        for _ in range(self.frames):
            taken, cpu = self.run()
            self.whole.append(taken)
            self.cpu_ms += cpu
            self.network.append(self.opened.network_ms)

    def check(self, usual: "Contestant"):
        """The results after the last frame, in RGB."""
        import cv2

        ours, theirs, before = (cv2.cvtColor(nv12, cv2.COLOR_YUV2RGB_NV12).astype(np.float32)
                                for nv12 in (self.frame, usual.frame, self.original))
        matte = usual.opened.matte
        person = cv2.erode((matte > 0.99).astype(np.uint8), np.ones((31, 31))) > 0
        far = cv2.dilate((matte > 0.01).astype(np.uint8), np.ones((8 * ways.SIGMA + 1,) * 2)) == 0
        error = max(np.mean((ours - theirs)[far] ** 2), 1e-5)  # 98 dB: equal
        self.psnr = float(10 * np.log10(255 ** 2 / error))
        self.change = float(np.abs(ours - before)[person].mean())
        if not (self.psnr >= LEAST_PSNR and self.change <= MOST_CHANGE):
            self.problem = f"gives another picture: {self.psnr:.0f} dB, person changed by {self.change:.1f}"

    def figures(self, unknown_network: list[float]) -> dict:
        """unknown_network: the times of the network alone, for an engine that does not tell them."""
        row = {"way": self.way, "network": self.engine}
        if self.problem:
            return row | {"problem": self.problem}
        known = self.network[0] is not None
        rest = [whole - network for whole, network in zip(self.whole, self.network)] if known else []
        for name, figure in (("best", min), ("median", statistics.median)):
            row[f"whole_{name}_ms"] = figure(self.whole)
            row[f"rest_{name}_ms"] = figure(rest) if known else figure(self.whole) - figure(unknown_network)
        return row | {"cores": self.cpu_ms / sum(self.whole), "psnr_db": self.psnr, "change": self.change}


def contestants(library: ctypes.CDLL, network: Network, original: np.ndarray) -> list[Contestant]:
    """All rows, ours first."""
    engines = {"LiteRT": functools.partial(LiteRtInterpreter, network, PUBLISHED),
               "selfieseg": functools.partial(Selfieseg, network, PUBLISHED, library),
               "MediaPipe": functools.partial(MediaPipe, network, PUBLISHED)}

    def with_engine(name: str, way: type, engine: str) -> Contestant:
        return Contestant(name, engine, original, lambda frame: way(network, frame, engines[engine]()))

    return [
        Contestant("selfieseg_process()", "selfieseg", original,
                   lambda frame: SelfiesegFrames(network.tflite, library, frame, ways.SIGMA)),
        *(with_engine(name, way, engine) for engine in ("LiteRT", "selfieseg") for name, way in (
            ("OpenCV, the usual way", ways.Usual), ("OpenCV, careful", ways.Careful),
            ("OpenCV, careful, in planes", ways.CarefulInPlanes))),
        with_engine("MediaPipe on the frame, OpenCV, careful", ways.MediaPipeAndCareful, "MediaPipe"),
        with_engine("MediaPipe on a small frame, OpenCV, careful, in planes", ways.MediaPipeAndPlanes, "MediaPipe"),
    ]


def measure(library: ctypes.CDLL, network: Network, portrait: Path, rounds: int) -> list[dict]:
    """The figures of every contestant, in the order of the table."""
    all_rows = contestants(library, network, draw_frame(portrait))
    able = [contestant for contestant in all_rows if not contestant.problem]
    gc.disable()
    for _ in range(rounds):
        random.shuffle(able)
        for contestant in able:
            contestant.turn()
    gc.enable()
    usual = next(row for row in all_rows if not row.problem and isinstance(row.opened, ways.Usual))
    for contestant in able:
        contestant.check(usual)
    figures = [row.figures(usual.network) for row in all_rows]
    for row in figures:
        for key in [key for key in row if key.endswith("_ms")]:
            row[key.replace("_ms", "_ratio")] = row[key] / figures[0][key]
    return figures


def markdown(figures: list[dict]) -> str:
    lines = ["| way | network by | best, ms | median, ms | best / ours | median / ours | without network: best | "
             "median | best / ours | median / ours | cores | background, dB | person changed by |",
             "|---|---|" + "--:|" * 11]
    for row in figures:
        if "problem" in row:
            lines.append("| {way} | {network} | {problem} |".format(**row) + " |" * 10)
            continue
        cells = [row["way"], row["network"]]
        for what in ("whole", "rest"):
            cells += [f"{row[f'{what}_{figure}']:.{digits}f}" for figure, digits in (
                ("best_ms", 2), ("median_ms", 2), ("best_ratio", 1), ("median_ratio", 1))]
        cells += [f"{row['cores']:.1f}", f"{row['psnr_db']:.0f}", f"{row['change']:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def stages(tool: Path) -> list[dict]:
    """What `selfieseg bench` says of each case, by turns: the least of all, the median of medians."""
    best = json.loads(subprocess.run([tool, "info", "--json"], capture_output=True, check=True).stdout)["instruction_set"]
    # AVX2, which most processors have, beside what is better than that.
    backends = ("simd", "simd:AVX2") if best.startswith("AVX3") else ("simd",)
    said = {(*frame, backend, threads): [] for frame in STAGE_FRAMES for backend in backends for threads in (1, 2)}
    for _ in range(STAGE_TURNS):
        for (format, size, backend, threads), runs in said.items():
            run = subprocess.run([tool, "bench", "--size", size, "--format", format, "--backend", backend,
                                  "--threads", str(threads), "--json"], capture_output=True, check=True)
            runs.append(json.loads(run.stdout))
    rows = []
    for (format, size, _, threads), runs in said.items():
        for figure, over_runs in (("min", min), ("median", statistics.median)):
            row = {"format": format, "size": size, "backend": runs[0]["cpu_target"], "threads": threads, "figure": figure}
            for number, stage in enumerate(runs[0]["stages"]):
                row[stage["name"]] = over_runs([run["stages"][number][f"{figure}_ms"] for run in runs])
            row["whole"] = over_runs([run[f"frame_{figure}_ms"] for run in runs])
            row["around"] = sum(row[stage] for stage in AROUND)
            rows.append(row | {"ratio": row["around"] / row["network"]})
    for row in rows:
        one = next(one for one in rows if one["threads"] == 1 and all(
            one[key] == row[key] for key in ("format", "size", "backend", "figure")))
        row["faster"] = one["whole"] / row["whole"]
    return rows


def stages_markdown(rows: list[dict]) -> str:
    lines = ["| frame | instructions | threads | | sample, ms | network | mask | compose | all but the network | "
             "that / network | whole frame | one thread / that |",
             "|---|---|--:|---|" + "--:|" * 8]
    for row in rows:
        lines.append("| {format} {size} | {backend} | {threads} | {figure} | {sample:.2f} | {network:.2f} | {mask:.2f} | "
                     "{compose:.2f} | {around:.2f} | {ratio:.2f} | {whole:.2f} | {faster:.2f} |".format(**row))
    return "\n".join(lines)
