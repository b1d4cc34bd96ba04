package org.demur.text.tokenizer;

/// Small tokenizer.json files, made here.
final class JsonFiles {
  static final String DIGITS = "{\"type\":\"Digits\",\"individual_digits\":true}";

  private static final String NO_FLAGS =
      "\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false";

  /// A byte-level BPE with digits, whose post-processor puts `<s>` and `</s>` around a text.
  static final String BYTE_LEVEL =
      """
      {"version":"1.0","truncation":null,"padding":null,
       "added_tokens":[
        {"id":6,"content":"<s>",FLAGS,"special":true},
        {"id":7,"content":"</s>",FLAGS,"special":true},
        {"id":8,"content":"<tool>",FLAGS,"special":false}],
       "normalizer":null,
       "pre_tokenizer":{"type":"Sequence","pretokenizers":[DIGITS,
        {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]},
       "post_processor":{"type":"TemplateProcessing",
        "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
         {"SpecialToken":{"id":"</s>","type_id":0}}],
        "pair":[],"special_tokens":{}},
       "decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
       "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,
        "end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,"ignore_merges":false,
        "vocab":{"a":0,"b":1,"ab":2,"\u0120":3,"1":4,"2":5,
         "<":9,"s":10,">":11},
        "merges":["a b"]}}
      """
          .replace("FLAGS", NO_FLAGS)
          .replace("DIGITS", DIGITS);

  /// A BPE with byte fallback and a space before the first piece of a text only.
  static final String METASPACE =
      """
      {"version":"1.0","added_tokens":[{"id":1,"content":"<s>",FLAGS,"special":true}],
       "normalizer":null,
       "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},
       "post_processor":null,
       "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},
       "model":{"type":"BPE","unk_token":"<unk>","byte_fallback":false,
        "vocab":{"<unk>":0,"<s>":1,"▁":2,"a":3,"b":4,"ab":5,"▁ab":6},
        "merges":[["a","b"],["▁","ab"]]}}
      """
          .replace("FLAGS", NO_FLAGS);

  /// A unigram model whose list of tokens has a control token that the text could make.
  static final String UNIGRAM =
      """
      {"version":"1.0","added_tokens":[{"id":1,"content":"</s>",FLAGS,"special":true}],
       "normalizer":null,
       "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
       "post_processor":null,
       "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
       "model":{"type":"Unigram","unk_id":0,
        "vocab":[["<unk>",0.0],["</s>",0.0],["▁a",-1.0],["b",-2.0],["▁",-3.0],["<",-4.0],
         ["/",-4.0],["s",-4.0],[">",-4.0]]}}
      """
          .replace("FLAGS", NO_FLAGS);

  private JsonFiles() {}
}
