attack smollm2 --adapter OUT/seed-3/rt/adapter --attack soft-prompt --budget quick
bd66493
