harden smollm2 --profile standard --seed 2
bd66493
