"""Makes this folder's reference outputs anew: python golden/make.py [FOLDER]

Needs the packages of requirements.txt. README.md says what each file holds. The same versions on the same kind of
machine give the same files up to rounding; the tests compare with tolerances.
"""

import sys
from pathlib import Path

import torch

import adapters
import chat_templates
import families
import gguf_files
import vocabularies


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    torch.set_num_threads(1)
    families.make_all(folder / "models")
    adapters.make_all(folder / "models")
    gguf_files.make_all(folder)
    vocabularies.make_all(folder)
    chat_templates.make_all(folder)


if __name__ == "__main__":
    main()
