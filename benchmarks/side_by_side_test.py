"""Tests of what `side-by-side` computes; no peer is needed.

    python3 benchmarks/side_by_side_test.py
"""

import importlib.machinery
import importlib.util
import json
import sys
import unittest
from pathlib import Path

FILE = Path(__file__).resolve().parent / "side-by-side"
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("side_by_side", str(FILE))
spec = importlib.util.spec_from_loader("side_by_side", loader)
side = importlib.util.module_from_spec(spec)
loader.exec_module(side)

# A program that answers every request with a speed that depends on its batch.
PROGRAM = """
import json, sys
print(json.dumps({"ready": True, "versions": {"peer": "1"}}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["case"] == "broken":
        print(json.dumps({"error": {"code": "X", "message": "it is broken"}}), flush=True)
        continue
    answer = {"tokens": 10, "seconds": [asked["batch"] * 1.0] * asked["repeats"], "rssMb": 5}
    if asked.get("check"):
        answer["check"] = {"residuals": [[1.0, 2.0], [3.0, 4.0 * asked["batch"]]]}
    print(json.dumps(answer), flush=True)
"""


class FakeBench:
    """Workers that all run the program above."""

    def __init__(self):
        self.workers = {}

    def worker(self, program, dtype):
        if program not in self.workers:
            self.workers[program] = side.Worker([sys.executable, "-c", PROGRAM], 1, True)
        return self.workers[program]

    def stop(self):
        for worker in self.workers.values():
            worker.stop()
            worker.process = None


class SideBySideTest(unittest.TestCase):
    def measured(self, ours, theirs, **goal):
        bench = FakeBench()
        entry = side.Entry("hf", {"case": "x", "batch": theirs}, "fp32", **goal)
        group = side.Group("extract", "work", "fp32", {"case": "x", "batch": ours}, [entry], rounds=3)
        group.run(bench, True, float("inf"))
        bench.stop()
        return next(side.rows_of(group, {}))

    def test_ids_are_those_of_demur(self):
        self.assertEqual([[100, 8019, 15938], [23857, 31776, 39695]], side.equal_rows(2, 3, 49152))
        self.assertEqual([8, 52, 96], [len(row) for row in side.ragged_rows(3, 49152)])
        self.assertEqual(set(range(8, 201)), {len(row) for row in side.ragged_rows(193, 49152)})

    def test_differences_are_relative_to_the_largest_value(self):
        ours, near = {"residuals": [[100.0, 1.0]]}, {"residuals": [[100.0, 1.0005]]}
        self.assertTrue(side.difference(ours, near, "fp32")["pass"])
        self.assertFalse(side.difference(ours, {"residuals": [[100.0, 1.01]]}, "fp32")["pass"])
        self.assertTrue(side.difference(ours, {"residuals": [[100.0, 1.01]]}, "bf16")["pass"])
        self.assertIsNone(side.difference(ours, {}, "fp32")["pass"])

    def test_outputs_of_blocks_are_inputs_of_the_next(self):
        ours = {"residuals": [[1.0], [2.0], [3.0]]}
        self.assertTrue(side.difference(ours, {"outputs": [[2.0], [3.0]]}, "fp32")["pass"])

    def test_greedy_tokens_are_equal_or_not(self):
        ours = {"greedy": [[1, 2], [3, 4]]}
        self.assertEqual("1 of 2 rows equal", side.difference(ours, {"greedy": [[1, 2], [3, 5]]}, "fp32")["text"])
        self.assertFalse(side.difference(ours, {"greedy": [[1, 2], [3, 5]]}, "fp32")["pass"])
        self.assertIsNone(side.difference(ours, {"greedy": [[1, 2], [3, 5]]}, "bf16")["pass"])

    def test_a_tie_may_come_out_either_way(self):
        ours, theirs = {"greedy": [[1, 2, 3]]}, {"greedy": [[1, 5, 6]]}
        self.assertTrue(side.difference(ours, {**theirs, "margins": [[1.0, 1e-4, 1.0]]}, "fp32")["pass"])
        self.assertFalse(side.difference(ours, {**theirs, "margins": [[1e-4, 1.0, 1e-4]]}, "fp32")["pass"])

    def test_a_goal_is_a_ratio_of_speeds(self):
        row = self.measured(1, 1, goal=1.0)
        self.assertEqual((1.0, "yes", 3), (row["ratio"], row["met"], row["runs"]))
        self.assertEqual("no", self.measured(1, 1, goal=1.1)["met"])

    def test_a_limit_is_a_ratio_of_times(self):
        self.assertEqual("yes", self.measured(1, 2, limit=0.55)["met"])
        self.assertEqual("no", self.measured(2, 1, limit=1.02)["met"])

    def test_fast_and_wrong_is_not_met(self):
        row = self.measured(1, 2, goal=1.0)
        self.assertEqual((2.0, "no: outputs differ", True), (row["ratio"], row["met"], row["wrong"]))

    def test_a_failure_is_named_and_the_others_go_on(self):
        bench = FakeBench()
        entries = [side.Entry("hf", {"case": "broken"}, "fp32", 1.0), side.Entry("tl", {"case": "x", "batch": 1}, "fp32", 1.0)]
        group = side.Group("extract", "work", "fp32", {"case": "x", "batch": 1}, entries, rounds=2)
        group.run(bench, True, float("inf"))
        bench.stop()
        rows = list(side.rows_of(group, {}))
        self.assertEqual("it is broken", rows[0]["failure"])
        self.assertEqual("yes", rows[1]["met"])

    def test_a_program_that_ends_is_a_failure(self):
        worker = side.Worker([sys.executable, "-c", "import sys; sys.exit(3)"], 1, False)
        with self.assertRaisesRegex(RuntimeError, "ended with code 3"):
            worker.ask({"case": "x"})

    def test_the_share_is_that_of_the_slower_limit(self):
        entry = side.Entry("demur", {}, "fp32")
        entry.work, entry.seconds = {"flops": 2e9, "bytes": 5e9}, [2.0]
        self.assertEqual(0.5, side.share(entry, {"gemmGflops": 2, "memoryGbPerSecond": 5}))

    def test_every_line_of_the_table_has_every_cell(self):
        rows = [self.measured(1, 1, goal=1.0), self.measured(1, 1, limit=1.0)]
        rows.append({**rows[0], "failure": "not there"})
        result = {
            "date": "2000-01-01", "machine": side.machine(), "threads": 2, "model": "m.gguf", "quick": True, "versions": {"a": "1"},
            "peaks": {"fp32": {"gemmGflops": 1.0, "memoryGbPerSecond": 2.0}}, "rows": rows, "skipped": ["something"],
        }
        text = side.markdown(result)
        table = [line for line in text.splitlines() if line.startswith("|")]
        self.assertEqual({12}, {line.count("|") for line in table})
        self.assertEqual(5, len(table))
        self.assertIn("Not measured: something.", text)
        json.dumps(result)


if __name__ == "__main__":
    unittest.main()
