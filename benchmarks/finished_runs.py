"""Runs of demur whose folders are kept: what is finished is not run again, and what another command made is not taken."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEMUR = os.environ.get("DEMUR", str(ROOT / "demur"))


def revision() -> str:
    """Commit of this checkout, with a mark where files differ from it."""
    told = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def run(folder: pathlib.Path, *arguments: str) -> None:
    """Runs one command into a folder, or goes on with it; what another command left there is an error."""
    beside = folder.with_name(folder.name + ".command")
    # without the name of the folder, so that a copy of it elsewhere counts, too
    told = " ".join(argument.replace(str(folder.parent), "OUT") for argument in arguments)
    if folder.exists():
        known = beside.read_text().splitlines()[0] if beside.exists() else "unknown"
        if known != told:
            sys.exit(f"error: {folder} was made by another command\n  then: {known}\n  now:  {told}\nname another folder with --out")
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(f"{told}\n{revision()}\n")
    if (folder / "report.json").exists():
        return
    more = ["--resume"] if folder.exists() else []
    command = [DEMUR, *arguments, "--out", str(folder), *more]
    print("$ " + " ".join(command), file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"error: demur ended with exit code {done.returncode}; start the script again to go on")


def revisions(out: pathlib.Path) -> str:
    """Commits that the folders were made with."""
    return ", ".join(sorted({file.read_text().splitlines()[1] for file in out.glob("*.command")})) or "unknown"
