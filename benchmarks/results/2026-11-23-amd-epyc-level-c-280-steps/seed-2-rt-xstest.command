attack smollm2 --adapter OUT/seed-2/rt/adapter --attack none --budget quick --data OUT/xstest.jsonl
b1a3ea6
