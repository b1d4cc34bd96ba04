attack smollm2 --adapter OUT/seed-2/refat/adapter --attack soft-prompt --budget quick
b1a3ea6
