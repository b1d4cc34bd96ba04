harden smollm2 --profile standard --seed 2
0748e4b
