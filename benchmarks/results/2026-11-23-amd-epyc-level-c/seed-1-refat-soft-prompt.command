attack smollm2 --adapter OUT/seed-1/refat/adapter --attack soft-prompt --budget quick
bd66493
