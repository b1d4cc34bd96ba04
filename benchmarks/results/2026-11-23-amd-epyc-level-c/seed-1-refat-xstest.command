attack smollm2 --adapter OUT/seed-1/refat/adapter --attack none --budget quick --data OUT/xstest.jsonl
bd66493
