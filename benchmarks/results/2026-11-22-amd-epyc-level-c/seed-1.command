harden smollm2 --profile standard --seed 1
0748e4b
