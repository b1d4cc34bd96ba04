"""Two tiny vocabularies, trained here on our own sentences, and what the tokenizers package makes of awkward texts.

`bytes` is a byte-level BPE that splits digits singly; `pieces` is a BPE over pieces in SentencePiece's manner, with
byte fallback. Each is written as NAME.json (tokenizer.json) and as NAME.gguf (the same vocabulary as llama.cpp's
converter would store it).
"""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = """
The lighthouse keeper wrote every evening: wind, water, weather, and the names of the ships that passed.
She counted 12 boats in the morning, 7 at noon and 3 before the lamps were lit.
How do I mend a net? Ask the old woman at the harbour; she has mended nets for forty years.
"Will it rain?" he asked. "It will," she said, "and then it won't, and then it'll rain again."
I'm sure they're late, we've waited, you'd better go, he's there, don't stay.
Bread needs flour, water, salt and time. The baker knows the third rule: wait until it has risen.
def total(items): return sum(item.price * item.count for item in items)
A crab walked over the stones, over the seaweed, and into the water where the other crabs were waiting.
There were letters in the bottle, and in the letters there were other letters, older and shorter.
På ön bor det tre får. Där är det tyst när vinden vänder.
Η θάλασσα είναι ήσυχη το πρωί.
The weather turned, the ships turned, the keeper turned the page.
""".strip().splitlines()

TEXTS = [
    "",
    " ",
    "   ",
    "\n",
    "\n\n\n",
    "\t x\t",
    "The keeper counted the ships.",
    " The  keeper   counted",
    "don't WE'LL they're I'M he's",
    "0 12 345 6789 3.25 1,000,000 -7e-3",
    "x1y22z333",
    "for item in items:\n    total += item.price\n",
    "Där är tre får på ön",
    "Η θάλασσα",
    "漢字とかな",
    "🦀🌊 👩‍🚀 🇫🇴",
    "a\u0301e\u0308",
    "zero\u200bwidth\u00a0space\u3000wide",
    "one\r\ntwo\rthree",
    "?!?! ... --- ***",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    " " * 17 + "far",
    "½ ² Ⅳ ①",
    "\u0000\u0001\u007f",
    "https://example.org/a?b=c&d=%20",
    "{{ 7 * 7 }}",
    "<|turn|>user\nHi<|end|>\n",
    "<|turn|><|turn|> <|end|>x",
    "<|end",
    "<s>Hi</s>",
    "<s> Hi </s> there<unk>",
    "<0x41><0x0A>",
    "wait<pause>and<pause> see",
]

# bytes: control tokens, and one that is ordinary text to the model but always one token
CONTROL, USER_DEFINED = ["<|endoftext|>", "<|turn|>", "<|end|>"], "<pause>"
SPACE = "\u2581"
N_BYTES_VOCABULARY, N_PIECES = 360, 130


def make_all(folder: Path) -> None:
    """Writes both vocabularies and tokens.json beside their folder."""
    target = folder / "tokenizers"
    target.mkdir(parents=True, exist_ok=True)
    vocabularies = {"bytes": byte_level(), "pieces": piece_level()}
    rows = []
    for name, tokenizer in vocabularies.items():
        tokenizer.save(str(target / f"{name}.json"), pretty=False)
        write_gguf(tokenizer, name, target / f"{name}.gguf")
        rows += [row(name, tokenizer, text, special) for text in TEXTS for special in special_modes(text)]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows)
    reference = json.dumps(f"tokenizers {tokenizers.__version__}")
    (folder / "tokens.json").write_text(f'{{"reference": {reference}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"tokens.json: {len(rows)} rows")


def special_modes(text: str) -> list[bool]:
    """Markup makes a difference only where there is some."""
    return [False, True] if "<" in text else [False]


def row(name: str, tokenizer: Tokenizer, text: str, parse_special: bool) -> dict:
    """One text's ids; without parse_special, markup of control tokens is ordinary text."""
    tokenizer.encode_special_tokens = not parse_special
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    decoded = tokenizer.decode(ids, skip_special_tokens=False)
    return {"vocab": name, "text": text, "parse_special": parse_special, "ids": ids, "decoded": decoded}


def byte_level() -> Tokenizer:
    """Each digit alone, then words and spaces, then merges of bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=N_BYTES_VOCABULARY - 1,
        special_tokens=CONTROL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.add_tokens([AddedToken(USER_DEFINED, special=False, normalized=False)])
    return tokenizer


def piece_level() -> Tokenizer:
    """Spaces become U+2581, one goes in front, and unknown characters fall back to their bytes."""
    pieces, letters = trained_pieces()
    special = ["<unk>", "<s>", "</s>"]
    ordered = special + [f"<0x{byte:02X}>" for byte in range(256)] + pieces + letters
    ids = {piece: i for i, piece in enumerate(ordered)}
    merges = [
        (piece[:cut], piece[cut:])
        for piece in pieces
        for cut in sorted(range(1, len(piece)), key=lambda c: (ids.get(piece[:c], 0), ids.get(piece[c:], 0)))
        if piece[:cut] in ids and piece[cut:] in ids
    ]
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    return tokenizer


def trained_pieces() -> tuple[list[str], list[str]]:
    """Merged pieces in the order of their merges, and the single characters."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=True)
    alphabet = len({letter for sentence in SENTENCES for letter in sentence} | {SPACE})
    trainer = trainers.BpeTrainer(vocab_size=alphabet + N_PIECES, show_progress=False)
    learner.train_from_iterator(SENTENCES, trainer)
    by_id = sorted(learner.get_vocab(), key=learner.get_vocab().get)
    return [piece for piece in by_id if len(piece) > 1], [piece for piece in by_id if len(piece) == 1]


def write_gguf(tokenizer: Tokenizer, name: str, path: Path) -> None:
    """The vocabulary alone, with the keys that llama.cpp reads."""
    stored = json.loads(tokenizer.to_str())
    added = {token["content"]: token["special"] for token in stored["added_tokens"]}
    tokens = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_token_list(tokens)
    writer.add_token_types([token_type(name, token, added) for token in tokens])
    if name == "pieces":
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_scores([-float(max(0, i - 258)) for i in range(len(tokens))])
        writer.add_add_space_prefix(True)
        writer.add_unk_token_id(0)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
    else:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("smollm")
        writer.add_token_merges([" ".join(pair) for pair in stored["model"]["merges"]])
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def token_type(name: str, token: str, added: dict[str, bool]) -> gguf.TokenType:
    """What llama.cpp calls the kind of a token."""
    if token == "<unk>":
        return gguf.TokenType.UNKNOWN
    if token in added:
        return gguf.TokenType.CONTROL if added[token] else gguf.TokenType.USER_DEFINED
    if name == "pieces" and len(token) == 6 and token.startswith("<0x"):
        return gguf.TokenType.BYTE
    return gguf.TokenType.NORMAL
